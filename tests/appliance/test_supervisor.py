"""The box stays up: dead children are restarted and named, everything stops in order, nothing blocks the next start."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from appliance import log_files, record
from appliance.child import ChildSpec
from appliance.keeper import Backoff, ChildFailedError, Death
from appliance.supervisor import AlreadyRunningError, Supervisor

ROOT = Path(__file__).parents[2]
QUICK = Backoff(first_s=0.05, longest_s=0.2)

TICKER = """
import os, pathlib, signal, sys, time
name, ready, log = sys.argv[1:4]
def bye(*_):
    with open(log, "a") as file:
        file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, bye)
pathlib.Path(ready + ".part").write_text(str(os.getpid()))
os.rename(ready + ".part", ready)
while True:
    time.sleep(0.05)
"""
STUBBORN = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[2] + ".part").write_text(str(grandchild.pid))
os.rename(sys.argv[2] + ".part", sys.argv[2])
while True:
    time.sleep(0.05)
"""


@pytest.fixture
def run_dir() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="lk-run-"))
    yield home
    shutil.rmtree(home)


def child(name: str, run_dir: Path, script: str = TICKER, **changes: object) -> ChildSpec:
    ready_file = run_dir / f"{name}.ready"

    async def ready() -> bool:
        return ready_file.exists()

    facts: dict[str, object] = {
        "name": name,
        "argv": (sys.executable, "-c", script, name, str(ready_file), str(run_dir / "stopped")),
        "env": {"PATH": os.environ["PATH"]},
        "ready": ready,
        "ready_timeout_s": 60,
        "log_path": run_dir / "log" / f"{name}.log",
    }
    return ChildSpec(**{**facts, **changes})  # type: ignore[arg-type]


async def until(holds: Callable[[], bool], timeout_s: float = 60) -> None:
    async with asyncio.timeout(timeout_s):
        while not holds():
            await asyncio.sleep(0.02)


def box(run_dir: Path, deaths: list[Death] | None = None) -> Supervisor:
    tell = deaths.append if deaths is not None else (lambda _death: None)
    return Supervisor(run_dir, tell=tell, adopts=frozenset({"adopted"}), backoff=QUICK)


async def test_dead_child_is_restarted_and_named_with_the_signal_that_killed_it(run_dir: Path) -> None:
    deaths: list[Death] = []
    async with box(run_dir, deaths) as supervisor:
        keeper = await supervisor.start(child("gateway", run_dir), wave=0)
        assert keeper.process is not None
        first = keeper.process.pid
        (run_dir / "gateway.ready").unlink()
        os.kill(first, signal.SIGKILL)
        await until(lambda: keeper.is_ready and keeper.process is not None and keeper.process.pid != first)
    assert [(death.name, str(death.ending)) for death in deaths] == [("gateway", "ended by SIGKILL")]
    assert deaths[0].pause_s == QUICK.first_s


async def test_pauses_between_restarts_grow_to_a_limit() -> None:
    backoff = Backoff(first_s=0.5, longest_s=30)
    assert [backoff.pause_s(deaths) for deaths in (1, 2, 3, 7, 99)] == [0.5, 1.0, 2.0, 30.0, 30.0]


async def test_child_that_never_comes_up_fails_the_start_with_its_exit_code_and_last_words(run_dir: Path) -> None:
    broken = child("gateway", run_dir, "import sys; sys.exit('the port is taken')")
    async with box(run_dir) as supervisor:
        with pytest.raises(ChildFailedError, match=r"gateway does not start: exit code 1.*the port is taken"):
            await supervisor.start(broken, wave=0)


async def test_child_that_is_not_ready_in_time_fails_the_start_and_is_ended(run_dir: Path) -> None:
    slow = child("engine", run_dir, "import time; time.sleep(600)", ready_timeout_s=0.3, stop_grace_s=0.5)
    async with box(run_dir) as supervisor:
        with pytest.raises(ChildFailedError, match="not ready within"):
            await supervisor.start(slow, wave=0)
        assert not record.read_all(run_dir) or not record.is_alive(record.read_all(run_dir)[0])


async def test_missing_program_fails_the_start_with_a_sentence(run_dir: Path) -> None:
    async with box(run_dir) as supervisor:
        with pytest.raises(ChildFailedError, match="ghost does not start"):
            await supervisor.start(child("ghost", run_dir, argv=("/no/such/program",)), wave=0)


async def test_children_stop_in_reverse_order(run_dir: Path) -> None:
    async with box(run_dir) as supervisor:
        for wave, name in enumerate(("postgres", "valkey", "gateway", "worker")):
            await supervisor.start(child(name, run_dir), wave=wave)
    assert (run_dir / "stopped").read_text().split() == ["worker", "gateway", "valkey", "postgres"]
    assert record.read_all(run_dir) == []


async def test_four_children_that_ignore_the_signal_are_gone_within_15_seconds_with_their_own_children(
    run_dir: Path,
) -> None:
    supervisor = box(run_dir)
    await supervisor.__aenter__()
    for wave in range(4):
        await supervisor.start(child(f"stubborn-{wave}", run_dir, STUBBORN, stop_grace_s=8), wave=wave)
    grandchildren = [int((run_dir / f"stubborn-{wave}.ready").read_text()) for wave in range(4)]
    began_s = time.monotonic()
    await supervisor.__aexit__(None, None, None)
    assert time.monotonic() - began_s < 15
    await until(lambda: not any(record.is_running(pid) for pid in grandchildren))


async def test_second_interrupt_shortens_the_stop_and_leaves_no_orphan(run_dir: Path) -> None:
    supervisor = box(run_dir)
    await supervisor.__aenter__()
    for wave in range(3):
        await supervisor.start(child(f"stubborn-{wave}", run_dir, STUBBORN, stop_grace_s=5), wave=wave)
    grandchildren = [int((run_dir / f"stubborn-{wave}.ready").read_text()) for wave in range(3)]
    began_s = time.monotonic()
    stopping = asyncio.create_task(supervisor.__aexit__(None, None, None))
    await asyncio.sleep(0.2)
    supervisor.hurry()
    await stopping
    assert time.monotonic() - began_s < 5
    await until(lambda: not any(record.is_running(pid) for pid in grandchildren))


async def test_second_supervisor_is_refused_with_one_sentence_that_names_the_first(run_dir: Path) -> None:
    async with box(run_dir):
        with pytest.raises(AlreadyRunningError, match=rf"already runs here \(process {os.getpid()}\)"):
            async with box(run_dir):
                pass
    async with box(run_dir):
        pass


HOST = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.appliance.test_supervisor import STUBBORN, box, child
async def main():
    run_dir = Path(sys.argv[1])
    async with box(run_dir) as supervisor:
        await supervisor.start(child("gateway", run_dir), wave=0)
        await supervisor.start(child("engine", run_dir, STUBBORN), wave=0)
        (run_dir / "all").touch()
        await asyncio.sleep(600)
asyncio.run(main())
"""


async def test_after_kill_of_the_supervisor_the_next_start_ends_what_is_left_and_comes_up(run_dir: Path) -> None:
    host = subprocess.Popen([sys.executable, "-c", HOST, str(run_dir), str(ROOT)], cwd=ROOT)  # noqa: ASYNC220
    await until((run_dir / "all").exists, timeout_s=30)
    left = [found.pid for found in record.read_all(run_dir)] + [int((run_dir / "engine.ready").read_text())]
    host.kill()
    host.wait()
    async with box(run_dir) as supervisor:
        assert supervisor.ended_leftovers == ["engine"] or set(supervisor.ended_leftovers) == {"engine", "gateway"}
        assert not any(record.is_running(pid) for pid in left)
        (run_dir / "gateway.ready").unlink()
        await supervisor.start(child("gateway", run_dir), wave=0)


async def test_process_that_only_shares_the_pid_of_a_record_is_left_alone(run_dir: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])  # noqa: ASYNC220
    try:
        seen = record.observe("gateway", stranger.pid, "another-run")
        assert seen is not None
        older = {**vars(seen), "started_at_s": seen.started_at_s - 60}
        other_boot = {**vars(seen), "name": "worker-1", "boot": "another boot"}
        record.write(run_dir, record.Record(**older))
        record.write(run_dir, record.Record(**other_boot))
        async with box(run_dir) as supervisor:
            assert supervisor.ended_leftovers == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_damaged_record_does_not_block_the_start(run_dir: Path) -> None:
    (run_dir / "gateway.child.json").write_text('{"pid": ')
    async with box(run_dir) as supervisor:
        await supervisor.start(child("gateway", run_dir), wave=0)


async def test_living_child_that_answers_is_adopted_and_watched(run_dir: Path) -> None:
    earlier = psutil.Popen([sys.executable, "-c", TICKER, "adopted", str(run_dir / "adopted.ready"), "/dev/null"])
    await until((run_dir / "adopted.ready").exists)
    deaths: list[Death] = []
    async with box(run_dir, deaths) as supervisor:
        keeper = await supervisor.start(child("adopted", run_dir), wave=0, running_pid=lambda: earlier.pid)
        assert keeper.process is not None
        assert keeper.process.pid == earlier.pid
        earlier.kill()
        earlier.wait()
        await until(lambda: keeper.process is not None and keeper.process.pid != earlier.pid)
    assert [death.name for death in deaths] == ["adopted"]


async def test_log_of_a_living_child_is_cut_when_it_has_grown_large(run_dir: Path) -> None:
    supervisor = Supervisor(run_dir, tell=lambda _: None, adopts=frozenset(), backoff=QUICK, log_check_s=0.05)
    async with supervisor:
        keeper = await supervisor.start(child("gateway", run_dir), wave=0)
        os.truncate(keeper.spec.log_path, log_files.LIMIT_BYTES + 1)
        await until(lambda: keeper.spec.log_path.stat().st_size == 0)
        assert keeper.is_ready
        assert keeper.spec.log_path.with_name("gateway.log.1").exists()


async def test_record_names_process_start_time_and_command(run_dir: Path) -> None:
    async with box(run_dir) as supervisor:
        keeper = await supervisor.start(child("gateway", run_dir), wave=0)
        assert keeper.process is not None
        kept = json.loads((run_dir / "gateway.child.json").read_text())
        assert kept["pid"] == keeper.process.pid
        assert kept["argv"] == list(keeper.spec.argv)
        assert kept["started_at_s"] == psutil.Process(kept["pid"]).create_time()

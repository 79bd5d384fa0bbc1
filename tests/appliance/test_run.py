"""`leadkeep run` as a person uses it: it comes up, survives a kill, stops in order, and explains what stops it."""

import asyncio
import contextlib
import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import psutil
import pytest

from appliance import record
from appliance.keys import ensure_master_key
from appliance.refusal import explained
from appliance.settings import Settings, variable
from appliance.start import require_space
from models.errors import UnavailableError
from tests.fakes.engine import FakeEngine

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 180
STOP_WITHIN_S = 15
CHILDREN = {"postgres", "valkey", "mail-sink", "gateway", "worker-1"}


class Box:
    """One appliance in its own directory; `leadkeep run` is started and signalled as in a terminal."""

    def __init__(self, home: Path, engine_url: str) -> None:
        self.home, self.run_dir = home, home / "var" / "run"
        self.output = home / "output"
        self.port, sink_port = free_ports(2)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEADKEEP_")}
        chosen = {
            "campaigns_dir": str(ROOT / "campaigns"),
            "port": str(self.port),
            "smtp_sink_port": str(sink_port),
            "engine_url": engine_url,
            "engine_model": "fake-model",
        }
        self.env = inherited | {variable(name): value for name, value in chosen.items()}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "appliance", "run", *options],
                cwd=self.home,
                env=self.env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    async def until(self, holds: Callable[[], bool], within_s: float) -> None:
        deadline_s = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < deadline_s, self.said()
            await asyncio.sleep(0.1)

    async def until_ready(self) -> None:
        assert self.process is not None
        process = self.process
        await self.until(lambda: "Stop with Ctrl-C" in self.said() or process.poll() is not None, START_WITHIN_S)
        assert process.poll() is None, self.said()

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(timeout=30)

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def children(self) -> dict[str, int]:
        return {found.name: found.pid for found in record.read_all(self.run_dir)}

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(listener.getsockname()[1]) for listener in held]


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    async with FakeEngine("fake-model") as engine:
        made = Box(tmp_path, engine.base_url)
        yield made
        await asyncio.to_thread(made.end)


async def test_box_comes_up_survives_the_kill_of_its_supervisor_and_stops_within_15_seconds(box: Box) -> None:
    box.start()
    await box.until_ready()
    assert box.children().keys() == CHILDREN
    assert (await post_the_printed_lead(box)).is_success
    assert "/join/" in box.said()
    started = json.loads((box.run_dir / "start.json").read_text())
    assert {"keys", "database", "migrations", "gateway", "workers"} <= started["steps_s"].keys()
    refused = await asyncio.to_thread(run_to_its_end, box)
    assert f"already runs here (process {box.pid})" in refused.stderr

    await kill_the_supervisor_and_start_again(box)
    await kill_the_worker(box)
    await box.until(lambda: logged(box, "child.ready").count("worker-1") == 3, 60)
    await stop_and_check(box)

    key = box.home / "var" / "keys" / "master.key"
    key.unlink()
    bereft = await asyncio.to_thread(run_to_its_end, box)
    assert (bereft.returncode, "holds leads that it sealed" in bereft.stderr, key.exists()) == (1, True, False)
    ensure_master_key(key)  # as a start does that is killed before it asks the database
    other = await asyncio.to_thread(run_to_its_end, box)
    assert (other.returncode, "sealed with another master key" in other.stderr, key.exists()) == (1, True, True)


async def kill_the_supervisor_and_start_again(box: Box) -> None:
    before = box.children()
    os.kill(box.pid, signal.SIGKILL)
    box.end()
    box.start("--quiet-welcome")
    await box.until_ready()
    assert ("/join/" in box.said(), "Bearer" in box.said()) == (False, False)
    assert box.children().keys() == CHILDREN
    assert not {name for name in ("gateway", "worker-1", "mail-sink") if record.is_running(before[name])}


async def kill_the_worker(box: Box) -> None:
    killed = box.children()["worker-1"]
    os.kill(killed, signal.SIGKILL)
    await box.until(lambda: "worker-1 died (ended by SIGKILL); it starts again in 0.5 s" in box.said(), 60)
    await box.until(lambda: box.children()["worker-1"] != killed, 60)


async def stop_and_check(box: Box) -> None:
    children = box.children()
    began_s = time.monotonic()
    os.kill(box.pid, signal.SIGINT)
    assert await asyncio.to_thread(box.wait) == 0
    assert time.monotonic() - began_s < STOP_WITHIN_S
    assert box.children() == {}
    assert not [pid for pid in children.values() if psutil.pid_exists(pid)]
    assert stopped_in_order(box)
    assert logged(box, "child.killed") == []


async def post_the_printed_lead(box: Box) -> httpx.Response:
    """Do what the printed curl command does."""
    token = re.search(r"Authorization: Bearer (\S+)'", box.said())
    body = re.search(r"-d '([^']+)'", box.said())
    assert token is not None
    assert body is not None
    headers = {"Authorization": f"Bearer {token[1]}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        url = f"http://127.0.0.1:{box.port}/webhooks/web-form"
        return await client.post(url, content=body[1], headers=headers)


def stopped_in_order(box: Box) -> bool:
    stopped = logged(box, "child.stopped")
    places = {name: index for index, name in enumerate(stopped)}
    return places["worker-1"] < places["gateway"] < min(places["valkey"], places["mail-sink"]) < places["postgres"]


def logged(box: Box, event: str) -> list[str]:
    """Return the children that the supervisor's log names with an event, oldest first."""
    lines = (box.home / "var" / "log" / "supervisor.log").read_text().splitlines()
    return [entry["child"] for entry in map(json.loads, lines) if entry["event"] == event]


def run_to_its_end(box: Box, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", "run"],
        cwd=box.home,
        env=box.env | changes,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


async def test_port_in_use_is_one_sentence_with_the_holder_and_the_setting(box: Box) -> None:
    with socket.create_server(("127.0.0.1", box.port)):
        done = await asyncio.to_thread(run_to_its_end, box)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"Port {box.port} on 127.0.0.1 cannot be used for the gateway: process {os.getpid()} "
    )
    assert done.stderr.endswith("LEADKEEP_PORT.\n")
    assert box.children() == {}


async def test_interrupt_during_the_start_ends_what_came_up(box: Box) -> None:
    box.start()
    await box.until(lambda: "postgres" in box.children(), 60)
    os.kill(box.pid, signal.SIGTERM)
    assert await asyncio.to_thread(box.wait) == 0
    assert box.children() == {}


async def test_key_that_others_can_read_stops_the_start_with_a_sentence(box: Box) -> None:
    key = box.home / "var" / "keys" / "master.key"
    key.parent.mkdir(parents=True)
    key.touch(mode=0o644)
    done = await asyncio.to_thread(run_to_its_end, box)
    assert (done.returncode, f"chmod 600 {key}" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


async def test_database_that_is_away_stops_the_start_with_a_sentence(box: Box) -> None:
    done = await asyncio.to_thread(run_to_its_end, box, LEADKEEP_DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/x")
    assert (done.returncode, "does not answer" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert "hunter2" not in done.stdout + done.stderr


def test_nearly_full_disk_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"MB free, and Leadkeep needs at least") as caught:
        require_space(tmp_path, 10**9)
    assert "LEADKEEP_VAR_DIR" in caught.value.hint


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full."),
        (errno.EDQUOT, "The disk is full."),
        (errno.EACCES, "This account may not write /box."),
        (errno.EROFS, "This account may not write /box."),
    ],
)
def test_the_operating_systems_refusals_are_sentences(number: int, sentence: str) -> None:
    told = explained(OSError(number, os.strerror(number), "/box"))
    assert isinstance(told, UnavailableError)
    assert told.message == sentence


def test_settings_that_the_box_sets_itself_exist() -> None:
    assert {"campaigns_dir", "port", "smtp_sink_port", "engine_url", "engine_model"} <= Settings.model_fields.keys()

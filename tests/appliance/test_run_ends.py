"""How `leadkeep run` ends, and what does not end it; each in a process of its own, for signals are shared."""

import subprocess
import sys
from pathlib import Path

import pytest

from appliance import record

ROOT = Path(__file__).parents[2]
FAILING_START = """
import asyncio, subprocess, sys
from pathlib import Path
from rich.console import Console
from appliance.commands import run
from appliance.progress import Progress
from appliance.settings import Settings
from appliance.supervisor import Supervisor
from models.errors import UnavailableError

class FailingStart:
    def __init__(self, settings, supervisor, progress):
        self.supervisor = supervisor
    async def run(self):
        helper = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL)
        print(helper.pid, flush=True)
        raise UnavailableError("the database does not answer")

async def main():
    run.Start = FailingStart
    supervisor = Supervisor(Path(sys.argv[1]), tell=print, adopts=frozenset())
    progress = Progress(Console(stderr=True), ())
    await run._come_up(Settings(_env_file=None), supervisor, progress, stop=asyncio.Event())
asyncio.run(main())
"""
HANG_UP = """
import asyncio, os, signal, sys
from pathlib import Path
from rich.console import Console
from appliance.commands.run import _stop_event
from appliance.supervisor import Supervisor

async def main():
    stop = _stop_event(Supervisor(Path(sys.argv[1]), tell=print, adopts=frozenset()), Console(stderr=True))
    os.kill(os.getpid(), signal.SIGHUP)
    await asyncio.sleep(0.1)
    print(stop.is_set())
asyncio.run(main())
"""
DEAF_READER = """
import sys
from appliance.progress import Screen
sys.stdin.readline()
Screen().print("gateway died")
Screen().print("gateway died again")
sys.exit(7)
"""


def program(text: str, *words: str, under: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    argv = [*under, sys.executable, "-c", text, *words]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_start_that_fails_ends_what_it_began_to_prepare(tmp_path: Path) -> None:
    done = program(FAILING_START, str(tmp_path))
    assert "UnavailableError" in done.stderr
    assert record.wait_until_gone(int(done.stdout), 10)


@pytest.mark.parametrize(("under", "is_stopped"), [((), "True"), (("nohup",), "False")])
def test_lost_terminal_stops_the_box_unless_it_was_started_to_outlive_it(
    tmp_path: Path, under: tuple[str, ...], is_stopped: str
) -> None:
    done = program(HANG_UP, str(tmp_path), under=under)
    assert done.stdout.split() == [is_stopped], done.stderr


def test_reader_of_the_output_that_goes_away_does_not_take_the_box_along() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DEAF_READER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert process.wait(timeout=60) == 7

"""A setup's programs never outlive it unseen, and a failure for want of room is named even where the log is silent."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from appliance import log_files, record
from appliance.setup_failure import SetupFailure
from appliance.setup_program import FULL_BELOW_BYTES, only_setup, run_program

ROOT = Path(__file__).parents[2]
SETUP = """
import sys
from pathlib import Path
from appliance.setup_program import only_setup, run_program
var = Path(sys.argv[1])
with only_setup(var, print) as setup:
    run_program(setup, [sys.executable, "-c", sys.argv[2], str(var / "pid")], fills=var)
"""
PROGRAM = """
import os, pathlib, signal, sys, time
{first}
draft = pathlib.Path(sys.argv[1] + ".part")
draft.write_text(str(os.getpid()))
draft.rename(sys.argv[1])
time.sleep(600)
"""
OBEDIENT, STUBBORN = PROGRAM.format(first=""), PROGRAM.format(first="signal.signal(signal.SIGTERM, signal.SIG_IGN)")


def until(holds: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


@contextmanager
def left_behind(var: Path, program: str) -> Iterator[int]:
    """Kill a setup in the middle and yield the pid of what it ran."""
    setup = subprocess.Popen([sys.executable, "-c", SETUP, str(var), program], cwd=ROOT)
    pid_file = var / "pid"
    until(lambda: pid_file.exists() or setup.poll() is not None)
    pid = int(pid_file.read_text())
    setup.kill()
    setup.wait()
    try:
        yield pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_program_of_a_killed_setup_ends_with_it(tmp_path: Path) -> None:
    told: list[str] = []
    with left_behind(tmp_path, OBEDIENT) as pid:
        until(lambda: not record.is_running(pid))
        with only_setup(tmp_path, told.append):
            pass


def test_next_setup_waits_for_a_program_that_outlives_its_own(tmp_path: Path) -> None:
    told: list[str] = []

    def kill_once_told(words: str) -> None:
        told.append(words)
        os.kill(pid, signal.SIGKILL)

    with left_behind(tmp_path, STUBBORN) as pid, only_setup(tmp_path, kill_once_told):
        assert told == ["waiting for another setup to finish"]
        until(lambda: not record.is_running(pid))  # the kernel gives its lock back a moment before it is gone


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    ("free", "sentence"), [(FULL_BELOW_BYTES - 1, "The disk is full"), (FULL_BELOW_BYTES, "no name yet")]
)
def test_failure_on_a_full_disk_is_named_though_the_log_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, sentence: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))
    with only_setup(tmp_path, print) as setup, pytest.raises(SetupFailure, match=sentence):
        run_program(setup, [sys.executable, "-c", "raise SystemExit(1)"], fills=tmp_path)


def test_log_of_earlier_setups_is_set_aside_when_it_has_grown_large(tmp_path: Path) -> None:
    with only_setup(tmp_path, print) as setup:
        setup.log.touch()
    os.truncate(setup.log, log_files.LIMIT_BYTES + 1)
    with only_setup(tmp_path, print):
        run_program(setup, [sys.executable, "-c", "print('words')"], fills=tmp_path)
    assert setup.log.read_text().endswith("words\n")
    assert setup.log.stat().st_size < 1000
    assert setup.log.with_name("setup.log.1").exists()

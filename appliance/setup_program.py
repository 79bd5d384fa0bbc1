"""One setup at a time in a var directory, and the programs that it runs: logged, explained, never left behind.

Standard library only.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.account import launch_argv
from appliance.log_files import set_aside
from appliance.setup_failure import SetupFailure, explain, full_disk

Report = Callable[[str], None]

POLL_S = 0.25
FULL_BELOW_BYTES = 200_000_000
"""Between two looks a program may have filled the disk, failed, and removed what did not fit."""
# These would send the packages elsewhere or leave out their compiled modules, which doubles every later start.
UNWANTED_VARIABLES = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_NO_COMPILE",
    "PIP_PREFIX",
    "PIP_TARGET",
    "PIP_USER",
    "VIRTUAL_ENV",
)


@dataclass(frozen=True)
class Setup:
    """The right to set up in a var directory; `lock` is the open file that its programs hold too."""

    var: Path
    lock: int

    @property
    def log(self) -> Path:
        """What every program of every setup wrote."""
        return self.var / "log" / "setup.log"


@contextmanager
def only_setup(var: Path, report: Report) -> Iterator[Setup]:
    """Wait until no other setup, nor a program that one left behind, works in `var`, and keep others out."""
    for folder in (var, var / "log"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (var / "setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another setup to finish")
            fcntl.flock(handle, fcntl.LOCK_EX)
        setup = Setup(var, handle.fileno())
        set_aside(setup.log)
        yield setup


def run_program(setup: Setup, argv: list[str], *, fills: Path, tell_progress: Report = lambda _: None) -> None:
    """Run `argv` with its output in the setup's log and hand that to `tell_progress` as it grows.

    `fills` is a folder on the disk that it writes to. The program ends when we do. Raises `SetupFailure`: one sentence
    that names the log.
    """
    with setup.log.open("ab") as output:
        start = output.tell()
        output.write(f"$ {' '.join(argv)}\n".encode())
        output.flush()
        with _started(setup, argv, output.fileno()) as process:
            least_free = _free_bytes(setup.var, fills)
            while _still_runs(process):
                least_free = min(least_free, _free_bytes(setup.var, fills))
                tell_progress(_text_after(setup.log, start))
    if process.returncode == 0:
        return
    if min(least_free, _free_bytes(setup.var, fills)) < FULL_BELOW_BYTES:  # then the log may lack the reason
        raise SetupFailure(full_disk(setup.log))
    raise SetupFailure(explain(_text_after(setup.log, start), status=process.returncode, log=setup.log))


def scratch_folder(var: Path) -> Path:
    """Return the folder for what a setup needs only while it runs."""
    folder = var / "run" / "setup"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _started(setup: Setup, argv: list[str], output: int) -> subprocess.Popen[bytes]:
    """Start the program bound to our life, the lock in its hand: should it outlive us, the next setup waits for it."""
    return subprocess.Popen(  # noqa: S603 - our own arguments
        launch_argv(tuple(argv), parent_signal="SIGTERM"),
        stdout=output,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env=_clean_variables(setup.var),
        pass_fds=(setup.lock,),
    )


def _still_runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=POLL_S)
    except subprocess.TimeoutExpired:
        return True
    return False


def _free_bytes(*places: Path) -> int:
    return min(shutil.disk_usage(place).free for place in places)


def _text_after(log: Path, start: int) -> str:
    with log.open("rb") as written:
        written.seek(start)
        return written.read().decode(errors="replace")


def _clean_variables(var: Path) -> dict[str, str]:
    """Give pip its own temporary folder: a small /tmp cannot hold the wheels, and the free space was checked here."""
    variables = {name: value for name, value in os.environ.items() if name not in UNWANTED_VARIABLES}
    return variables | {"TMPDIR": str(scratch_folder(var)), "PYTHONUNBUFFERED": "1"}

"""What is written down about a running child, so that the next start can find it after this one was killed.

`var/run/<name>.child.json` holds pid, start time, command line and boot. A process is taken for the recorded one only
if all of them agree: a pid alone may belong to somebody else by now.
"""

import contextlib
import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

RUN_MARK = "LEADKEEP_RUN"
START_TIME_TOLERANCE_S = 1.0
TERM_GRACE_S = 4.0
KILL_GRACE_S = 3.0
POLL_S = 0.05


@dataclass(frozen=True)
class Record:
    """One running child; `started_at_s` is psutil's create time, `mark` is in its descendants' environment."""

    name: str
    pid: int
    started_at_s: float
    argv: list[str]
    program: str
    boot: str
    mark: str


def observe(name: str, pid: int, mark: str) -> Record | None:
    """Look at a live process and return what identifies it, or None when it is gone."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return Record(name, pid, process.create_time(), process.cmdline(), _program(process), boot_id(), mark)
    except psutil.Error:
        return None


def write(run_dir: Path, record: Record) -> None:
    """Write the record whole or not at all."""
    draft = run_dir / f".{record.name}.json.part"
    draft.write_text(json.dumps(asdict(record)))
    draft.replace(_path(run_dir, record.name))


def read(run_dir: Path, name: str) -> Record | None:
    """Return the record of a child, or None when there is none or it is damaged."""
    try:
        return Record(**json.loads(_path(run_dir, name).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def read_all(run_dir: Path) -> list[Record]:
    """Return every readable record, by name."""
    found = (read(run_dir, path.name.removesuffix(".child.json")) for path in sorted(run_dir.glob("*.child.json")))
    return [record for record in found if record is not None]


def forget(run_dir: Path, name: str) -> None:
    """Remove the record; called when the child has ended."""
    _path(run_dir, name).unlink(missing_ok=True)


def is_alive(record: Record) -> bool:
    """Say whether exactly the recorded process still runs."""
    return record.boot == boot_id() and _leader(record) is not None


def end(record: Record) -> bool:
    """End the recorded process and what it left of its group; returns whether there was anything to end.

    Takes at most 7 seconds. Never touches a process that does not match the record.
    """
    if record.boot != boot_id():
        return False
    targets = _targets(record)
    if not targets:
        return False
    _signal_all(targets, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(targets, timeout=TERM_GRACE_S)
    rest = {*stubborn, *_targets(record)}
    _signal_all(list(rest), signal.SIGKILL)
    psutil.wait_procs(list(rest), timeout=KILL_GRACE_S)
    return True


def boot_id() -> str:
    """Return what tells this boot of the machine from another: records of an earlier one mean nothing."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return str(round(psutil.boot_time() / 10))


def wait_until_gone(pid: int, timeout_s: float) -> bool:
    """Wait for any process to end, ours or not; returns whether it did."""
    deadline_s = time.monotonic() + timeout_s
    while is_running(pid):
        if time.monotonic() > deadline_s:
            return False
        time.sleep(POLL_S)
    return True


def is_running(pid: int) -> bool:
    """Say whether the process exists and is more than a zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _path(run_dir: Path, name: str) -> Path:
    return run_dir / f"{name}.child.json"


def _leader(record: Record) -> psutil.Process | None:
    try:
        process = psutil.Process(record.pid)
        same_start = abs(process.create_time() - record.started_at_s) <= START_TIME_TOLERANCE_S
        same_program = process.cmdline() == record.argv or _program(process) == record.program
        return process if same_start and same_program and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def _targets(record: Record) -> list[psutil.Process]:
    """Return the recorded process and the members of its group that carry its mark (the leader may be dead already)."""
    leader = _leader(record)
    return ([leader] if leader else []) + [process for process in psutil.process_iter() if _is_member(process, record)]


def _is_member(process: psutil.Process, record: Record) -> bool:
    try:
        if process.pid == record.pid or os.getpgid(process.pid) != record.pid:
            return False
        return process.environ().get(RUN_MARK) == record.mark or _program(process) == record.program
    except (psutil.Error, OSError):
        return False


def _program(process: psutil.Process) -> str:
    try:
        return str(process.exe())
    except psutil.AccessDenied:
        return ""


def _signal_all(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)

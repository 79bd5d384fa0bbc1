"""One running child, whether we started it or found it alive: wait for its end, stop it with everything it started."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from typing import Self

from appliance import log_files, record
from appliance.account import launch_argv
from appliance.child import ChildSpec

ADOPTED_POLL_S = 0.2
KILL_WAIT_S = 2.0


@dataclass(frozen=True)
class Ending:
    """How a process ended: its exit code, the signal that ended it, or neither where the kernel told somebody else."""

    exit_code: int | None = None
    signal_name: str | None = None

    def __str__(self) -> str:
        if self.signal_name is not None:
            return f"ended by {self.signal_name}"
        return "ended" if self.exit_code is None else f"exit code {self.exit_code}"


class ChildProcess:
    """A live process in a session of its own."""

    def __init__(self, pid: int, process: asyncio.subprocess.Process | None) -> None:
        self.pid = pid
        self._process = process

    @classmethod
    async def spawn(cls, spec: ChildSpec, *, mark: str) -> Self:
        """Start the child with its output appended to its log; raises OSError when the program cannot be run."""
        argv = launch_argv(spec.argv, spec.account, parent_signal=spec.stop_signal.name)
        log = _open_log(spec)
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                env={**spec.env, record.RUN_MARK: mark},
                cwd=spec.cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)
        return cls(process.pid, process)

    @classmethod
    def adopt(cls, pid: int) -> Self:
        """Take over a process that an earlier supervisor started."""
        return cls(pid, None)

    @property
    def is_adopted(self) -> bool:
        """Whether an earlier supervisor started it."""
        return self._process is None

    async def wait(self) -> Ending:
        """Return how the process ended, once it has."""
        if self._process is None:
            while record.is_running(self.pid):  # noqa: ASYNC110 - nothing announces the end of another's child
                await asyncio.sleep(ADOPTED_POLL_S)
            return Ending()
        code = await self._process.wait()
        return Ending(exit_code=code) if code >= 0 else Ending(signal_name=signal.Signals(-code).name)

    async def stop(self, number: signal.Signals, grace_s: float) -> bool:
        """Ask the process to end, then kill what is left of its group; returns whether it ended when asked.

        A cancelled stop still kills.
        """
        try:
            _send(self.pid, number)
            ended = await self._ends_within(grace_s)
        finally:
            self.kill()
        await self._ends_within(KILL_WAIT_S)
        return ended

    async def _ends_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self.wait()
        except TimeoutError:
            return False
        return True

    def kill(self) -> None:
        """Kill the whole process group at once; nothing happens when it is gone already."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _open_log(spec: ChildSpec) -> int:
    """Open the log for appending: only then can the supervisor cut it while the child lives."""
    path = spec.log_path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    log_files.set_aside(path)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

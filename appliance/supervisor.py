"""Keeps the whole box alive: one supervisor for each var directory, leftovers cleared, children kept, stopped in order.

Whatever an earlier supervisor left behind after `kill -9` never blocks the next start: children that serve others
(PostgreSQL, Valkey) are adopted if they answer, everything else that the records name is ended first.
"""

import asyncio
import fcntl
import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from appliance import log_files, record
from appliance.child import ChildSpec
from appliance.keeper import Backoff, Death, Keeper, Plan
from models.errors import ConflictError

log = structlog.get_logger(__name__)

STOP_WITHIN_S = 12.5
WAVE_RESERVE_S = 1.5
HURRIED_GRACE_S = 0.5
LOG_CHECK_S = 60.0


class AlreadyRunningError(ConflictError):
    """Another supervisor, or a command that needs the embedded parts, holds this var directory."""


class Lock:
    """The right to run children in a var directory; the kernel gives it back when the holder dies, however it dies."""

    def __init__(self, run_dir: Path) -> None:
        self.path = run_dir / "supervisor.lock"
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise AlreadyRunningError at once."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 32).decode(errors="replace").strip()
            os.close(handle)
            message = f"Leadkeep already runs here (process {holder or 'unknown'})."
            raise AlreadyRunningError(
                message, hint="Stop it with Ctrl-C in its terminal, or use it as it is."
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def is_supervised(run_dir: Path) -> bool:
    """Say whether a supervisor, or a command with an embedded part, holds this var directory now."""
    lock = Lock(run_dir)
    try:
        lock.acquire()
    except AlreadyRunningError:
        return True
    lock.release()
    return False


class Supervisor:
    """Use as `async with`: entering takes the lock and ends leftovers, leaving stops every child in reverse order."""

    def __init__(
        self,
        run_dir: Path,
        *,
        tell: Callable[[Death], None],
        adopts: frozenset[str],
        backoff: Backoff | None = None,
        log_check_s: float = LOG_CHECK_S,
    ) -> None:
        self.run_dir = run_dir
        self.ended_leftovers: list[str] = []
        self._waves: dict[int, list[Keeper]] = {}
        self._adopts = adopts
        self._plan = Plan(run_dir, str(uuid.uuid4()), tell, backoff or Backoff())
        self._lock = Lock(run_dir)
        self._hurried = asyncio.Event()
        self._log_check_s = log_check_s
        self._cutting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.acquire()
        self.ended_leftovers = await asyncio.to_thread(self._end_leftovers)
        self._cutting = asyncio.create_task(self._cut_logs(), name="cut logs")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.stop()
        finally:
            if self._cutting is not None:
                self._cutting.cancel()
            self._lock.release()

    async def start(self, spec: ChildSpec, *, wave: int, running_pid: Callable[[], int | None] | None = None) -> Keeper:
        """Keep one more child and return when it is ready; children of a higher wave stop before it."""
        keeper = Keeper(spec, self._plan, running_pid)
        self._waves.setdefault(wave, []).append(keeper)
        await keeper.start()
        return keeper

    @property
    def keepers(self) -> list[Keeper]:
        """Every child that is kept, in the order of their waves."""
        return [keeper for wave in sorted(self._waves) for keeper in self._waves[wave]]

    async def stop(self) -> None:
        """Stop every child, the highest wave first, within 15 seconds in all; idempotent."""
        end_s = time.monotonic() + STOP_WITHIN_S
        for wave in sorted(self._waves, reverse=True):
            longest_s = end_s - time.monotonic() - WAVE_RESERVE_S * (len(self._waves) - 1)
            async with asyncio.TaskGroup() as stopping:
                for keeper in self._waves[wave]:
                    stopping.create_task(self._stop_one(keeper, max(HURRIED_GRACE_S, longest_s)))
            del self._waves[wave]

    def hurry(self) -> None:
        """Shorten every grace (a second Ctrl-C): children are still ended one by one, none is left behind."""
        self._hurried.set()

    async def _stop_one(self, keeper: Keeper, longest_s: float) -> None:
        grace_s = HURRIED_GRACE_S if self._hurried.is_set() else min(keeper.spec.stop_grace_s, longest_s)
        stopping = asyncio.create_task(keeper.stop(grace_s))
        hurried = asyncio.create_task(self._hurried.wait())
        try:
            await asyncio.wait({stopping, hurried}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({stopping}, timeout=HURRIED_GRACE_S)
            if not stopping.done() and keeper.process is not None:
                keeper.process.kill()
            await stopping
        finally:
            hurried.cancel()

    async def _cut_logs(self) -> None:
        """Keep the logs of children that live for months from filling the disk."""
        while True:
            await asyncio.sleep(self._log_check_s)
            for keeper in self.keepers:
                try:
                    if await asyncio.to_thread(log_files.cut, keeper.spec.log_path):
                        log.info("log.cut", child=keeper.spec.name)
                except OSError as error:
                    log.error("log.not_cut", child=keeper.spec.name, code=error.errno)  # noqa: TRY400 - errno says it

    def _end_leftovers(self) -> list[str]:
        ended = []
        for found in record.read_all(self.run_dir):
            if found.name in self._adopts:
                continue
            if record.end(found):
                log.warning("child.leftover_ended", child=found.name, pid=found.pid)
                ended.append(found.name)
            record.forget(self.run_dir, found.name)
        return ended

"""Keeps one child alive: starts it, waits until it is ready, starts it again with growing pauses when it dies."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from appliance import record
from appliance.child import ChildSpec
from appliance.process import ChildProcess, Ending
from models.errors import DomainError

log = structlog.get_logger(__name__)

READY_POLL_S = 0.05
READY_POLL_LONGEST_S = 0.5
LEFTOVER_WAIT_S = 20.0
STABLE_AFTER_S = 60.0
EARLY_DEATHS_ALLOWED = 3


class ChildFailedError(DomainError):
    """A child does not come up; the message names it and how it ended."""


@dataclass(frozen=True)
class Backoff:
    """Pauses between restarts, in seconds: doubling from the first to the longest."""

    first_s: float = 0.5
    longest_s: float = 30.0

    def pause_s(self, deaths: int) -> float:
        """Return the pause after the given number of deaths in a row, counted from 1."""
        return float(min(self.longest_s, self.first_s * 2 ** min(deaths - 1, 16)))


@dataclass(frozen=True)
class Death:
    """A child ended without being asked to."""

    name: str
    ending: Ending
    pause_s: float
    log_path: Path


@dataclass(frozen=True)
class Plan:
    """Where records go, what marks this run's processes, how restarts pause and who is told of a death."""

    run_dir: Path
    mark: str
    tell: Callable[[Death], None]
    backoff: Backoff = Backoff()


class Keeper:
    """Holds one child; `running_pid` finds an earlier one that may be adopted if it answers."""

    def __init__(self, spec: ChildSpec, plan: Plan, running_pid: Callable[[], int | None] | None = None) -> None:
        self.spec, self.plan = spec, plan
        self.process: ChildProcess | None = None
        self.restarts = 0
        self._running_pid = running_pid
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._last_ending: Ending | None = None
        self._was_ever_ready = False
        self._is_too_late = False

    async def start(self) -> None:
        """Begin to keep the child and return once it is ready; raises ChildFailedError when it does not come up."""
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.spec.name}")
        self._task.add_done_callback(self._report_crash)
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if not self._ready.is_set():
            await self._task
            raise self._failure()

    @property
    def is_ready(self) -> bool:
        """Whether the child runs and answered since its last start."""
        return self._ready.is_set()

    async def stop(self, grace_s: float) -> None:
        """End the child for good; after at most `grace_s` seconds it is killed with its whole group."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self.process is not None and not await self.process.stop(self.spec.stop_signal, grace_s):
            log.warning("child.killed", child=self.spec.name)
        self.process = None
        log.info("child.stopped", child=self.spec.name)
        record.forget(self.plan.run_dir, self.spec.name)

    async def _keep(self) -> None:
        deaths = 0
        while True:
            started_s = time.monotonic()
            self._last_ending = await self._live_once()
            self._ready.clear()
            deaths = 1 if time.monotonic() - started_s > STABLE_AFTER_S else deaths + 1
            if not self._was_ever_ready and (self._is_too_late or deaths >= EARLY_DEATHS_ALLOWED):
                return
            await self._pause(self._last_ending, deaths)
            self.restarts += 1

    async def _pause(self, ending: Ending, deaths: int) -> None:
        pause_s = self.plan.backoff.pause_s(deaths)
        code, by = ending.exit_code, ending.signal_name
        log.warning("child.died", child=self.spec.name, exit_code=code, signal=by, pause_s=pause_s)
        try:
            self.plan.tell(Death(self.spec.name, ending, pause_s, self.spec.log_path))
        except OSError:  # a closed terminal, a full disk below the redirected output: the child is needed all the same
            log.warning("child.death_not_told", child=self.spec.name)
        await asyncio.sleep(pause_s)

    async def _live_once(self) -> Ending:
        """Start or adopt the child, see it become ready, and return how it ended."""
        self.process = await self._adopt()
        if self.process is None:
            try:
                self.process = await ChildProcess.spawn(self.spec, mark=self.plan.mark)
            except OSError as error:
                log.error("child.not_started", child=self.spec.name, code=error.errno)  # noqa: TRY400 - errno says it
                return Ending()
        self._write_record(self.process)
        ended = asyncio.create_task(self.process.wait())
        try:
            await self._await_ready(ended)
            if not self._ready.is_set() and not ended.done():
                self._is_too_late = True
                await self.process.stop(self.spec.stop_signal, self.spec.stop_grace_s)
            ending = await ended
            self.process.kill()  # what the dead child left in its group, so that nothing holds its port or memory
            self.process = None
            return ending
        finally:
            ended.cancel()

    async def _adopt(self) -> ChildProcess | None:
        """Take over an earlier process that answers; one that does not is given time to end, then ended."""
        pid = await asyncio.to_thread(self._running_pid) if self._running_pid else None
        deadline_s = time.monotonic() + LEFTOVER_WAIT_S
        while pid is not None and record.is_running(pid):
            if await self.spec.ready():
                return ChildProcess.adopt(pid)
            if time.monotonic() > deadline_s:
                await ChildProcess.adopt(pid).stop(self.spec.stop_signal, self.spec.stop_grace_s)
                break
            await asyncio.sleep(READY_POLL_S)
        return None

    async def _await_ready(self, ended: asyncio.Task[Ending]) -> None:
        deadline_s = time.monotonic() + self.spec.ready_timeout_s
        poll_s = READY_POLL_S
        while not ended.done() and time.monotonic() < deadline_s:
            if await self.spec.ready() and not ended.done():
                self._announce()
                return
            await asyncio.wait({ended}, timeout=poll_s)
            poll_s = min(poll_s * 1.2, READY_POLL_LONGEST_S)

    def _announce(self) -> None:
        if self.process is not None:
            self._write_record(self.process)
            log.info("child.ready", child=self.spec.name, pid=self.process.pid)
        self._was_ever_ready = True
        self._ready.set()

    def _write_record(self, process: ChildProcess) -> None:
        """Write down who the child is; on a full disk it lives unrecorded, and the kernel still ends it with us."""
        try:
            self._record(process)
        except OSError as error:
            log.error("child.not_recorded", child=self.spec.name, code=error.errno)  # noqa: TRY400 - errno says it

    def _record(self, process: ChildProcess) -> None:
        seen = record.observe(self.spec.name, process.pid, self.plan.mark)
        if seen is None:
            return
        if process.is_adopted:
            earlier = record.read(self.plan.run_dir, self.spec.name)
            seen = replace(seen, mark=earlier.mark if earlier else "")
        record.write(self.plan.run_dir, seen)

    def _report_crash(self, task: asyncio.Task[None]) -> None:
        """Say that nobody watches the child any longer: else the error would wait for somebody to await the task."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("child.no_longer_watched", child=self.spec.name, exc_info=error)

    def _failure(self) -> ChildFailedError:
        late = f"not ready within {self.spec.ready_timeout_s:.0f} seconds"
        reason = late if self._is_too_late else str(self._last_ending)
        message = f"{self.spec.name} does not start: {reason}. {_last_words(self.spec.log_path)}".strip()
        return ChildFailedError(message, hint=f"Its log is {self.spec.log_path}.")


def _last_words(path: Path) -> str:
    """Return the last line of the log that holds words: frames drawn around an error are taken off."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    spoken = [line.strip(" │|\t") for line in lines if any(letter.isalnum() for letter in line)]
    return f"It said: {spoken[-1][:300]}" if spoken else ""

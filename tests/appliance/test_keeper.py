"""A child is watched whatever else fails: the disk, the terminal; and if the watch itself fails, the log says so."""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from appliance import record
from appliance.child import ChildSpec
from appliance.keeper import Backoff, Death, Keeper, Plan

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")


class Watch:
    """One sleeping child and its keeper; `tells` stands in for the terminal."""

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        self.tells: Callable[[Death], None] = lambda _death: None
        self.answers: Callable[[], bool] = lambda: True
        plan = Plan(run_dir, "mark", self._tell, Backoff(first_s=0.02, longest_s=0.1))
        spec = ChildSpec("gateway", SLEEPER, {}, self._ready, 60, run_dir / "gateway.log", stop_grace_s=1)
        self.keeper = Keeper(spec, plan)

    async def _ready(self) -> bool:
        return self.answers()

    def _tell(self, death: Death) -> None:
        self.tells(death)

    @property
    def pid(self) -> int:
        assert self.keeper.process is not None
        return self.keeper.process.pid

    async def kill_and_see_it_again(self) -> None:
        killed = self.pid
        os.kill(killed, signal.SIGKILL)
        await within_a_minute(lambda: self._lives_again(killed))

    async def _lives_again(self, killed: int) -> bool:
        return self.keeper.is_ready and self.keeper.process is not None and self.pid != killed


async def within_a_minute(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():
            await asyncio.sleep(0.02)


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    made = Watch(tmp_path)
    yield made
    await made.keeper.stop(1)


async def test_child_whose_record_cannot_be_written_is_started_again_all_the_same(watch: Watch) -> None:
    await watch.keeper.start()
    record.forget(watch.run_dir, "gateway")
    blocked = watch.run_dir / "gateway.child.json"
    (blocked / "in the way").mkdir(parents=True)
    await watch.kill_and_see_it_again()
    await watch.kill_and_see_it_again()
    (blocked / "in the way").rmdir()
    blocked.rmdir()


async def test_child_whose_death_cannot_be_told_is_started_again_all_the_same(watch: Watch) -> None:
    def closed_terminal(_death: Death) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    watch.tells = closed_terminal
    await watch.keeper.start()
    await watch.kill_and_see_it_again()


async def test_watch_that_fails_is_said_in_the_log(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> bool:
        message = "a bug"
        raise ValueError(message)

    async def is_reported() -> bool:
        return "child.no_longer_watched" in caplog.text

    await watch.keeper.start()
    watch.answers = broken
    os.kill(watch.pid, signal.SIGKILL)
    await within_a_minute(is_reported)

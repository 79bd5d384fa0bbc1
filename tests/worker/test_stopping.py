"""A worker told to stop stops, also when the word is lost in the error of a library that cleans up meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

import worker.lease
import worker.sweeper
from models.database import Database
from models.errors import UnavailableError
from models.queries import leads
from tests.journey_rows import add_lead
from worker.lease import kept_lease
from worker.parts import Parts
from worker.stopping import obey_stop
from worker.sweeper import Sweeper

LONG_S = 50


async def masking(started: asyncio.Event) -> None:
    """Wait, and answer a cancellation with an error of one's own."""
    try:
        started.set()
        await asyncio.sleep(LONG_S)
    except asyncio.CancelledError:
        message = "the connection was closed in the middle of an operation"
        raise UnavailableError(message) from None


async def ends(task: asyncio.Task[None]) -> bool:
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=LONG_S)
    return bool(done)


async def test_a_stop_that_was_swallowed_is_remembered() -> None:
    async def work() -> None:
        with pytest.raises(UnavailableError):
            await masking(started)
        obey_stop()

    started = asyncio.Event()
    task = asyncio.create_task(work())
    await started.wait()
    assert await ends(task)
    assert task.cancelled()


async def test_the_sweeper_ends_though_its_connection_hides_the_stop(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = asyncio.Event()

    @asynccontextmanager
    async def signal(_database: Database) -> AsyncIterator[asyncio.Event]:
        await masking(started)
        yield asyncio.Event()

    monkeypatch.setattr(worker.sweeper, "staged_signal", signal)

    async def queue(_jobs: object) -> None:
        return

    task = asyncio.create_task(Sweeper(database, queue, lambda _job: None).run())
    await started.wait()
    assert await ends(task)


async def test_work_ends_though_its_renewal_hides_the_stop(
    lonely_parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_id = await add_lead(lonely_parts.database, lonely_parts.keyring)
    async with lonely_parts.database.begin() as session:
        claimed = await leads.claim(session, lead_id, lease_s=60)
    assert claimed is not None
    started = asyncio.Event()

    async def renew(*_: object, **__: object) -> bool:
        await masking(started)
        return True

    monkeypatch.setattr(leads, "renew", renew)
    monkeypatch.setattr(worker.lease, "RENEWALS_PER_LEASE", 1000)

    async def work() -> None:
        async with kept_lease(lonely_parts, claimed):
            await started.wait()

    task = asyncio.create_task(work())
    done, _ = await asyncio.wait({task}, timeout=LONG_S)
    assert done

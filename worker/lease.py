"""Keeping a lead while its stage works: the lease is renewed by the database's clock, or the work is dropped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from models.errors import UnavailableError
from models.queries import leads
from models.queries.leads import Claim, LeaseLostError
from worker.parts import Parts

log = structlog.get_logger(__name__)

RENEWALS_PER_LEASE = 3


@asynccontextmanager
async def kept_lease(parts: Parts, claimed: Claim) -> AsyncIterator[None]:
    """Renew the lease while the block runs; raises LeaseLostError inside it when another worker has the lead."""
    work = asyncio.current_task()
    if work is None:
        message = "a lease is kept from within a task"
        raise RuntimeError(message)
    renewal = asyncio.create_task(_renew(parts, claimed, work), name=f"lease:{claimed.lead_id}")
    try:
        yield
    except asyncio.CancelledError:
        if renewal.done() and not renewal.cancelled() and work.uncancel() == 0:
            message = "another worker has taken this lead"
            raise LeaseLostError(message) from None
        raise
    finally:
        renewal.cancel()


async def _renew(parts: Parts, claimed: Claim, work: asyncio.Task[object]) -> None:
    while True:
        await asyncio.sleep(parts.lease_s / RENEWALS_PER_LEASE)
        try:
            async with parts.database.begin() as session:
                await leads.renew(session, claimed, lease_s=parts.lease_s)
        except LeaseLostError:
            work.cancel()
            return
        except UnavailableError:
            log.warning("lease.not_renewed", lead_id=str(claimed.lead_id))

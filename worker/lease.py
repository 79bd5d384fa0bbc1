"""Keeping a lead while its stage works: the lease is renewed by the database's clock, or the work is dropped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from models.queries import leads
from models.queries.leads import Claim, LeaseLostError
from worker.parts import Parts
from worker.stopping import obey_stop

log = structlog.get_logger(__name__)

RENEWALS_PER_LEASE = 3


@asynccontextmanager
async def kept_lease(parts: Parts, claimed: Claim) -> AsyncIterator[None]:
    """Renew the lease while the block runs; raises LeaseLostError inside it when another worker has the lead.

    No renewal is under way any more when the block has ended.
    """
    work = asyncio.current_task()
    if work is None:
        message = "a lease is kept from within a task"
        raise RuntimeError(message)
    keeper = _Keeper(parts, claimed, work)
    renewal = asyncio.create_task(keeper.keep(), name=f"lease:{claimed.lead_id}")
    try:
        yield
    except asyncio.CancelledError:
        if keeper.is_only_reason_to_stop():
            message = "another worker has taken this lead"
            raise LeaseLostError(message) from None
        raise
    finally:
        keeper.let_go()
        renewal.cancel()
        await asyncio.wait({renewal})


class _Keeper:
    """Renews one lease and stops the work when it is lost, in a way that is told from any other cancellation."""

    def __init__(self, parts: Parts, claimed: Claim, work: asyncio.Task[object]) -> None:
        self._parts, self._claimed, self._work = parts, claimed, work
        self._stopped_before = work.cancelling()
        self._is_over = self._is_lost = False

    async def keep(self) -> None:
        """Renew until cancelled, given back or lost; whatever else goes wrong is tried again."""
        is_held = True
        while is_held:
            await asyncio.sleep(self._parts.lease_s / RENEWALS_PER_LEASE)
            try:
                async with self._parts.database.begin() as session:
                    is_held = await leads.renew(session, self._claimed, lease_s=self._parts.lease_s)
            except LeaseLostError:
                self._lose()
                return
            except Exception:
                obey_stop()
                log.warning("lease.not_renewed", lead_id=str(self._claimed.lead_id), exc_info=True)

    def is_only_reason_to_stop(self) -> bool:
        """Tell whether the work was stopped because the lease is lost, and by nobody else as well."""
        return self._is_lost and self._work.cancelling() == self._stopped_before + 1

    def let_go(self) -> None:
        """Stop the work no more, and take back having stopped it."""
        self._is_over = True
        if self._is_lost:
            self._work.uncancel()

    def _lose(self) -> None:
        if not self._is_over:
            self._is_lost = True
            self._work.cancel()

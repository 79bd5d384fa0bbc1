"""The journey: claim a lead, run the stage that its state asks for, and go on until nothing is due.

Each stage settles in one transaction that carries the claim's token. What fails here is translated once: into a
retry, the holding answer, a review item or a quarantine, never into silence.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from models.errors import UnavailableError
from models.queries import leads
from models.queries.leads import Claim, LeaseLostError
from models.states import STAGE_OF, LeadState, Stage
from worker import drip
from worker.lease import kept_lease
from worker.metrics import LOST_LEASES, STAGE_SECONDS
from worker.parts import Parts
from worker.remedies import apply_remedy
from worker.stages import check, context, decide, draft, route, score, send
from worker.stopping import obey_stop

log = structlog.get_logger(__name__)

STAGE_LIMIT_S = 1800.0
"""A stage that hangs would keep its lead for ever. More than the longest that a part may take by its own limits: a mail
about 25 minutes (`worker.mail_server.SmtpTimeouts`), two answers of the engine at most 20."""

StageRun = Callable[[Parts, Claim], Awaitable[None]]

STAGES: dict[Stage, StageRun] = {
    Stage.CONTEXT: context.run,
    Stage.SCORE: score.run,
    Stage.ROUTE: route.run,
    Stage.DRAFT: draft.run,
    Stage.CHECK: check.run,
    Stage.DECIDE: decide.run,
    Stage.SEND: send.run,
}
RUN_OF: dict[LeadState, StageRun] = {state: STAGES[stage] for state, stage in STAGE_OF.items()}
RUN_OF[LeadState.ENROLLED] = drip.wake


async def advance(parts: Parts, lead_id: UUID) -> None:
    """Take a lead as far as it goes now; a no-op when it is not due or somebody else has it."""
    while True:
        obey_stop()
        async with parts.database.begin() as session:
            claimed = await leads.claim(session, lead_id, lease_s=parts.lease_s)
        if claimed is None or not await _settled(parts, claimed):
            return


async def _settled(parts: Parts, claimed: Claim) -> bool:
    """Run one stage; tell whether the lead moved and may be claimed again."""
    started = time.perf_counter()
    stage = claimed.stage or "drip"
    result = "failed"
    try:
        async with asyncio.timeout(STAGE_LIMIT_S), kept_lease(parts, claimed):
            await RUN_OF[claimed.state](parts, claimed)
        result = "settled"
    except LeaseLostError:
        result = "lost"
        LOST_LEASES.inc()
        log.warning("lease.lost", lead_id=str(claimed.lead_id), stage=stage, token=claimed.token)
    except asyncio.CancelledError:
        await _give_back(parts, claimed)
        raise
    except Exception as error:
        log.warning("stage.failed", lead_id=str(claimed.lead_id), stage=stage, exc_info=True)
        return await apply_remedy(parts, claimed, error)
    finally:
        seconds = time.perf_counter() - started
        STAGE_SECONDS.labels(stage=stage, result=result).observe(seconds)
        log.info("stage.ended", lead_id=str(claimed.lead_id), stage=stage, result=result, duration_s=round(seconds, 3))
    return result == "settled"


async def _give_back(parts: Parts, claimed: Claim) -> None:
    # A worker told to stop leaves no lease behind that others would have to wait out.
    try:
        async with asyncio.timeout(2), parts.database.begin() as session:
            await leads.release(session, claimed)
    except (UnavailableError, TimeoutError):
        log.warning("lease.not_released", lead_id=str(claimed.lead_id))

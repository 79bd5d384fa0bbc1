"""Carrying out a remedy for a failed stage, in one transaction like any settling."""

import structlog

from guard.assembly import holding
from models.errors import UnavailableError
from models.queries import audit, deliveries, journey, leads
from models.queries.journey import Author, NewDraft
from models.queries.leads import Claim, LeaseLostError
from models.states import LeadState
from worker.dossier import take_dossier
from worker.failure import Plan, Remedy, backoff_s, last_resort, plan
from worker.parts import Parts
from worker.review import to_review

log = structlog.get_logger(__name__)

STAGE_FAILED = "stage.failed"
"""The audit's action for a failure that counts; counted there, so that no other wait counts with it."""


async def apply_remedy(parts: Parts, claimed: Claim, error: Exception) -> bool:
    """Retry, fall back, or put the lead before a person; tell whether it moved."""
    try:
        chosen = await _remedied(parts, claimed, error)
    except LeaseLostError:
        log.warning("lease.lost", lead_id=str(claimed.lead_id), token=claimed.token)
        return False
    except UnavailableError:
        log.warning("remedy.postponed", lead_id=str(claimed.lead_id), reason="database_down")
        return False
    log.info("remedy.applied", lead_id=str(claimed.lead_id), remedy=chosen.remedy, reason=chosen.reason)
    return chosen.remedy is not Remedy.RETRY


async def _remedied(parts: Parts, claimed: Claim, error: Exception) -> Plan:
    try:
        chosen = await _choose(parts, claimed, error)
        await _carry_out(parts, claimed, chosen, error)
    except (LeaseLostError, UnavailableError):
        raise
    except Exception as failure:
        log.exception("remedy.failed", lead_id=str(claimed.lead_id))
        chosen = last_resort(failure, claimed)
        await _carry_out(parts, claimed, chosen, failure)
    return chosen


async def _choose(parts: Parts, claimed: Claim, error: Exception) -> Plan:
    async with parts.database.read() as session:
        row = await leads.lead(session, claimed.lead_id)
        failures = await audit.count_of(session, claimed.lead_id, STAGE_FAILED, since=row.state_since)
    campaign = parts.campaigns.get(row.campaign)
    if campaign is None:
        return Plan(Remedy.RETRY, delay_s=backoff_s(claimed.attempts), reason="campaign_missing")
    return plan(error, claimed, step=row.step, failures=failures, campaign=campaign)


async def _carry_out(parts: Parts, claimed: Claim, chosen: Plan, error: Exception) -> None:
    match chosen.remedy:
        case Remedy.RETRY:
            await _retry(parts, claimed, chosen, error)
        case Remedy.FALL_BACK:
            await _fall_back(parts, claimed, chosen)
        case Remedy.REVIEW:
            async with parts.database.begin() as session:
                step = (await leads.lead(session, claimed.lead_id)).step
                await to_review(session, parts, claimed, step=step, reason=chosen.reason)
        case Remedy.QUARANTINE:
            await _quarantine(parts, claimed, chosen)
        case Remedy.ERASED:
            async with parts.database.begin() as session:
                await leads.move(session, claimed, LeadState.ERASED, reason=chosen.reason)


async def _retry(parts: Parts, claimed: Claim, chosen: Plan, error: Exception) -> None:
    async with parts.database.begin() as session:
        await leads.postpone(session, claimed, delay_s=chosen.delay_s)
        if chosen.counts:
            details = {"state": claimed.state, "error": type(error).__name__}
            await leads.audit(session, actor="worker", action=STAGE_FAILED, lead_id=claimed.lead_id, details=details)


async def _quarantine(parts: Parts, claimed: Claim, chosen: Plan) -> None:
    """Stop the lead for a person; what was approved does not leave any more."""
    async with parts.database.begin() as session:
        await leads.move(session, claimed, LeadState.QUARANTINED, reason=chosen.reason)
        await journey.insert_quarantine(session, claimed.lead_id, reason=chosen.reason)
        delivery = await deliveries.delivery_of(session, await leads.lead(session, claimed.lead_id))
        if delivery is not None:
            await deliveries.close_unknown(session, delivery)


async def _fall_back(parts: Parts, claimed: Claim, chosen: Plan) -> None:
    """Put the campaign's approved holding answer on its way to the guard."""
    async with parts.database.read() as session:
        dossier = await take_dossier(session, parts, claimed.lead_id)
    opened, campaign = dossier.opened, dossier.campaign
    content = holding(
        campaign,
        first_name=opened.details.contact.first_name,
        language=opened.details.language,
        today=parts.clock().date(),
        unsubscribe_url=parts.links.unsubscribe(opened.row.id),
    )
    new = NewDraft(content, Author.POLICY, campaign.digest, confidence=1.0, reason=chosen.reason)
    async with parts.database.begin() as session:
        await journey.insert_draft(session, opened.row, new, key=opened.key)
        await leads.move(session, claimed, LeadState.DRAFTED, reason=chosen.reason)

"""Carrying out a remedy for a failed stage, in one transaction like any settling."""

import structlog

from guard.assembly import holding
from models.errors import ConflictError, ErasedError, UnavailableError
from models.queries import journey, leads
from models.queries.journey import Author, NewDraft
from models.queries.leads import Claim, LeaseLostError
from models.states import LeadState
from worker.dossier import take_dossier
from worker.failure import Plan, Remedy, backoff_s, plan
from worker.parts import Parts
from worker.review import to_review

log = structlog.get_logger(__name__)


async def apply_remedy(parts: Parts, claimed: Claim, error: Exception) -> bool:
    """Retry, fall back, or put the lead before a person; tell whether it moved."""
    try:
        chosen = await _choose(parts, claimed, error)
        await _carry_out(parts, claimed, chosen)
    except LeaseLostError:
        log.warning("lease.lost", lead_id=str(claimed.lead_id), token=claimed.token)
        return False
    except UnavailableError:
        log.warning("remedy.postponed", lead_id=str(claimed.lead_id), reason="database_down")
        return False
    log.info("remedy.applied", lead_id=str(claimed.lead_id), remedy=chosen.remedy, reason=chosen.reason)
    return chosen.remedy is not Remedy.RETRY


async def _choose(parts: Parts, claimed: Claim, error: Exception) -> Plan:
    async with parts.database.read() as session:
        row = await leads.lead(session, claimed.lead_id)
    campaign = parts.campaigns.get(row.campaign)
    if campaign is None:
        return Plan(Remedy.RETRY, delay_s=backoff_s(claimed.attempts), reason="campaign_missing")
    return plan(error, claimed, step=row.step, campaign=campaign)


async def _carry_out(parts: Parts, claimed: Claim, chosen: Plan) -> None:
    if chosen.remedy is Remedy.RETRY:
        async with parts.database.begin() as session:
            await leads.postpone(session, claimed, delay_s=chosen.delay_s)
    elif chosen.remedy is Remedy.FALL_BACK:
        await _fall_back(parts, claimed, chosen)
    else:
        await _stop(parts, claimed, chosen)


async def _fall_back(parts: Parts, claimed: Claim, chosen: Plan) -> None:
    """Put the campaign's approved holding answer on its way to the guard."""
    try:
        async with parts.database.read() as session:
            dossier = await take_dossier(session, parts, claimed.lead_id)
    except (ErasedError, ConflictError):
        await _stop(parts, claimed, Plan(Remedy.QUARANTINE, reason=chosen.reason))
        return
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


async def _stop(parts: Parts, claimed: Claim, chosen: Plan) -> None:
    async with parts.database.begin() as session:
        if chosen.remedy is Remedy.REVIEW:
            step = (await leads.lead(session, claimed.lead_id)).step
            await to_review(session, parts, claimed, step=step, reason=chosen.reason)
        elif chosen.remedy is Remedy.ERASED:
            await leads.move(session, claimed, LeadState.ERASED, reason=chosen.reason)
        else:
            await journey.insert_quarantine(session, claimed.lead_id, reason=chosen.reason)
            await leads.move(session, claimed, LeadState.QUARANTINED, reason=chosen.reason)

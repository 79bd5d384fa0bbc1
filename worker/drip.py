"""The drip: which message comes next, and when. Each one goes through draft, guard and decision like the first."""

from datetime import timedelta

from models.policy import Campaign, DripSegment, DripStep
from models.queries import leads
from models.queries.leads import Claim
from models.states import LeadState
from models.tables.intake import Lead
from worker.dossier import take_dossier
from worker.parts import Parts


def segment_of(campaign: Campaign, segment_id: str | None) -> DripSegment | None:
    """Return a segment by id; None when the lead is in none, or the campaign dropped it."""
    return next((segment for segment in campaign.drip if segment.id == segment_id), None)


def step_after(campaign: Campaign, lead: Lead) -> DripStep | None:
    """Return the drip step that follows the lead's current one."""
    segment = segment_of(campaign, lead.segment)
    later = (step for step in segment.steps if step.number > lead.step) if segment else iter(())
    return min(later, key=lambda step: step.number, default=None)


def current_step(campaign: Campaign, lead: Lead) -> DripStep | None:
    """Return the drip step that the lead is at; None at the first answer."""
    segment = segment_of(campaign, lead.segment)
    return next((step for step in segment.steps if step.number == lead.step), None) if segment else None


def rest_before(step: DripStep) -> timedelta:
    """Return how long a lead rests before this step."""
    return timedelta(hours=step.delay_hours)


async def wake(parts: Parts, claimed: Claim) -> None:
    """Take an enrolled lead whose next step is due back onto its way."""
    async with parts.database.read() as session:
        dossier = await take_dossier(session, parts, claimed.lead_id)
    step = step_after(dossier.campaign, dossier.opened.row)
    async with parts.database.begin() as session:
        if step is None:
            await leads.rest(session, claimed)
            return
        await leads.set_step(session, claimed, step=step.number, segment=dossier.opened.row.segment)
        await leads.move(session, claimed, LeadState.DRAFTING, reason="drip_step_due")

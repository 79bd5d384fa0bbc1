"""Route: deterministic. High scores get a draft and sales hear of them; the others enter the drip."""

from datetime import timedelta

from models.database import Session
from models.errors import ConflictError
from models.policy import Campaign
from models.queries import effects, journey, leads
from models.queries.effects import EffectKind
from models.queries.leads import Claim
from models.states import LeadState
from models.tables.journey import Score
from worker.dossier import take_dossier
from worker.parts import Parts


async def run(parts: Parts, claimed: Claim) -> None:
    """Leave a route and stage what other systems should hear of it."""
    async with parts.database.read() as session:
        campaign = (await take_dossier(session, parts, claimed.lead_id)).campaign
        scored = await journey.latest_score(session, claimed.lead_id)
    if scored is None:
        message = "a lead cannot be routed without a score"
        raise ConflictError(message)
    async with parts.database.begin() as session:
        if parts.crm is not None:
            key = f"{EffectKind.CRM_UPSERT}:{claimed.lead_id}"
            await effects.add_effect(session, claimed.lead_id, EffectKind.CRM_UPSERT, key=key, payload={})
        if scored.score >= campaign.thresholds.high_score:
            await _to_draft(session, parts, claimed, campaign=campaign, scored=scored)
        else:
            await _to_drip(session, claimed, campaign, score=scored.score)


async def _to_draft(session: Session, parts: Parts, claimed: Claim, *, campaign: Campaign, scored: Score) -> None:
    if parts.notifier is not None:
        key = f"{EffectKind.SALES_NOTIFICATION}:{claimed.lead_id}"
        payload = {"score": scored.score}
        await effects.add_effect(session, claimed.lead_id, EffectKind.SALES_NOTIFICATION, key=key, payload=payload)
    await _insert_route(session, claimed, campaign, way="draft")
    await leads.move(session, claimed, LeadState.DRAFTING)


async def _to_drip(session: Session, claimed: Claim, campaign: Campaign, *, score: int) -> None:
    segment = campaign.segment_for(score)
    segment_id = segment.id if segment else None
    first = segment.steps[0] if segment and segment.steps else None
    await _insert_route(session, claimed, campaign, way="drip", segment=segment_id)
    await leads.set_step(session, claimed, step=0, segment=segment_id)
    due_in = timedelta(hours=first.delay_hours) if first else None
    await leads.move(session, claimed, LeadState.ENROLLED, due_in=due_in)


async def _insert_route(
    session: Session, claimed: Claim, campaign: Campaign, *, way: str, segment: str | None = None
) -> None:
    await journey.insert_route(
        session,
        claimed.lead_id,
        way=way,
        segment=segment,
        threshold=campaign.thresholds.high_score,
        campaign_digest=campaign.digest,
    )

"""Putting a lead before a person: the desk shows it, and the CRM gets a task that says so."""

from models.database import Session
from models.queries import effects, leads
from models.queries.effects import EffectKind
from models.queries.leads import Claim
from models.states import LeadState
from worker.parts import Parts


async def to_review(session: Session, parts: Parts, claimed: Claim, *, step: int, reason: str) -> None:
    """Move the lead to review and stage the CRM's task for this step once, in the caller's transaction.

    Raises LeaseLostError.
    """
    if parts.crm is not None:
        key = f"{EffectKind.CRM_TASK}:{claimed.lead_id}:{step}"
        await effects.add_effect(session, claimed.lead_id, EffectKind.CRM_TASK, key=key, payload={})
    await leads.move(session, claimed, LeadState.IN_REVIEW, reason=reason)

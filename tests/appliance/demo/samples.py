"""Posts and their leads as values, for the demo's report."""

from uuid import UUID

from appliance.demo.posting import Posted
from appliance.demo.samples import SampleLead
from models.queries.progress import LeadProgress
from models.states import LeadState


def lead_id(number: int) -> UUID:
    return UUID(int=number)


def message_id(number: int, step: int = 0) -> str:
    return f"<{lead_id(number)}.{step}@bank.example>"


def accepted(number: int, *, expect: str = "hot", answer: str = "accepted") -> Posted:
    return Posted(SampleLead(expect, f"sample {number}", {}), 200, lead_id(number), answer)


def not_accepted(status: int | None, *, expect: str = "hot", answer: str = "This connection is paused.") -> Posted:
    return Posted(SampleLead(expect, "another sample", {}), status, None, answer)


def came_to(number: int, state: LeadState, *, reasons: tuple[str, ...] = ()) -> LeadProgress:
    return LeadProgress(lead_id(number), state, 87, "draft", reasons, 12.3)

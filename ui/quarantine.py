"""Leads that stand still because nobody can know what happened: a person looks, and says how it ended."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from models.errors import InvalidInputError
from models.queries import desk, journey, leads
from models.queries.deliveries import delivery_of, void_delivery
from models.states import LeadState
from ui.answers import PageRoute, see_other
from ui.lead_lines import LeadLineView, line_view
from ui.pages import Notice, page_or_block
from ui.parts import UiParts
from ui.signin.gate import Parts, SignedIn, Visitor, shell_for

router = APIRouter(route_class=PageRoute)

ENDS = {"sent": LeadState.SENT, "rejected": LeadState.REJECTED}
DONE = {"sent": "Noted: the mail did arrive.", "rejected": "Noted: the lead is ended, nothing more is sent."}
REASONS = {
    "send_interrupted": "The box stopped while the mail was handed over: it may have arrived, or not.",
    "send_unknown": "The mail server broke off while it took the mail: it may have arrived, or not.",
    "send_refused": "The mail server refuses this mail for good.",
    "send_never_taken": "The mail server did not take the mail, however often it was offered.",
    "other_bytes_than_approved": "The stored mail is not the approved one. Tell the operator before anything else.",
}
DELIVERIES = {
    None: "no mail was handed over",
    "pending": "a mail was approved and has not left",
    "data": "a mail was being handed over",
    "unknown": "a mail may have arrived",
    "sent": "the mail arrived",
    "bounced": "the mail came back",
    "void": "the approval was taken back",
}


@dataclass(frozen=True)
class QuarantinedView:
    """One lead that stands still, and why."""

    lead: LeadLineView
    reason: str
    delivery: str
    may_have_arrived: bool


@dataclass(frozen=True)
class QuarantineView:
    """All of them, longest waiting first."""

    lines: tuple[QuarantinedView, ...]


@router.get("/quarantine")
async def quarantine_page(
    request: Request, parts: Parts, visitor: SignedIn, done: str = "", lead: str = ""
) -> Response:
    """Show the leads that a person must look at."""
    now = parts.clock()
    notice = Notice(DONE[done], f"/leads/{lead}") if done in DONE and _is_id(lead) else None
    async with parts.database.read() as session:
        found = await desk.quarantined(session)
        shell = await shell_for(session, parts, visitor, section="quarantine", notice=notice)
    lines = tuple(
        QuarantinedView(
            line_view(line.lead, parts, now),
            REASONS.get(line.reason, f"A stage kept failing: {line.reason.removesuffix('_failed').replace('_', ' ')}."),
            DELIVERIES.get(line.delivery_state, ""),
            line.delivery_state in {"unknown", "data", "sent"},
        )
        for line in found
    )
    return page_or_block(request, "quarantine.html", "live", shell, QuarantineView(lines))


@router.post("/quarantine/{lead_id}")
async def settle(parts: Parts, visitor: SignedIn, lead_id: UUID, end: Annotated[str, Form()] = "") -> Response:
    """Note how a lead that stood still ended, after a person looked."""
    if end not in ENDS:
        message = "this form does not say how it ended"
        raise InvalidInputError(message)
    await _settle(parts, visitor, lead_id, ENDS[end])
    return see_other(f"/quarantine?done={end}&lead={lead_id}")


async def _settle(parts: UiParts, visitor: Visitor, lead_id: UUID, target: LeadState) -> None:
    async with parts.database.begin() as session:
        expected = LeadState.QUARANTINED
        await leads.move_by_person(session, lead_id, expected=expected, target=target, actor=visitor.actor)
        await journey.settle_quarantine(session, lead_id, user_id=visitor.user_id)
        slot = await delivery_of(session, await leads.lead(session, lead_id))
        if slot is not None and slot.state == "pending":
            await void_delivery(session, slot)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

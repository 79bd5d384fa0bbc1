"""Leads that stand still because nobody can know what happened: a person looks, and says how it ended."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from models.errors import ConflictError, InvalidInputError
from models.queries import desk, journey, leads
from models.queries.deliveries import delivery_of, void_delivery
from models.states import RETRYABLE, STAGE_OF, LeadState
from models.tables.delivery import Delivery
from ui.answers import PageRoute, see_other
from ui.lead_lines import LeadLineView, line_view
from ui.pages import Notice, page_or_block
from ui.parts import UiParts
from ui.signin.gate import Parts, SignedIn, Visitor, shell_for

router = APIRouter(route_class=PageRoute)

AGAIN = "again"
ENDS = {"sent": LeadState.SENT, "rejected": LeadState.REJECTED}
DONE = {
    "sent": "Noted: the mail did arrive.",
    "rejected": "Noted: the lead is ended, nothing more is sent.",
    AGAIN: "The stage is tried again.",
}
BEFORE = {f"{STAGE_OF[state]}_failed": state for state in RETRYABLE}
"""Where a lead stood when a stage failed for good, by the reason that was recorded."""
MAY_HAVE_ARRIVED = frozenset({"unknown", "data", "sent"})
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
    may_be_tried_again: bool


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
            line.delivery_state in MAY_HAVE_ARRIVED,
            line.delivery_state is None and line.reason in BEFORE,
        )
        for line in found
    )
    return page_or_block(request, "quarantine.html", "live", shell, QuarantineView(lines))


@router.post("/quarantine/{lead_id}")
async def settle(parts: Parts, visitor: SignedIn, lead_id: UUID, end: Annotated[str, Form()] = "") -> Response:
    """Note how a lead that stood still ended, or try its stage again, after a person looked."""
    if end not in DONE:
        message = "this form does not say how it ended"
        raise InvalidInputError(message)
    await _settle(parts, visitor, lead_id, end)
    return see_other(f"/quarantine?done={end}&lead={lead_id}")


async def _settle(parts: UiParts, visitor: Visitor, lead_id: UUID, end: str) -> None:
    async with parts.database.begin() as session:
        slot = await delivery_of(session, await leads.lead(session, lead_id))
        target = _target(end, slot, await journey.quarantine_reason(session, lead_id))
        expected = LeadState.QUARANTINED
        await leads.move_by_person(session, lead_id, expected=expected, target=target, actor=visitor.actor)
        await journey.settle_quarantine(session, lead_id, user_id=visitor.user_id)
        if slot is not None and slot.state == "pending":
            await void_delivery(session, slot)


def _target(end: str, slot: Delivery | None, reason: str) -> LeadState:
    """Return where the lead goes; raises ConflictError for what its mail's fate does not allow."""
    if end == AGAIN and slot is None and reason in BEFORE:
        return BEFORE[reason]
    if end == "rejected" or (end == "sent" and slot is not None and slot.state in MAY_HAVE_ARRIVED):
        return ENDS[end]
    message = "this cannot be said of this lead"
    raise ConflictError(message, hint="Reload the page to see what is known of it.")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

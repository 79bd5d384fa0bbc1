"""The review queue: which leads wait for a person, and why."""

from dataclasses import dataclass
from uuid import UUID

from models.database import ReadSession
from models.queries import desk
from models.queries.desk import QueueLine, QueueOrder
from ui.labels import reason_sentence
from ui.lead_lines import LeadLineView, line_view
from ui.parts import UiParts


@dataclass(frozen=True)
class QueueLineView:
    """One waiting lead; `findings` is None while its newest draft was not checked."""

    lead: LeadLineView
    url: str
    why: tuple[str, ...]
    findings: int | None
    blocks: bool
    draft: str


@dataclass(frozen=True)
class QueueView:
    """The queue in the chosen order."""

    lines: tuple[QueueLineView, ...]
    order: str
    poll_url: str


@dataclass(frozen=True)
class Neighbours:
    """Where a lead stands in the queue; an address is empty at its ends."""

    place: int
    length: int
    before_url: str
    after_url: str


def order_of(text: str) -> QueueOrder:
    """Read the order from the query string; oldest first unless said otherwise."""
    return QueueOrder.SCORE if text == QueueOrder.SCORE else QueueOrder.OLDEST


def item_url(lead_id: UUID, order: QueueOrder) -> str:
    """Return the address of one draft on the desk; it remembers the queue's order."""
    query = "" if order is QueueOrder.OLDEST else f"?order={order}"
    return f"/review/{lead_id}{query}"


def queue_url(order: QueueOrder) -> str:
    """Return the queue's address."""
    return "/review" if order is QueueOrder.OLDEST else f"/review?order={order}"


async def queue_view(session: ReadSession, parts: UiParts, order: QueueOrder) -> QueueView:
    """Read the queue and word it."""
    now = parts.clock()
    lines = [
        QueueLineView(
            lead=line_view(line.lead, parts, now),
            url=item_url(line.lead.id, order),
            why=tuple(reason_sentence(reason) for reason in _reasons(line)),
            findings=line.findings,
            blocks=line.verdict_action == "block",
            draft=_draft_words(line),
        )
        for line in await desk.review_queue(session, order)
    ]
    return QueueView(tuple(lines), order, queue_url(order))


async def neighbours(session: ReadSession, lead_id: UUID, order: QueueOrder) -> Neighbours:
    """Find the leads before and after this one; a lead that left the queue stands before its head."""
    ids = await desk.waiting_ids(session, order)
    if lead_id not in ids:
        return Neighbours(0, len(ids), "", item_url(ids[0], order) if ids else "")
    place = ids.index(lead_id)
    before = item_url(ids[place - 1], order) if place else ""
    after = item_url(ids[place + 1], order) if place + 1 < len(ids) else ""
    return Neighbours(place + 1, len(ids), before, after)


def _reasons(line: QueueLine) -> tuple[str, ...]:
    if line.reasons or line.draft_reason:
        return line.reasons or (line.draft_reason,)
    return ("no draft could be written",) if line.draft_version is None else ("the check could not be done",)


def _draft_words(line: QueueLine) -> str:
    if line.draft_version is None:
        return "no draft"
    return f"version {line.draft_version}, {_AUTHORS.get(line.author or '', 'engine')}"


_AUTHORS = {"model": "engine", "person": "person", "policy": "campaign"}

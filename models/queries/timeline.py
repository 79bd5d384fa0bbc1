"""A lead's whole journey in the order it happened, as the review desk and the command line show it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from models.database import ReadSession, Session
from models.errors import DamagedSealError, ErasedError
from models.lead import LeadDetails
from models.opened import open_context, open_draft
from models.queries import leads
from models.sealing import DataKey, Keyring
from models.states import LeadState
from models.tables.delivery import Delivery, Effect, Outcome
from models.tables.intake import Lead
from models.tables.journey import ContextSnapshot, Decision, Draft, Quarantine, Review, Route, Score, VerdictRow
from models.tables.people import UserAccount

LIMIT = 500
"""Rows of one kind that a timeline shows."""
Reader = ReadSession | Session


class EntryKind(StrEnum):
    """What an entry of the timeline is about; the order is that of the journey."""

    RECEIVED = "received"
    CONTEXT = "context"
    SCORE = "score"
    ROUTE = "route"
    DRAFT = "draft"
    VERDICT = "verdict"
    DECISION = "decision"
    REVIEW = "review"
    DELIVERY = "delivery"
    EFFECT = "effect"
    OUTCOME = "outcome"
    QUARANTINE = "quarantine"


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `detail` may quote the lead or the draft: show it as text, never log it."""

    at: datetime
    kind: EntryKind
    title: str
    detail: str = ""
    who: str = ""
    after_s: float = 0.0
    """Seconds since the entry before it."""


@dataclass(frozen=True)
class Timeline:
    """A lead and everything that happened to it, oldest first. `details` is None when it was erased, or damaged."""

    lead_id: UUID
    campaign: str
    source: str
    state: LeadState
    state_since: datetime
    received_at: datetime
    step: int
    details: LeadDetails | None
    entries: tuple[Entry, ...]


async def timeline(session: Reader, keyring: Keyring, lead_id: UUID) -> Timeline:
    """Read a lead's journey and open what is sealed of it; raises NotFoundError."""
    row = await leads.lead(session, lead_id)
    key = await _key(session, keyring, row)
    details = _details(row, key) if key else None
    entries = [_received(row, details)]
    for reading in (_of_scoring, _of_drafts, _of_reviews, _of_deliveries):
        entries += await reading(session, lead_id, key)
    return Timeline(
        lead_id=row.id,
        campaign=row.campaign,
        source=row.source,
        state=LeadState(row.state),
        state_since=row.state_since,
        received_at=row.received_at,
        step=row.step,
        details=details,
        entries=tuple(_spaced(entries)),
    )


async def _key(session: Reader, keyring: Keyring, row: Lead) -> DataKey | None:
    try:
        return keyring.unwrap(await leads.wrapped_key(session, row.data_key_id))
    except ErasedError:
        return None


def _details(row: Lead, key: DataKey) -> LeadDetails | None:
    try:
        return LeadDetails.model_validate_json(key.open(row.sealed_details, "details"))
    except DamagedSealError:
        return None


def _received(row: Lead, details: LeadDetails | None) -> Entry:
    words = details.message if details else ""
    return Entry(row.received_at, EntryKind.RECEIVED, f"Received from {row.source}", words, "gateway")


async def _of_scoring(session: Reader, lead_id: UUID, key: DataKey | None) -> list[Entry]:
    contexts = select(ContextSnapshot).where(ContextSnapshot.lead_id == lead_id).limit(LIMIT)
    scores = select(Score).where(Score.lead_id == lead_id).limit(LIMIT)
    routes = select(Route).where(Route.lead_id == lead_id).limit(LIMIT)
    found = [_context(row, key) for row in await session.scalars(contexts)]
    found += [_score(row, key) for row in await session.scalars(scores)]
    return found + [_route(row) for row in await session.scalars(routes)]


def _context(row: ContextSnapshot, key: DataKey | None) -> Entry:
    title = "Known here already" if row.returning else "New here"
    return Entry(row.created_at, EntryKind.CONTEXT, title, _context_words(row, key), "worker")


def _context_words(row: ContextSnapshot, key: DataKey | None) -> str:
    if key is None:
        return ""
    context = open_context(key, row)
    earlier = [f"{len(context.earlier)} earlier enquiries"] if context.earlier else []
    crm = [f"in {context.crm.crm} as {context.crm.contact_id}"] if context.crm else []
    unreachable = ["the CRM did not answer"] if context.crm_unreachable else []
    return ", ".join((*earlier, *crm, *unreachable))


def _score(row: Score, key: DataKey | None) -> Entry:
    title = f"Score {row.score}, confidence {row.confidence:.2f}, tone {row.suggested_tone}"
    reasoning = key.open(row.sealed_reasoning, "reasoning").decode() if key else ""
    return Entry(row.created_at, EntryKind.SCORE, title, reasoning, str(row.call.get("model", "engine")))


def _route(row: Route) -> Entry:
    title = f"To drip segment {row.segment}" if row.way == "drip" else "To a draft"
    return Entry(row.created_at, EntryKind.ROUTE, title, f"high scores begin at {row.threshold}", "policy")


async def _of_drafts(session: Reader, lead_id: UUID, key: DataKey | None) -> list[Entry]:
    drafts = select(Draft, UserAccount.name).outerjoin(UserAccount, UserAccount.id == Draft.user_id)
    verdicts = select(VerdictRow).join(Draft, Draft.id == VerdictRow.draft_id)
    decisions = select(Decision).join(Draft, Draft.id == Decision.draft_id)
    written = await session.execute(drafts.where(Draft.lead_id == lead_id).limit(LIMIT))
    found = [_draft(row, name, key) for row, name in written]
    found += [_verdict(row) for row in await session.scalars(verdicts.where(Draft.lead_id == lead_id).limit(LIMIT))]
    decided = await session.scalars(decisions.where(Draft.lead_id == lead_id).limit(LIMIT))
    return found + [_decision(row) for row in decided]


def _draft(row: Draft, user: str | None, key: DataKey | None) -> Entry:
    message = f"message {row.step}, " if row.step else ""
    title = f"Draft: {message}version {row.version}, confidence {row.confidence:.2f}"
    content = open_draft(key, row) if key else None
    text = f"{content.subject}\n\n{content.text.rstrip()}" if content else ""
    return Entry(row.created_at, EntryKind.DRAFT, title, text, user or row.author)


def _verdict(row: VerdictRow) -> Entry:
    found = len(row.findings)
    title = f"Guard: {found} finding{'' if found == 1 else 's'}, {row.action}" if found else "Guard: nothing found"
    risk = [] if row.risk is None else [f"second opinion: risk {row.risk:.2f}"]
    words = [f"{finding['rule_id']} at {finding['place']}: {finding['message']}" for finding in row.findings]
    return Entry(
        row.created_at, EntryKind.VERDICT, title, "\n".join((*words, *risk)), f"guard {row.guard_version[:12]}"
    )


def _decision(row: Decision) -> Entry:
    title = "Decision: send" if row.outcome == "send" else "Decision: a person must look"
    reasons = ", ".join(reason.replace("_", " ") for reason in row.reasons)
    return Entry(row.created_at, EntryKind.DECISION, title, f"because: {reasons}", "policy")


async def _of_reviews(session: Reader, lead_id: UUID, key: DataKey | None) -> list[Entry]:
    reviews = select(Review, UserAccount.name).join(UserAccount, UserAccount.id == Review.user_id)
    reviews = reviews.where(Review.lead_id == lead_id).limit(LIMIT)
    stops = select(Quarantine).where(Quarantine.lead_id == lead_id).limit(LIMIT)
    found = [_review(row, name, key) for row, name in await session.execute(reviews)]
    return found + [
        Entry(row.created_at, EntryKind.QUARANTINE, "Stands still: a person must look", row.reason, "worker")
        for row in await session.scalars(stops)
    ]


def _review(row: Review, user: str, key: DataKey | None) -> Entry:
    titles = {"approve": "Approved", "edit": "Edited", "reject": "Rejected", "redraft": "Asked for another draft"}
    note = key.open(row.sealed_note, "note").decode() if key and row.sealed_note else ""
    return Entry(row.created_at, EntryKind.REVIEW, titles[row.action], note, user)


async def _of_deliveries(session: Reader, lead_id: UUID, _key: DataKey | None) -> list[Entry]:
    deliveries = select(Delivery).where(Delivery.lead_id == lead_id).limit(LIMIT)
    effects = select(Effect).where(Effect.lead_id == lead_id).limit(LIMIT)
    outcomes = select(Outcome).where(Outcome.lead_id == lead_id).limit(LIMIT)
    found = [_delivery(row) for row in await session.scalars(deliveries)]
    found += [_effect(row) for row in await session.scalars(effects)]
    return found + [
        Entry(row.created_at, EntryKind.OUTCOME, row.kind.capitalize(), "", "the lead")
        for row in await session.scalars(outcomes)
    ]


def _delivery(row: Delivery) -> Entry:
    titles = {
        "pending": "Mail waits to be sent",
        "data": "Mail is being handed over",
        "sent": "Mail sent",
        "bounced": "Mail bounced",
        "unknown": "Mail: it is not known whether it arrived; it is not sent again",
        "void": "Approval taken back",
    }
    reply = f", reply {row.reply_code}" if row.reply_code else ""
    proof = f"{row.message_id}, SHA-256 {row.message_sha256}{reply}"
    at = row.settled_at or row.data_at or row.created_at
    return Entry(at, EntryKind.DELIVERY, titles[row.state], proof, "mail")


def _effect(row: Effect) -> Entry:
    title = f"{row.kind.replace('_', ' ').capitalize()}: {row.state}"
    words = (row.external_id and f"there: {row.external_id}") or row.error
    return Entry(row.settled_at or row.created_at, EntryKind.EFFECT, title, words, "worker")


def _spaced(entries: list[Entry]) -> Iterator[Entry]:
    """Sort by time, entries of one instant in the order of the journey, and note the seconds between."""
    order = list(EntryKind)
    before: datetime | None = None
    for entry in sorted(entries, key=lambda entry: (entry.at, order.index(entry.kind))):
        yield replace(entry, after_s=(entry.at - before).total_seconds() if before else 0.0)
        before = entry.at

"""What the desk lists: leads, the review queue, quarantine and the counts above them; every list has a limit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select, true

from models.database import ReadSession, Session
from models.states import ACTIVE, WAITING_FOR_PERSON, LeadState
from models.tables.delivery import Delivery
from models.tables.intake import DataKeyRow, Lead
from models.tables.journey import Decision, Draft, Quarantine, Score, VerdictRow
from models.tables.people import UserAccount

PAGE_LIMIT = 50
QUEUE_LIMIT = 200
ON_THEIR_WAY = tuple(sorted(ACTIVE))
WAITING = tuple(sorted(ACTIVE | WAITING_FOR_PERSON))


class QueueOrder(StrEnum):
    """What a reviewer sees first."""

    OLDEST = "oldest"
    SCORE = "score"


@dataclass(frozen=True)
class LeadLine:
    """One lead in a list; `wrapped_key` is None once it was erased."""

    id: UUID
    campaign: str
    source: str
    language: str
    state: LeadState
    state_since: datetime
    received_at: datetime
    step: int
    sealed_details: bytes
    wrapped_key: bytes | None
    score: int | None


@dataclass(frozen=True)
class QueueLine:
    """One lead in the review queue, with what the guard and the policy said of its newest draft."""

    lead: LeadLine
    draft_version: int | None
    draft_reason: str
    author: str | None
    verdict_action: str | None
    findings: int | None
    """None while there is no verdict on the newest draft."""
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class QuarantineLine:
    """One lead that stands still until a person looks."""

    lead: LeadLine
    reason: str
    delivery_state: str | None


@dataclass(frozen=True)
class Counts:
    """The desk at a glance; `oldest_waiting` is when the longest waiting lead entered its state."""

    in_review: int
    on_their_way: int
    quarantined: int
    oldest_waiting: datetime | None
    sent_lately: int
    """Messages that left within the last 24 hours."""


async def lead_page(
    session: ReadSession,
    *,
    state: LeadState | None = None,
    campaign: str | None = None,
    before: UUID | None = None,
    limit: int = PAGE_LIMIT,
) -> list[LeadLine]:
    """Return leads newest first; `before` is the last id of the page above (ids sort by time)."""
    statement = _lines()
    if state is not None:
        statement = statement.where(Lead.state == state)
    if campaign is not None:
        statement = statement.where(Lead.campaign == campaign)
    if before is not None:
        statement = statement.where(Lead.id < before)
    rows = await session.execute(statement.order_by(Lead.id.desc()).limit(limit))
    return [_line(row) for row in rows]


async def counts(session: ReadSession) -> Counts:
    """Count what waits, what moves and what left."""
    waiting = select(
        func.count().filter(Lead.state == LeadState.IN_REVIEW),
        func.count().filter(Lead.state.in_(ON_THEIR_WAY)),
        func.count().filter(Lead.state == LeadState.QUARANTINED),
        func.min(Lead.state_since),
    ).where(Lead.state.in_(WAITING))
    in_review, on_their_way, quarantined, oldest = (await session.execute(waiting)).one()
    sent = select(func.count()).where(Delivery.state == "sent")
    sent_lately = await session.scalar(sent.where(Delivery.settled_at > func.now() - timedelta(hours=24)))
    return Counts(in_review, on_their_way, quarantined, oldest, sent_lately or 0)


async def review_queue(
    session: ReadSession, order: QueueOrder = QueueOrder.OLDEST, *, limit: int = QUEUE_LIMIT
) -> list[QueueLine]:
    """Return the leads that wait for a reviewer, each with its newest draft, verdict and decision."""
    score = _score()
    draft = (
        select(Draft.id, Draft.version, Draft.reason, Draft.author)
        .where(Draft.lead_id == Lead.id, Draft.step == Lead.step)
        .order_by(Draft.version.desc())
        .limit(1)
        .lateral("draft_now")
    )
    verdict = (
        select(VerdictRow.action, func.jsonb_array_length(VerdictRow.findings).label("findings"))
        .where(VerdictRow.draft_id == draft.c.id)
        .order_by(VerdictRow.created_at.desc(), VerdictRow.id.desc())
        .limit(1)
        .lateral("verdict_now")
    )
    decision = (
        select(Decision.reasons)
        .where(Decision.draft_id == draft.c.id)
        .order_by(Decision.created_at.desc(), Decision.id.desc())
        .limit(1)
        .lateral("decision_now")
    )
    extra = (draft.c.version, draft.c.reason, draft.c.author, verdict.c.action, verdict.c.findings, decision.c.reasons)
    statement = _lines().add_columns(*extra).where(Lead.state == LeadState.IN_REVIEW)
    for lateral in (draft, verdict, decision):
        statement = statement.outerjoin(lateral, true())
    rows = await session.execute(statement.order_by(*_ordering(order, score)).limit(limit))
    return [_queue_line(row) for row in rows]


async def waiting_ids(session: ReadSession, order: QueueOrder = QueueOrder.OLDEST) -> list[UUID]:
    """Return the ids of the review queue in its order, for going to the next and the one before."""
    statement = select(Lead.id).where(Lead.state == LeadState.IN_REVIEW).order_by(*_ordering(order, _score()))
    return list(await session.scalars(statement.limit(QUEUE_LIMIT)))


async def quarantined(session: ReadSession, *, limit: int = QUEUE_LIMIT) -> list[QuarantineLine]:
    """Return the leads that a person must look at, longest waiting first, with the newest reason."""
    reason = (
        select(Quarantine.reason)
        .where(Quarantine.lead_id == Lead.id)
        .order_by(Quarantine.created_at.desc(), Quarantine.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    delivery = select(Delivery.state).where(Delivery.lead_id == Lead.id, Delivery.step == Lead.step).scalar_subquery()
    statement = _lines().add_columns(reason, delivery).where(Lead.state == LeadState.QUARANTINED)
    rows = await session.execute(statement.order_by(Lead.state_since, Lead.id).limit(limit))
    return [QuarantineLine(_line(row), row[-2] or "", row[-1]) for row in rows]


async def user_names(session: ReadSession | Session, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of these people."""
    wanted = select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(set(user_ids)))
    return {row.id: row.name for row in await session.execute(wanted)}


def _score() -> ColumnElement[int | None]:
    newest = select(Score.score).where(Score.lead_id == Lead.id)
    return newest.order_by(Score.created_at.desc(), Score.id.desc()).limit(1).scalar_subquery()


def _lines() -> Select[*tuple[Any, ...]]:
    columns = (Lead.id, Lead.campaign, Lead.source, Lead.language, Lead.state, Lead.state_since, Lead.received_at)
    statement = select(*columns, Lead.step, Lead.sealed_details, DataKeyRow.wrapped, _score())
    return statement.join(DataKeyRow, DataKeyRow.id == Lead.data_key_id)


def _line(row: Row[*tuple[Any, ...]]) -> LeadLine:
    id_, campaign, source, language, state, since, received, step, sealed, wrapped, score = row[:11]
    return LeadLine(id_, campaign, source, language, LeadState(state), since, received, step, sealed, wrapped, score)


def _queue_line(row: Row[*tuple[Any, ...]]) -> QueueLine:
    version, reason, author, action, findings, reasons = row[11:]
    return QueueLine(_line(row), version, reason or "", author, action, findings, tuple(reasons or ()))


def _ordering(order: QueueOrder, score: ColumnElement[int | None]) -> tuple[ColumnElement[Any], ...]:
    match order:
        case QueueOrder.OLDEST:
            return (Lead.state_since.asc(), Lead.id.asc())
        case QueueOrder.SCORE:
            return (score.desc().nulls_last(), Lead.state_since.asc(), Lead.id.asc())

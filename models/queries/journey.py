"""The rows that stages leave, written and read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, insert, select, update

from models.answers import CallRecord, ScoreAnswer
from models.database import ReadSession, Session
from models.draft import DraftContent
from models.ids import new_id
from models.lead import EarlierLead
from models.sealing import DataKey
from models.tables.delivery import Suppression
from models.tables.intake import Lead
from models.tables.journey import ContextSnapshot, Decision, Draft, Quarantine, Review, Route, Score, VerdictRow
from models.verdict import DecisionResult, Verdict

Reader = ReadSession | Session
Row = TypeVar("Row", ContextSnapshot, Score, Route, Review)


class Author(StrEnum):
    """Who wrote a draft."""

    MODEL = "model"
    PERSON = "person"
    POLICY = "policy"


@dataclass(frozen=True)
class NewDraft:
    """A version of a message.

    `confidence` is 0–1, `reason` why policy wrote it, `call` the engine's, `user_id` the person's who edited.
    """

    content: DraftContent
    author: Author
    campaign_digest: str
    confidence: float = 0.0
    reason: str = ""
    call: CallRecord | None = None
    user_id: UUID | None = None


class ReviewAction(StrEnum):
    """What a person can do with a draft."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    REDRAFT = "redraft"


@dataclass(frozen=True)
class NewReview:
    """A person's act; `sealed_note` holds a reason or an instruction, `message_sha256` the approved bytes' hash."""

    user_id: UUID
    action: ReviewAction
    draft_id: UUID | None
    sealed_note: bytes | None = None
    message_sha256: str | None = None


async def earlier_leads(session: Reader, lead: Lead, *, limit: int = 10) -> tuple[EarlierLead, ...]:
    """Return this person's earlier enquiries, newest first, found by blind index."""
    latest = select(Score.score).where(Score.lead_id == Lead.id).order_by(Score.created_at.desc()).limit(1)
    statement = (
        select(Lead.id, Lead.campaign, Lead.state, Lead.received_at, latest.scalar_subquery())
        .where(Lead.email_index == lead.email_index, Lead.id < lead.id)
        .order_by(Lead.id.desc())
        .limit(limit)
    )
    rows = await session.execute(statement)
    return tuple(
        EarlierLead(lead_id=str(id_), campaign=campaign, state=state, received_at=at, score=score)
        for id_, campaign, state, at, score in rows
    )


async def insert_context(session: Session, lead_id: UUID, *, sealed: bytes, returning: bool) -> None:
    """Keep what was known when the lead was scored."""
    values = {"id": new_id(), "lead_id": lead_id, "sealed_context": sealed, "returning": returning}
    await session.execute(insert(ContextSnapshot).values(**values))


async def insert_score(
    session: Session, lead_id: UUID, answer: ScoreAnswer, *, key: DataKey, campaign_digest: str
) -> None:
    """Keep a score with the call that explains it."""
    await session.execute(
        insert(Score).values(
            id=new_id(),
            lead_id=lead_id,
            score=answer.score,
            confidence=answer.confidence,
            suggested_tone=answer.suggested_tone,
            sealed_reasoning=key.seal(answer.reasoning.encode(), "reasoning"),
            call=answer.call.model_dump(),
            campaign_digest=campaign_digest,
        )
    )


async def insert_route(
    session: Session, lead_id: UUID, *, way: str, segment: str | None, threshold: int, campaign_digest: str
) -> None:
    """Keep where the score led."""
    values = {"id": new_id(), "lead_id": lead_id, "way": way, "segment": segment, "threshold": threshold}
    await session.execute(insert(Route).values(**values, campaign_digest=campaign_digest))


async def insert_draft(session: Session, lead: Lead, draft: NewDraft, *, key: DataKey) -> UUID:
    """Keep a new version of the message for the lead's current step."""
    last = select(func.coalesce(func.max(Draft.version), 0))
    last = last.where(Draft.lead_id == lead.id, Draft.step == lead.step)
    draft_id = new_id()
    await session.execute(
        insert(Draft).values(
            id=draft_id,
            lead_id=lead.id,
            step=lead.step,
            version=last.scalar_subquery() + 1,
            author=draft.author,
            user_id=draft.user_id,
            sealed_content=key.seal_model(draft.content, "draft"),
            content_sha256=draft.content.sha256,
            confidence=draft.confidence,
            reason=draft.reason,
            call=draft.call and draft.call.model_dump(),
            campaign_digest=draft.campaign_digest,
        )
    )
    return draft_id


async def insert_verdict(session: Session, draft_id: UUID, verdict: Verdict, *, campaign_digest: str) -> UUID:
    """Keep the guard's answer about a draft."""
    verdict_id = new_id()
    await session.execute(
        insert(VerdictRow).values(
            id=verdict_id,
            draft_id=draft_id,
            content_sha256=verdict.content_sha256,
            action=verdict.action,
            findings=[finding.model_dump(mode="json") for finding in verdict.findings],
            risk=verdict.risk,
            guard_version=verdict.guard_version,
            campaign_digest=campaign_digest,
        )
    )
    return verdict_id


async def insert_decision(
    session: Session,
    draft_id: UUID,
    verdict_id: UUID,
    result: DecisionResult,
    *,
    confidence: float,
    thresholds: Mapping[str, Any],
    campaign_digest: str,
    message_sha256: str | None,
) -> UUID:
    """Keep a policy decision; it is the approval when it names the bytes."""
    decision_id = new_id()
    await session.execute(
        insert(Decision).values(
            id=decision_id,
            draft_id=draft_id,
            verdict_id=verdict_id,
            outcome=result.outcome,
            reasons=list(result.reasons),
            confidence=confidence,
            thresholds=dict(thresholds),
            campaign_digest=campaign_digest,
            message_sha256=message_sha256,
        )
    )
    return decision_id


async def insert_review(session: Session, lead_id: UUID, act: NewReview) -> UUID:
    """Keep what a person did with a lead's draft; it is the approval when it names the bytes."""
    review_id = new_id()
    await session.execute(
        insert(Review).values(
            id=review_id,
            lead_id=lead_id,
            draft_id=act.draft_id,
            user_id=act.user_id,
            action=act.action,
            sealed_note=act.sealed_note,
            message_sha256=act.message_sha256,
        )
    )
    return review_id


async def insert_quarantine(session: Session, lead_id: UUID, *, reason: str) -> None:
    """Say why a lead stands still until a person looks."""
    await session.execute(insert(Quarantine).values(id=new_id(), lead_id=lead_id, reason=reason))


async def quarantine_reason(session: Reader, lead_id: UUID) -> str:
    """Return why a lead stands still, newest first; empty when it never did."""
    reasons = select(Quarantine.reason).where(Quarantine.lead_id == lead_id)
    newest = reasons.order_by(Quarantine.created_at.desc(), Quarantine.id.desc()).limit(1)
    return await session.scalar(newest) or ""


async def settle_quarantine(session: Session, lead_id: UUID, *, user_id: UUID) -> None:
    """Note who looked at a lead that stood still."""
    open_ones = update(Quarantine).where(Quarantine.lead_id == lead_id, Quarantine.settled_at.is_(None))
    await session.execute(open_ones.values(settled_at=func.now(), settled_by=user_id))


async def latest_context(session: Reader, lead_id: UUID) -> ContextSnapshot | None:
    """Return the newest context of a lead."""
    return await _latest(session, ContextSnapshot, lead_id)


async def latest_score(session: Reader, lead_id: UUID) -> Score | None:
    """Return the newest score of a lead; None when the engine never answered."""
    return await _latest(session, Score, lead_id)


async def latest_route(session: Reader, lead_id: UUID) -> Route | None:
    """Return the newest route of a lead."""
    return await _latest(session, Route, lead_id)


async def latest_draft(session: Reader, lead: Lead) -> Draft | None:
    """Return the newest version of the message for the lead's current step."""
    statement = select(Draft).where(Draft.lead_id == lead.id, Draft.step == lead.step)
    return await session.scalar(statement.order_by(Draft.version.desc()).limit(1))


async def drafts(session: Reader, lead_id: UUID) -> list[Draft]:
    """Return every version of every message of a lead, oldest first."""
    statement = select(Draft).where(Draft.lead_id == lead_id).order_by(Draft.step, Draft.version)
    return list(await session.scalars(statement.limit(200)))


async def latest_verdict(session: Reader, draft_id: UUID) -> VerdictRow | None:
    """Return the newest verdict on a draft."""
    statement = select(VerdictRow).where(VerdictRow.draft_id == draft_id)
    return await session.scalar(statement.order_by(VerdictRow.created_at.desc(), VerdictRow.id.desc()).limit(1))


async def latest_decision(session: Reader, draft_id: UUID) -> Decision | None:
    """Return the newest policy decision on a draft."""
    statement = select(Decision).where(Decision.draft_id == draft_id)
    return await session.scalar(statement.order_by(Decision.created_at.desc(), Decision.id.desc()).limit(1))


async def latest_review(session: Reader, lead_id: UUID) -> Review | None:
    """Return the newest act of a person on a lead."""
    return await _latest(session, Review, lead_id)


async def is_suppressed(session: Reader, email_index: bytes) -> bool:
    """Tell whether this address must not be written to."""
    return await session.scalar(select(1).where(Suppression.email_index == email_index)) is not None


async def _latest(session: Reader, table: type[Row], lead_id: UUID) -> Row | None:
    statement = select(table).where(table.lead_id == lead_id).order_by(table.created_at.desc(), table.id.desc())
    return await session.scalar(statement.limit(1))

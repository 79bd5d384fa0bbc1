"""One row for each stage that a lead went through: context, score, route, draft, verdict, decision, review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, CreatedAt, Id, Sealed


class ContextSnapshot(Base):
    """What was known when the lead was scored."""

    __tablename__ = "context_snapshot"
    __table_args__ = (Index("ix_context_snapshot_lead_id", "lead_id", "created_at"),)
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    sealed_context: Mapped[Sealed]
    returning: Mapped[bool]
    created_at: Mapped[CreatedAt]


class Score(Base):
    """Response priority, 1–100, by the engine; `call` explains and replays it."""

    __tablename__ = "score"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 100", name="range"),
        Index("ix_score_lead_id", "lead_id", "created_at"),
    )
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    score: Mapped[int]
    confidence: Mapped[float]
    suggested_tone: Mapped[str]
    sealed_reasoning: Mapped[Sealed]
    call: Mapped[dict[str, Any]]
    campaign_digest: Mapped[str]
    created_at: Mapped[CreatedAt]


class Route(Base):
    """Where the score led: a draft for high scores, a drip segment for the others."""

    __tablename__ = "route"
    __table_args__ = (
        CheckConstraint("way IN ('draft', 'drip')", name="way"),
        Index("ix_route_lead_id", "lead_id", "created_at"),
    )
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    way: Mapped[str]
    segment: Mapped[str | None]
    threshold: Mapped[int]
    campaign_digest: Mapped[str]
    created_at: Mapped[CreatedAt]


class Draft(Base):
    """One version of a message, by the model, a person or the policy."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("lead_id", "step", "version"),
        CheckConstraint("author IN ('model', 'person', 'policy')", name="author"),
    )
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    step: Mapped[int]
    version: Mapped[int]
    author: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    sealed_content: Mapped[Sealed]
    content_sha256: Mapped[str]
    confidence: Mapped[float]
    reason: Mapped[str] = mapped_column(server_default="")
    """Why policy wrote it instead of the model: a `DecisionReason`."""
    call: Mapped[dict[str, Any] | None]
    campaign_digest: Mapped[str]
    created_at: Mapped[CreatedAt]


class VerdictRow(Base):
    """The guard's answer about one draft."""

    __tablename__ = "verdict"
    __table_args__ = (
        CheckConstraint("action IS NULL OR action IN ('review', 'block')", name="action"),
        Index("ix_verdict_draft_id", "draft_id", "created_at"),
    )
    id: Mapped[Id]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    content_sha256: Mapped[str]
    action: Mapped[str | None]
    findings: Mapped[list[dict[str, Any]]]
    risk: Mapped[float | None]
    guard_version: Mapped[str]
    campaign_digest: Mapped[str]
    created_at: Mapped[CreatedAt]


class Decision(Base):
    """What policy decided about a checked draft; an approval when `message_sha256` is set."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("id", "message_sha256"),
        CheckConstraint("(outcome = 'send') = (message_sha256 IS NOT NULL)", name="send_names_its_bytes"),
        Index("ix_decision_draft_id", "draft_id", "created_at"),
    )
    id: Mapped[Id]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("verdict.id"))
    outcome: Mapped[str]
    reasons: Mapped[list[str]]
    confidence: Mapped[float]
    thresholds: Mapped[dict[str, Any]]
    campaign_digest: Mapped[str]
    message_sha256: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class Review(Base):
    """What a person did with a lead's draft, or without one; an approval when `message_sha256` is set."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("id", "message_sha256"),
        CheckConstraint("action IN ('approve', 'edit', 'reject', 'redraft')", name="action"),
        CheckConstraint("(action = 'approve') = (message_sha256 IS NOT NULL)", name="approve_names_its_bytes"),
        CheckConstraint("action NOT IN ('approve', 'edit') OR draft_id IS NOT NULL", name="approve_names_its_draft"),
        Index("ix_review_lead_id", "lead_id", "created_at"),
    )
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    draft_id: Mapped[UUID | None] = mapped_column(ForeignKey("draft.id"))
    """None where no draft could be written."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str]
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A rejection's reason or the instruction for another draft."""
    message_sha256: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class Quarantine(Base):
    """Why a lead stands still until a person looks."""

    __tablename__ = "quarantine"
    __table_args__ = (Index("ix_quarantine_lead_id", "lead_id", "created_at"),)
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    reason: Mapped[str]
    created_at: Mapped[CreatedAt]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

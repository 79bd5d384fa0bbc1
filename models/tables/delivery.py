"""What leaves the house: deliveries (effect-once mail), effects (CRM, Slack), suppressions, outcomes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, CreatedAt, Id, Sealed


class Delivery(Base):
    """The one send slot of a (lead, step). The approval's hash is a foreign key: other bytes cannot be stored here."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("lead_id", "step"),
        Index("ix_delivery_sent", "settled_at", postgresql_where=text("state = 'sent'")),
        CheckConstraint("num_nonnulls(decision_id, review_id) = 1", name="one_approval"),
        CheckConstraint("state IN ('pending', 'data', 'sent', 'bounced', 'unknown', 'void')", name="state"),
        ForeignKeyConstraint(["decision_id", "message_sha256"], ["decision.id", "decision.message_sha256"]),
        ForeignKeyConstraint(["review_id", "message_sha256"], ["review.id", "review.message_sha256"]),
    )
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    step: Mapped[int]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    decision_id: Mapped[UUID | None]
    review_id: Mapped[UUID | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    message_sha256: Mapped[str]
    sealed_message: Mapped[Sealed]
    state: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    data_at: Mapped[datetime | None]
    """When the send slot was taken, right before SMTP DATA."""
    settled_at: Mapped[datetime | None]
    reply_code: Mapped[int | None]
    created_at: Mapped[CreatedAt]


class Effect(Base):
    """Something to do in another system, at least once, recognisable there by its idempotency key."""

    __tablename__ = "effect"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'done', 'dead')", name="state"),
        Index("ix_effect_due", "due_at", "lease_until", postgresql_where=text("state = 'pending'")),
        Index("ix_effect_lead_id", "lead_id", "created_at"),
    )
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    kind: Mapped[str]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]]
    """Ids and numbers only, never personal data."""
    state: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    token: Mapped[int] = mapped_column(BigInteger, server_default="0")
    lease_until: Mapped[datetime] = mapped_column(server_default=text("'epoch'"))
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    external_id: Mapped[str | None]
    error: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[CreatedAt]
    settled_at: Mapped[datetime | None]


class Suppression(Base):
    """An address that must not be written to, by its blind index."""

    __tablename__ = "suppression"
    __table_args__ = (
        CheckConstraint("reason IN ('unsubscribed', 'bounced', 'complained', 'crm', 'manual')", name="reason"),
    )
    email_index: Mapped[bytes] = mapped_column(primary_key=True)
    reason: Mapped[str]
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
    created_at: Mapped[CreatedAt]


class Outcome(Base):
    """What became of a message: replied, booked, converted, unsubscribed, bounced, complained."""

    __tablename__ = "outcome"
    __table_args__ = (Index("ix_outcome_lead_id", "lead_id", "created_at"),)
    id: Mapped[Id]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    kind: Mapped[str]
    created_at: Mapped[CreatedAt]

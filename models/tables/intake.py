"""The door: connections, data keys, inbound events, leads, staged jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.states import LeadState
from models.tables.base import Base, CreatedAt, Id, Sealed

_STATES = ", ".join(f"'{state}'" for state in LeadState)


class Connection(Base):
    """One configured source: a form, a page, an account. Its token is stored as a hash only."""

    __tablename__ = "connection"
    id: Mapped[Id]
    source: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    campaign: Mapped[str]
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]
    paused_at: Mapped[datetime | None]


class DataKeyRow(Base):
    """A wrapped data key; `wrapped` is set to NULL when its subject is erased."""

    __tablename__ = "data_key"
    id: Mapped[Id]
    wrapped: Mapped[bytes | None]
    created_at: Mapped[CreatedAt]
    destroyed_at: Mapped[datetime | None]


class InboundEvent(Base):
    """What a source delivered, kept sealed as received. One row for each external id."""

    __tablename__ = "inbound_event"
    __table_args__ = (
        UniqueConstraint("connection_id", "external_id"),
        CheckConstraint("state IN ('accepted', 'refused')", name="state"),
        Index("ix_inbound_event_data_key_id", "data_key_id"),
    )
    id: Mapped[Id]
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connection.id"))
    source: Mapped[str]
    external_id: Mapped[str]
    body_sha256: Mapped[bytes]
    content_type: Mapped[str]
    data_key_id: Mapped[UUID] = mapped_column(ForeignKey("data_key.id"))
    sealed_body: Mapped[Sealed]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    received_at: Mapped[CreatedAt]


class Lead(Base):
    """A person's enquiry on its journey. `token` and `lease_until` fence its workers; the database's clock decides."""

    __tablename__ = "lead"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        Index("ix_lead_due", "due_at", "lease_until", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_lead_email_index", "email_index"),
        Index("ix_lead_data_key_id", "data_key_id"),
        Index("ix_lead_state", "state", "state_since"),
        Index("ix_lead_state_id", "state", "id"),
        Index("ix_lead_campaign_id", "campaign", "id"),
    )
    id: Mapped[Id]
    inbound_event_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_event.id"), unique=True)
    campaign: Mapped[str]
    source: Mapped[str]
    language: Mapped[str]
    data_key_id: Mapped[UUID] = mapped_column(ForeignKey("data_key.id"))
    sealed_details: Mapped[Sealed]
    email_index: Mapped[bytes]
    state: Mapped[str] = mapped_column(server_default=LeadState.RECEIVED)
    state_since: Mapped[CreatedAt]
    step: Mapped[int] = mapped_column(server_default="0")
    """0 is the first answer; 1 and up are drip steps."""
    segment: Mapped[str | None]
    token: Mapped[int] = mapped_column(BigInteger, server_default="0")
    lease_until: Mapped[datetime] = mapped_column(server_default=text("'epoch'"))
    due_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """When a worker should take it; NULL while nothing is due."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    """Failed attempts of the current stage."""
    received_at: Mapped[CreatedAt]


class Consent(Base):
    """The lawful basis that came with a lead: its text, time and source."""

    __tablename__ = "consent"
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    sealed_text: Mapped[Sealed]
    given_at: Mapped[datetime | None]
    source: Mapped[str]
    created_at: Mapped[CreatedAt]


class StagedJob(Base):
    """Work that was committed and still has to be queued; the relay takes it. Inserting one notifies the relay."""

    __tablename__ = "staged_job"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    token: Mapped[int] = mapped_column(BigInteger, server_default="0")
    created_at: Mapped[CreatedAt]

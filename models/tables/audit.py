"""The proof: what happened, by whom, chained by hash."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, CreatedAt


class AuditEntry(Base):
    """One fact, written in the transaction that made it true; the relay chains entries afterwards."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_lead_id", "lead_id", "id"),
        Index("ix_audit_entry_unchained", "id", postgresql_where=text("chain_number IS NULL")),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    created_at: Mapped[CreatedAt]
    actor: Mapped[str]
    """`worker`, `gateway`, `command line` or `user:<id>`."""
    action: Mapped[str]
    lead_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
    """Ids, states and numbers only."""
    chain_number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    chain_sha256: Mapped[bytes | None]

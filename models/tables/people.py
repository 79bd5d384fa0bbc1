"""Who works at the desk: users, sessions, invitations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, CreatedAt, Id


class UserAccount(Base):
    """A person who may sign in. The password is an argon2id hash."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("role IN ('operator', 'reviewer')", name="role"),
        CheckConstraint("name = lower(name)", name="name_lower"),
    )
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    failed_logins: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    disabled_at: Mapped[datetime | None]


class UserSession(Base):
    """A signed-in browser; revocable, because it is a row."""

    __tablename__ = "user_session"
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Invitation(Base):
    """A one-time link with which a person makes their account."""

    __tablename__ = "invitation"
    id: Mapped[Id]
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    role: Mapped[str]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

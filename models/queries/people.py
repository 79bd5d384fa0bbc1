"""Users, sessions and invitations."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from models.database import ReadSession, Session
from models.ids import new_id
from models.tables.people import Invitation, UserAccount, UserSession

MAX_FAILED_LOGINS = 10
LOCK_MINUTES = 15


async def user_by_name(session: ReadSession | Session, name: str) -> UserAccount | None:
    """Return the enabled account of this name (lower case)."""
    statement = select(UserAccount).where(UserAccount.name == name.lower(), UserAccount.disabled_at.is_(None))
    return await session.scalar(statement)


async def has_users(session: ReadSession) -> bool:
    """Tell whether anybody can sign in yet."""
    return await session.scalar(select(1).select_from(UserAccount).limit(1)) is not None


async def add_user(session: Session, *, name: str, password_hash: str, role: str) -> UUID | None:
    """Add an account; None when the name is taken."""
    values = {"id": new_id(), "name": name.lower(), "password_hash": password_hash, "role": role}
    statement = upsert(UserAccount).values(**values).on_conflict_do_nothing(index_elements=["name"])
    return await session.scalar(statement.returning(UserAccount.id))


async def users(session: ReadSession) -> list[UserAccount]:
    """Return every account by name, disabled ones too (a desk has a handful)."""
    return list(await session.scalars(select(UserAccount).order_by(UserAccount.name).limit(1000)))


async def disable_user(session: Session, name: str) -> UUID | None:
    """Take a person's access away and end their sessions; their id, None when nobody enabled has this name."""
    enabled = update(UserAccount).where(UserAccount.name == name.lower(), UserAccount.disabled_at.is_(None))
    user_id = await session.scalar(enabled.values(disabled_at=func.now()).returning(UserAccount.id))
    if user_id is not None:
        open_sessions = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        await session.execute(open_sessions.values(ended_at=func.now()))
    return user_id


async def note_failed_login(session: Session, user_id: UUID) -> bool:
    """Count a wrong password; too many lock the account for a while (ASVS 6.3.1). Tell whether this one did."""
    until = func.now() + timedelta(minutes=LOCK_MINUTES)
    await session.execute(
        update(UserAccount).where(UserAccount.id == user_id).values(failed_logins=UserAccount.failed_logins + 1)
    )
    locking = update(UserAccount).where(UserAccount.id == user_id, UserAccount.failed_logins >= MAX_FAILED_LOGINS)
    locking = locking.values(locked_until=until, failed_logins=0).returning(UserAccount.id)
    return await session.scalar(locking) is not None


async def is_locked(session: ReadSession | Session, user_id: UUID) -> bool:
    """Tell whether the account is locked now, by the database's clock."""
    statement = select(1).where(UserAccount.id == user_id, UserAccount.locked_until > func.now())
    return await session.scalar(statement) is not None


async def start_session(session: Session, user_id: UUID, *, token_sha256: bytes, hours: int) -> None:
    """Sign a browser in; clears the account's failed logins."""
    expires_at = func.now() + timedelta(hours=hours)
    values = {"id": new_id(), "user_id": user_id, "token_sha256": token_sha256, "expires_at": expires_at}
    await session.execute(insert(UserSession).values(**values))
    await session.execute(update(UserAccount).where(UserAccount.id == user_id).values(failed_logins=0))


async def user_of_session(session: ReadSession, token_sha256: bytes) -> UserAccount | None:
    """Return who is signed in with this token; None when it is unknown, expired or ended."""
    statement = (
        select(UserAccount)
        .join(UserSession, UserSession.user_id == UserAccount.id)
        .where(UserSession.token_sha256 == token_sha256, UserSession.ended_at.is_(None))
        .where(UserSession.expires_at > func.now(), UserAccount.disabled_at.is_(None))
    )
    return await session.scalar(statement)


async def end_session(session: Session, token_sha256: bytes) -> None:
    """Sign a browser out."""
    statement = update(UserSession).where(UserSession.token_sha256 == token_sha256).values(ended_at=func.now())
    await session.execute(statement)


async def invite(session: Session, *, token_sha256: bytes, role: str, hours: int) -> None:
    """Make a one-time link valid for some hours."""
    expires_at = func.now() + timedelta(hours=hours)
    values = {"id": new_id(), "token_sha256": token_sha256, "role": role, "expires_at": expires_at}
    await session.execute(insert(Invitation).values(**values))


async def invitation_role(session: ReadSession, token_sha256: bytes) -> str | None:
    """Return the role that an unused invitation gives; None when it is used, expired or unknown."""
    unused = select(Invitation.role).where(Invitation.token_sha256 == token_sha256, Invitation.used_at.is_(None))
    return await session.scalar(unused.where(Invitation.expires_at > func.now()))


async def use_invitation(session: Session, token_sha256: bytes) -> str | None:
    """Use an invitation up and return its role; None when somebody else did, or it expired."""
    statement = (
        update(Invitation)
        .where(Invitation.token_sha256 == token_sha256, Invitation.used_at.is_(None))
        .where(Invitation.expires_at > func.now())
        .values(used_at=func.now())
        .returning(Invitation.role)
    )
    return await session.scalar(statement)

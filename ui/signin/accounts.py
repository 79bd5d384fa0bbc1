"""Recognising a person, starting and ending their session, and making an account from an invitation."""

import re
from uuid import UUID

import structlog

from models.errors import ConflictError, NotFoundError
from models.queries import people
from models.queries.leads import audit
from models.sealing import token_sha256
from ui.parts import UiParts
from ui.signin import passwords

log = structlog.get_logger(__name__)

NOBODY = UUID(int=0)
"""Stands in for an unknown name, so that the same statements run for it."""
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
NAME_CHARS = 64


class NameTakenError(ConflictError):
    """Somebody has this name already; the invitation stays unused."""


async def recognise(parts: UiParts, name: str, password: str) -> UUID | None:
    """Return whose name and password these are; None in the same time for every way of being wrong."""
    async with parts.hashing.place():
        async with parts.database.read() as session:
            user = await people.user_by_name(session, _normal(name)[:NAME_CHARS])
            user_id = user.id if user else NOBODY
            locked = await people.is_locked(session, user_id)
        fits = await passwords.fits(user.password_hash if user else None, password)
    if fits and not locked:
        return user_id
    await _note_failure(parts, user_id, locked=locked)
    return None


async def _note_failure(parts: UiParts, user_id: UUID, *, locked: bool) -> None:
    """Count and record a failed sign-in; attempts at a locked account do not lengthen its rest."""
    async with parts.database.begin() as session:
        locks = not locked and await people.note_failed_login(session, user_id)
        if user_id != NOBODY:
            action = "user.locked" if locks else "user.sign_in_failed"
            await audit(session, actor="gateway", action=action, subject_id=user_id)
    log.warning("login.failed", user_id=None if user_id == NOBODY else str(user_id), locked=locked or locks)


async def start(parts: UiParts, user_id: UUID, *, token: str, replaces: str) -> None:
    """Begin a session; the one that this browser had before ends."""
    async with parts.database.begin() as session:
        if replaces:
            await people.end_session(session, token_sha256(replaces))
        await people.start_session(session, user_id, token_sha256=token_sha256(token), hours=parts.session_hours)
        await audit(session, actor=f"user:{user_id}", action="user.signed_in", subject_id=user_id)


async def end(parts: UiParts, user_id: UUID, token: str) -> None:
    """End a session at once, wherever its cookie still lies."""
    async with parts.database.begin() as session:
        await people.end_session(session, token_sha256(token))
        await audit(session, actor=f"user:{user_id}", action="user.signed_out", subject_id=user_id)


def problem_with(name: str, password: str, again: str) -> str:
    """Say what is wrong with a new account, in a sentence; empty when nothing is."""
    if not NAME.fullmatch(_normal(name)):
        return "Choose a name of 2 to 64 small letters, digits, dots or dashes."
    if password != again:
        return "The two passwords differ. Type the same one twice."
    return passwords.weakness(password, _normal(name))


async def join(parts: UiParts, token: str, name: str, password: str) -> UUID | None:
    """Make the account that an invitation allows; None when the name is taken. Raises NotFoundError when it is used."""
    async with parts.hashing.place():
        password_hash = await passwords.hashed(password)
    try:
        return await _join(parts, token_sha256(token), _normal(name), password_hash)
    except NameTakenError:
        return None


async def _join(parts: UiParts, token: bytes, name: str, password_hash: str) -> UUID:
    async with parts.database.begin() as session:
        role = await people.use_invitation(session, token)
        if role is None:
            message = "this link was used, or it is too old"
            raise NotFoundError(message, hint="Ask the operator for a new one: `leadkeep users add` makes it.")
        user_id = await people.add_user(session, name=name, password_hash=password_hash, role=role)
        if user_id is None:
            message = "this name is taken"
            raise NameTakenError(message)
        await audit(session, actor=f"user:{user_id}", action="user.joined", subject_id=user_id, details={"role": role})
    return user_id


def _normal(name: str) -> str:
    return name.strip().lower()

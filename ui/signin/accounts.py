"""Recognising a person, starting and ending their session, and making an account from an invitation."""

import re
from uuid import UUID

from models.errors import ConflictError, NotFoundError
from models.queries import people
from models.queries.leads import audit
from models.sealing import token_sha256
from ui.parts import UiParts
from ui.signin import passwords

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


class NameTakenError(ConflictError):
    """Somebody has this name already; the invitation stays unused."""


async def recognise(parts: UiParts, name: str, password: str) -> UUID | None:
    """Return whose name and password these are; None in the same time for every way of being wrong."""
    known = _normal(name)
    async with parts.database.read() as session:
        user = await people.user_by_name(session, known) if NAME.fullmatch(known) else None
        locked = user is not None and await people.is_locked(session, user.id)
    fits = await passwords.fits(None if user is None else user.password_hash, password)
    if user is None or locked:
        return None
    if not fits:
        async with parts.database.begin() as writing:
            await people.note_failed_login(writing, user.id)
        return None
    return user.id


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

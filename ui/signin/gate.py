"""The gate before every page: who is asking, and whether their form may be believed. Deny by default."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from models.database import ReadSession
from models.errors import ForbiddenError, UnauthenticatedError
from models.queries import desk, people
from models.sealing import token_sha256
from ui.moments import moment
from ui.pages import CountsView, Notice, Shell
from ui.parts import UiParts
from ui.signin import cookies, csrf

OPERATOR = "operator"


@dataclass(frozen=True)
class Visitor:
    """A signed-in person and the token of the forms that this browser gets."""

    user_id: UUID
    name: str
    role: str
    csrf: str

    @property
    def actor(self) -> str:
        """How audit entries name this person."""
        return f"user:{self.user_id}"

    @property
    def is_operator(self) -> bool:
        """Tell whether this person runs the box."""
        return self.role == OPERATOR


def parts_of(request: Request) -> UiParts:
    """Return the parts that `create_router` attached to the request."""
    parts: UiParts = request.state.desk_parts
    return parts


Parts = Annotated[UiParts, Depends(parts_of)]


async def signed_in(request: Request, parts: Parts) -> Visitor:
    """Return who is asking; raises UnauthenticatedError, and ForbiddenError for a form that is not ours."""
    token = cookies.read(request, parts, cookies.SESSION)
    async with parts.database.read() as session:
        user = await people.user_of_session(session, token_sha256(token)) if token else None
    if user is None:
        message = "nobody is signed in here"
        raise UnauthenticatedError(message)
    if request.method not in {"GET", "HEAD"}:
        await csrf.check(request, parts, token)
    return Visitor(user.id, user.name, user.role, csrf.token_for(parts.keyring, token))


SignedIn = Annotated[Visitor, Depends(signed_in)]


async def operator_only(visitor: SignedIn) -> None:
    """Raise ForbiddenError for everybody but operators."""
    if not visitor.is_operator:
        message = "this page is for operators"
        raise ForbiddenError(message, hint="Ask an operator of this box, or go back to the leads.")


async def shell_for(
    session: ReadSession, parts: UiParts, visitor: Visitor, *, section: str, notice: Notice | None = None
) -> Shell:
    """Return what surrounds a signed-in person's page, with the counts of this moment."""
    now = parts.clock()
    counted = await desk.counts(session)
    counts = CountsView(
        counted.in_review,
        counted.on_their_way,
        counted.quarantined,
        counted.sent_lately,
        moment(counted.oldest_waiting, now) if counted.oldest_waiting else None,
    )
    has_outbox = parts.outbox is not None and visitor.is_operator
    return Shell(visitor.csrf, visitor.name, visitor.is_operator, section, counts, has_outbox, notice)

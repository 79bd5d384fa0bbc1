"""The local sink's mails, for operators: what would have left, had a mail server been configured."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response

from models.errors import NotFoundError
from ui.answers import PageRoute
from ui.moments import Moment, moment
from ui.pages import page, page_or_block
from ui.parts import KeptMail, Outbox, UiParts
from ui.signin.gate import Parts, SignedIn, operator_only, shell_for
from ui.words import Piece, pieces

router = APIRouter(route_class=PageRoute, dependencies=[Depends(operator_only)])

LIMIT = 200


@dataclass(frozen=True)
class MailLineView:
    """One mail in the list."""

    url: str
    subject: tuple[Piece, ...]
    sender: tuple[Piece, ...]
    recipients: tuple[Piece, ...]
    received: Moment
    size: str


@dataclass(frozen=True)
class OutboxView:
    """The list, newest first."""

    mails: tuple[MailLineView, ...]


@dataclass(frozen=True)
class KeptMailView:
    """One whole mail as text."""

    line: MailLineView
    headers: tuple[tuple[str, tuple[Piece, ...]], ...]
    words: tuple[Piece, ...]


@router.get("/outbox")
async def outbox_page(request: Request, parts: Parts, visitor: SignedIn) -> Response:
    """List the kept mails."""
    mails = await _outbox(parts).mails(limit=LIMIT)
    async with parts.database.read() as session:
        shell = await shell_for(session, parts, visitor, section="outbox")
    view = OutboxView(tuple(_line(mail, parts) for mail in mails))
    return page_or_block(request, "outbox.html", "live", shell, view)


@router.get("/outbox/{mail_id}")
async def kept_mail_page(parts: Parts, visitor: SignedIn, mail_id: str) -> Response:
    """Show one kept mail as text; nothing in it is ever loaded or run."""
    mail = await _outbox(parts).mail(mail_id)
    if mail is None:
        message = "there is no mail by this name in the outbox"
        raise NotFoundError(message)
    async with parts.database.read() as session:
        shell = await shell_for(session, parts, visitor, section="outbox")
    headers = tuple((name, pieces(value)) for name, value in mail.headers)
    return page("kept_mail.html", shell, KeptMailView(_line(mail, parts), headers, pieces(mail.text)))


def _outbox(parts: UiParts) -> Outbox:
    if parts.outbox is None:
        message = "this box sends through a real mail server and keeps no copies here"
        raise NotFoundError(message, hint="Every sent mail is on its lead's page.")
    return parts.outbox


def _line(mail: KeptMail, parts: UiParts) -> MailLineView:
    return MailLineView(
        url=f"/outbox/{mail.id}",
        subject=pieces(mail.subject),
        sender=pieces(mail.sender),
        recipients=pieces(", ".join(mail.recipients)),
        received=moment(mail.received_at, parts.clock()),
        size=f"{max(1, round(mail.size_bytes / 1024))} kB",
    )

"""The way out that every mail carries: GET only asks, POST stops everything to that address.

RFC 8058: a mail program posts without cookies, so the link's signature is the only proof that is asked for. A wrong
signature and an unknown lead look the same, so that nobody can find out which leads exist.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from models.approval import UNSUBSCRIBE
from models.database import Database, Session
from models.errors import NotFoundError
from models.queries import deliveries, leads
from models.sealing import Keyring
from models.tables.intake import Lead
from ui.answers import PageRoute
from ui.pages import Shell, page

log = structlog.get_logger(__name__)

ACTOR = "gateway"
PATH = "/unsubscribe/{lead_id}/{signature}"


@dataclass(frozen=True)
class UnsubscribeView:
    """The page in its two moments; `action` is the address that its form posts to."""

    is_done: bool
    action: str


def create_router(database: Database, keyring: Keyring) -> APIRouter:
    """Return the page and the act."""
    router = APIRouter(route_class=PageRoute)

    @router.get(PATH, include_in_schema=False)
    async def ask(lead_id: UUID, signature: str) -> HTMLResponse:
        _check(keyring, lead_id, signature)
        return _page(lead_id, signature, is_done=False)

    @router.post(PATH, include_in_schema=False)
    async def unsubscribe(lead_id: UUID, signature: str) -> HTMLResponse:
        _check(keyring, lead_id, signature)
        async with database.begin() as session:
            await _stop(session, await leads.lead(session, lead_id))
        log.info("lead.unsubscribed", lead_id=lead_id)
        return _page(lead_id, signature, is_done=True)

    return router


def _check(keyring: Keyring, lead_id: UUID, signature: str) -> None:
    if not keyring.signed(UNSUBSCRIBE, str(lead_id), signature):
        message = "there is nothing at this address"
        raise NotFoundError(message, hint="Use the whole link from the mail.")


async def _stop(session: Session, lead: Lead) -> None:
    """Suppress the address and stop every lead of it, whatever suppressed it before; a second click changes nothing."""
    await deliveries.suppress(session, lead.email_index, reason="unsubscribed", lead_id=lead.id)
    is_news = await deliveries.add_outcome(session, lead.id, "unsubscribed")
    stopped = await deliveries.stop_leads(session, lead.email_index, actor=ACTOR)
    if is_news or stopped:
        details = {"stopped": len(stopped)}
        await leads.audit(session, actor=ACTOR, action="lead.unsubscribed", lead_id=lead.id, details=details)


def _page(lead_id: UUID, signature: str, *, is_done: bool) -> HTMLResponse:
    view = UnsubscribeView(is_done, PATH.format(lead_id=lead_id, signature=signature))
    return page("unsubscribe.html", Shell(), view)

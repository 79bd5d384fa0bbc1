"""The addresses of the leads' pages."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from ui.answers import PageRoute
from ui.leads.listing import filter_of, listing
from ui.leads.one import lead_page_view
from ui.pages import page_or_block
from ui.signin.gate import Parts, SignedIn, shell_for

router = APIRouter(route_class=PageRoute)


@router.get("/")
async def list_page(
    request: Request, parts: Parts, visitor: SignedIn, state: str = "", campaign: str = "", before: str = ""
) -> Response:
    """Show the leads, newest first."""
    chosen = filter_of(parts, state, campaign, before)
    async with parts.database.read() as session:
        view = await listing(session, parts, chosen)
        shell = await shell_for(session, parts, visitor, section="leads")
    return page_or_block(request, "leads.html", "live", shell, view)


@router.get("/leads/{lead_id}")
async def lead_page(request: Request, parts: Parts, visitor: SignedIn, lead_id: UUID) -> Response:
    """Show everything about one lead."""
    async with parts.database.read() as session:
        view = await lead_page_view(session, parts, lead_id)
        shell = await shell_for(session, parts, visitor, section="leads")
    return page_or_block(request, "lead.html", "live", shell, view, is_final=not view.is_moving)

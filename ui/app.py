"""The review desk as one router that the gateway mounts; every page needs a signed-in person unless listed here."""

from fastapi import APIRouter, Depends, Request

from ui import outbox_pages, quarantine, static_files
from ui.answers import PageRoute
from ui.leads import routes as leads
from ui.parts import UiParts
from ui.reviewing import routes as reviewing
from ui.signin import routes as signin
from ui.signin.gate import signed_in

OPEN_TO_ALL = (static_files.router, signin.router)
FOR_SIGNED_IN = (signin.private_router, leads.router, reviewing.router, quarantine.router, outbox_pages.router)


def create_router(parts: UiParts) -> APIRouter:
    """Return every page of the desk, bound to these parts."""

    async def attach(request: Request) -> None:
        request.state.desk_parts = parts

    router = APIRouter(dependencies=[Depends(attach)], route_class=PageRoute, include_in_schema=False)
    for pages in OPEN_TO_ALL:
        router.include_router(pages)
    for pages in FOR_SIGNED_IN:
        router.include_router(pages, dependencies=[Depends(signed_in)])
    return router

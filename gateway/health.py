"""Whether this process lives, and whether it can do its work."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from gateway.parts import QueueAnswers
from models.database import Database
from models.errors import UnavailableError
from models.queries.monitoring import revision

PROBE_TIMEOUT_S = 2.0


def create_router(database: Database, queue_answers: QueueAnswers, newest_revision: str) -> APIRouter:
    """Return the two probes."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> dict[str, bool]:
        """Answer as long as the process does."""
        return {"alive": True}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Say which parts answer; ready is whoever can store a lead. Without the queue everything works, later."""
        store = await _state_of(database, newest_revision)
        queue = "ok" if await queue_answers() else "down"
        ready = store == "ok"
        body = {"ready": ready, "degraded": queue != "ok", "parts": {"database": store, "queue": queue}}
        return JSONResponse(body, HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)

    return router


async def _state_of(database: Database, newest_revision: str) -> str:
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S), database.read() as session:
            found = await revision(session)
    except (UnavailableError, TimeoutError):
        return "down"
    return "ok" if found == newest_revision else "not migrated"

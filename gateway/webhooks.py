"""The door: `POST /webhooks/{source}`. Verified on the raw bytes, stored, committed, acknowledged; then queued.

Order: size, raw bytes, source, proof, content type, parse, store. An unknown source answers 401, never 404 or 410:
some senders switch a webhook off at those.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect

from gateway.intake import Intake, Receipt, refused, store
from gateway.source import Source
from gateway.sources.registry import SOURCES
from models.database import Database
from models.errors import MalformedInputError, UnauthenticatedError, UnavailableError
from models.queries.intake import Job, JobKind, connection_by_token
from models.tables.intake import Connection

Wake = Callable[[Job], Awaitable[None]]
"""Queues committed work at once; never raises, gives up after a second: the relay finds the work anyway."""


class Acknowledgement(BaseModel):
    """What a sender gets back: the ids of the stored rows; `duplicate` repeats those of the first delivery."""

    event_id: UUID
    lead_id: UUID
    status: str


def create_router(parts: Intake, wake: Wake) -> APIRouter:
    """Return the webhook's route."""
    router = APIRouter()

    @router.post("/webhooks/{source}", response_model=Acknowledgement)
    async def receive(source: str, request: Request) -> JSONResponse:
        raw = await _raw_body(request)
        known = _known_source(source)
        connection = await known.verify(request.headers, raw, _finder(parts.database))
        _check_not_paused(connection)
        receipt = await store(parts, connection, known.parse(request.headers, raw))
        return _acknowledge(receipt, wake)

    @router.post("/webhooks/{path:path}", include_in_schema=False)
    async def elsewhere(path: str) -> None:
        _known_source(f"/{path}")

    return router


async def _raw_body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        message = "the connection ended before the body did"
        raise MalformedInputError(message) from None


def _known_source(name: str) -> Source:
    source = SOURCES.get(name)
    if source is None:
        message = "this source is not known"
        raise UnauthenticatedError(message, hint=f"Known sources: {', '.join(SOURCES)}.")
    return source


def _finder(database: Database) -> Callable[[bytes], Awaitable[Connection | None]]:
    async def find(token_sha256: bytes) -> Connection | None:
        async with database.read() as session:
            return await connection_by_token(session, token_sha256)

    return find


def _check_not_paused(connection: Connection) -> None:
    if connection.paused_at is not None:
        message = "this connection is paused"
        raise UnavailableError(message, hint="Send it again later; the operator paused it.")


def _acknowledge(receipt: Receipt, wake: Wake) -> JSONResponse:
    """Answer after the commit; waking a worker comes after the answer."""
    if receipt.lead_id is None:
        raise refused(receipt)
    status = "accepted" if receipt.is_new else "duplicate"
    body = Acknowledgement(event_id=receipt.event_id, lead_id=receipt.lead_id, status=status)
    task = BackgroundTask(wake, Job(JobKind.LEAD, receipt.lead_id)) if receipt.is_new else None
    return JSONResponse(body.model_dump(mode="json"), background=task)

"""Posting the samples to the gateway's own door, like any form would."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from appliance.demo.samples import SampleLead
from models.database import Database
from models.queries.intake import add_connection
from models.sealing import token_sha256

CONNECTION = "demo"
TIMEOUT_S = 15
DUPLICATE = "duplicate"
JUDGED = frozenset({400, 409, 413, 415, 422})
"""What the gateway answers when it has looked at a submission and will not have it."""


@dataclass(frozen=True)
class Posted:
    """A sample and what came back: a lead's id, or none with the sentence that came instead; no status, no answer."""

    sample: SampleLead
    status: int | None
    lead_id: UUID | None
    answer: str

    @property
    def is_duplicate(self) -> bool:
        """Tell whether the gateway knew this submission already."""
        return self.lead_id is not None and self.answer == DUPLICATE

    @property
    def is_refused(self) -> bool:
        """Tell whether the gateway looked at the submission and refused it; a door that is shut refuses nothing."""
        return self.status in JUDGED


async def open_connection(database: Database, campaign: str) -> str:
    """Give the demo's connection a new token and return it."""
    token = secrets.token_urlsafe(32)
    hashed = token_sha256(token)
    async with database.begin() as session:
        await add_connection(session, source="web-form", name=CONNECTION, campaign=campaign, token_sha256=hashed)
    return token


async def post(base_url: str, token: str, sample: SampleLead) -> Posted:
    """Post one sample and return what came back; never raises, whatever answers there."""
    try:
        async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT_S, trust_env=False) as client:
            headers = {"Authorization": f"Bearer {token}"}
            response = await client.post("/webhooks/web-form", json=sample.payload, headers=headers)
    except httpx.HTTPError as error:
        return Posted(sample, None, None, f"no answer ({type(error).__name__})")
    return _posted(sample, response)


def _posted(sample: SampleLead, response: httpx.Response) -> Posted:
    fields = _fields(response)
    if not response.is_success:
        answer = fields.get("detail") or fields.get("title") or "the answer is no problem of the gateway's"
        return Posted(sample, response.status_code, None, str(answer))
    lead_id = _lead_id(fields.get("lead_id"))
    answer = fields.get("status", "") if lead_id else "the answer is no acknowledgement of the gateway's"
    return Posted(sample, response.status_code, lead_id, str(answer))


def _fields(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _lead_id(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None

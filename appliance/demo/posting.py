"""Posting the samples to the gateway's own door, like any form would."""

import secrets
from dataclasses import dataclass
from uuid import UUID

import httpx

from appliance.demo.samples import SampleLead
from models.database import Database
from models.queries.intake import add_connection
from models.sealing import token_sha256

CONNECTION = "demo"
TIMEOUT_S = 15


@dataclass(frozen=True)
class Posted:
    """A sample and the gateway's answer: a lead's id, or none with the status and the sentence that came instead."""

    sample: SampleLead
    status: int
    lead_id: UUID | None
    answer: str

    @property
    def is_duplicate(self) -> bool:
        """Tell whether the gateway knew this submission already."""
        return self.answer == "duplicate"


async def open_connection(database: Database, campaign: str) -> str:
    """Give the demo's connection a new token and return it."""
    token = secrets.token_urlsafe(32)
    hashed = token_sha256(token)
    async with database.begin() as session:
        await add_connection(session, source="web-form", name=CONNECTION, campaign=campaign, token_sha256=hashed)
    return token


async def post(base_url: str, token: str, sample: SampleLead) -> Posted:
    """Post one sample; raises httpx.HTTPError when the gateway does not answer."""
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT_S, trust_env=False) as client:
        headers = {"Authorization": f"Bearer {token}"}
        response = await client.post("/webhooks/web-form", json=sample.payload, headers=headers)
    body = response.json()
    lead_id = body.get("lead_id") if response.is_success else None
    answer = body.get("status") if response.is_success else body.get("detail") or body.get("title")
    return Posted(sample, response.status_code, UUID(lead_id) if lead_id else None, str(answer))

"""The whole worker with real parts: PostgreSQL, SMTP, the MiniLM judge; the engine and CRM are fakes at the wire."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from guard.classifier import load_judge
from guard.judge import Judge
from inference.engine import Engine
from models.approval import Links
from models.campaigns import load_campaigns
from models.clock import system_clock
from models.database import Database
from models.policy import Campaign
from models.sealing import Keyring
from tests.fakes.engine import FakeEngine
from tests.fakes.smtp_server import FakeSmtp
from worker.mail_server import mail_server_of
from worker.parts import Parts

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"


@dataclass(frozen=True)
class Box:
    """The parts under test and the outside world that they meet."""

    parts: Parts
    engine: FakeEngine
    smtp: FakeSmtp

    def with_campaign(self, **changes: object) -> "Box":
        """The same box with a changed sample campaign."""
        (slug, campaign), *_ = self.parts.campaigns.items()
        changed = Campaign.model_validate(campaign.model_dump() | changes)
        return replace(self, parts=replace(self.parts, campaigns={slug: changed}))


def patient(campaigns: dict[str, Campaign]) -> dict[str, Campaign]:
    """The sample campaigns with a day before every drip step, so that a test decides when one is due."""
    return {slug: Campaign.model_validate(_with_days(campaign.model_dump())) for slug, campaign in campaigns.items()}


def _with_days(fields: dict[str, Any]) -> dict[str, Any]:
    for segment in fields["drip"]:
        for step in segment["steps"]:
            step["delay_hours"] = 24
    return fields


@pytest.fixture(scope="session")
def judge() -> Judge:
    """The real classifier, loaded once."""
    return load_judge(None)


@pytest.fixture
async def box(database: Database, keyring: Keyring, judge: Judge) -> AsyncIterator[Box]:
    async with (
        FakeEngine() as engine,
        FakeSmtp() as smtp,
        Engine(engine.base_url, engine.model, timeout_s=60) as client,
    ):
        parts = Parts(
            database=database,
            keyring=keyring,
            campaigns=patient(load_campaigns(CAMPAIGNS)),
            engine=client,
            judge=judge,
            mail_server=mail_server_of(smtp.url),
            links=Links("http://127.0.0.1:8321", keyring),
            clock=system_clock,
            lease_s=5,
        )
        yield Box(parts, engine, smtp)

"""A desk to look at: a throwaway database, realistic leads in every state, no engine. Ctrl-C ends it.

    python -m tests.browser.dev_desk --port 8399

It prints a name and a password. Nothing of it is part of the product.
"""

import argparse
import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from guard.assembly import assemble
from guard.checks import check
from models import migrate
from models.approval import Links
from models.campaigns import load_campaign
from models.clock import system_clock
from models.database import Database
from models.draft import DraftParts
from models.ids import new_id
from models.lead import Contact, Context, CrmSummary, EarlierLead, LeadDetails
from models.policy import Language
from models.queries import people
from models.queries.intake import Job
from models.sealing import Keyring
from models.states import LeadState
from models.verdict import DecisionReason, Finding
from tests.fixtures_parts import PostgresServer
from tests.ui.seeds import Plan, Seeder
from ui.app import create_router
from ui.parts import KeptMail, UiParts
from ui.signin import passwords

NAME, PASSWORD = "anna", "violet tram under the bridge"
ROOT = Path(__file__).resolve().parents[2]
CAMPAIGN_DIR = ROOT / "campaigns" / "green-mortgage"
ENGLISH = DraftParts(
    subject="Your plans for a home in energy class A",
    greeting="Dear",
    blocks=("adviser_call", "rate", "documents"),
    bridges=(
        "Thank you for telling us about the house that you are about to buy. It is good to hear of the price.",
        "Here is what you asked about, so that you can prepare the conversation.",
        "If anything is unclear, simply answer this message.",
    ),
    closing="I look forward to hearing from you.",
)
RISKY = ENGLISH.model_copy(
    update={
        "bridges": (
            "Thank you for your message. We can assure you that your mortgage will be approved very quickly.",
            "This is the best loan for you, and you should sign as soon as possible.",
        )
    }
)
ITALIAN = DraftParts(
    subject="La sua richiesta per una casa in classe A",
    greeting="Gentile",
    blocks=("adviser_call", "renovation"),
    bridges=(
        "Grazie per averci scritto e per averci raccontato il suo progetto.",
        "Di seguito trova quello che ci ha chiesto, in vista del colloquio.",
    ),
    closing="Resto a sua disposizione.",
)


def sample_details() -> list[LeadDetails]:
    """The campaign's own sample leads, those that have an address."""
    wanted = json.loads((CAMPAIGN_DIR / "sample_leads.json").read_text())
    payloads = [lead["payload"] for lead in wanted["leads"] if lead["payload"].get("email")]
    return [
        LeadDetails(
            contact=Contact(
                email=payload["email"],
                first_name=payload.get("first_name", ""),
                last_name=payload.get("last_name", ""),
                phone=payload.get("phone", ""),
            ),
            message=payload.get("message", ""),
            answers=payload.get("answers", {}),
            language=Language(payload.get("language", "en")),
            country="IE" if payload.get("language") == "en" else "IT",
        )
        for payload in payloads
    ]


STATES = (
    (LeadState.IN_REVIEW, 92, ENGLISH, DecisionReason.LOW_CONFIDENCE),
    (LeadState.SENT, 88, ITALIAN, DecisionReason.PASSED),
    (LeadState.IN_REVIEW, 81, RISKY, DecisionReason.FINDINGS),
    (LeadState.IN_REVIEW, 77, ITALIAN, DecisionReason.NOT_JUDGED),
    (LeadState.ENROLLED, 18, ENGLISH, DecisionReason.PASSED),
    (LeadState.ENROLLED, 12, ITALIAN, DecisionReason.PASSED),
    (LeadState.SENT, 64, ENGLISH, DecisionReason.PASSED),
    (LeadState.IN_REVIEW, 95, ENGLISH, DecisionReason.LOW_CONFIDENCE),
    (LeadState.IN_REVIEW, 41, ENGLISH, DecisionReason.RISK),
    (LeadState.DRAFTING, 66, ENGLISH, DecisionReason.PASSED),
    (LeadState.QUARANTINED, 70, ENGLISH, DecisionReason.PASSED),
    (LeadState.IN_REVIEW, 61, ITALIAN, DecisionReason.LOW_CONFIDENCE),
    (LeadState.RECEIVED, 1, ENGLISH, DecisionReason.PASSED),
    (LeadState.REJECTED, 30, ENGLISH, DecisionReason.RISK),
    (LeadState.SENT, 83, ITALIAN, DecisionReason.PASSED),
)


SPREAD = """
UPDATE lead SET received_at = now() - age, state_since = now() - age * 0.97
FROM (SELECT id, interval '1 minute' * power(row_number() OVER (ORDER BY id DESC), 1.7) * 1.3 AS age FROM lead) AS aged
WHERE aged.id = lead.id
"""


class PlainOutbox:
    """Two mails that were never sent, to look at the outbox page."""

    async def mails(self, *, limit: int) -> list[KeptMail]:
        return [kept("one", "Your plans for a home"), kept("two", "La sua richiesta")][:limit]

    async def mail(self, mail_id: str) -> KeptMail | None:
        return kept(mail_id, "Your plans for a home") if mail_id in {"one", "two"} else None


def kept(mail_id: str, subject: str) -> KeptMail:
    message = EmailMessage()
    message["Subject"], message["To"] = subject, "aoife.byrne@example.com"
    headers = tuple((name, str(value)) for name, value in message.items())
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    sender, to = "Giulia Bianchi <giulia@example.org>", ("aoife.byrne@example.com",)
    return KeptMail(mail_id, at, sender, to, subject, 2048, "Dear Aoife,\n\nThank you.\n", headers)


async def fill(seeder: Seeder) -> None:
    """Put one lead into each state that the desk shows, checked by the real rules."""
    earlier = (
        EarlierLead(
            lead_id="01930000-0000-7000-8000-000000000001",
            campaign="green-mortgage",
            state="sent",
            received_at=datetime(2026, 11, 12, 9, tzinfo=UTC),
            score=70,
        ),
    )
    crm = CrmSummary(crm="hubspot", contact_id="5551", first_name="Aoife", status="open", lifecycle="opportunity")
    for details, (state, score, own, reason) in zip(sample_details(), STATES, strict=False):
        parts = ITALIAN if details.language is Language.IT else own
        returning = details.contact.first_name == "Aoife" and score == 95
        context = Context(earlier=earlier, crm=crm) if returning else Context()
        plan = Plan(details, state, score, parts=parts, context=context, reasons=(reason,), risk=0.18, confidence=0.58)
        await seeder.lead(replace(plan, findings=await findings(seeder, plan)))
    async with seeder.database.begin() as session:
        await session.execute(text(SPREAD))


async def findings(seeder: Seeder, plan: Plan) -> tuple[Finding, ...]:
    """Ask the real rules about the draft that this plan leads to."""
    content = assemble(
        plan.parts,
        first_name=plan.details.contact.first_name,
        language=plan.details.language,
        campaign=seeder.campaign,
        today=system_clock().date(),
        unsubscribe_url=Links("http://127.0.0.1", seeder.keyring).unsubscribe(new_id()),
    )
    verdict = check(content, lead=plan.details, campaign=seeder.campaign, today=system_clock().date(), judge=None)
    return verdict.findings


async def no_wake(job: Job) -> None:
    """There is no worker behind this desk."""


async def serve(url: str, port: int, *, empty: bool) -> None:
    campaign, keyring = load_campaign(CAMPAIGN_DIR), Keyring.from_master_key(bytes(32))
    database = Database.connect(url)
    async with database.begin() as session:
        await people.add_user(session, name=NAME, password_hash=await passwords.hashed(PASSWORD), role="operator")
    if not empty:
        await fill(Seeder(database, keyring, campaign))
    parts = UiParts(
        database,
        keyring,
        {campaign.slug: campaign},
        system_clock,
        no_wake,
        f"http://127.0.0.1:{port}",
        outbox=PlainOutbox(),
    )
    app = FastAPI()
    app.include_router(create_router(parts))
    print(f"http://127.0.0.1:{port}  name: {NAME}  password: {PASSWORD}", flush=True)  # noqa: T201
    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning")).serve()
    await database.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8399)
    options.add_argument("--empty", action="store_true")
    chosen = options.parse_args()
    with PostgresServer() as server:
        url = server.url(server.create_database())
        migrate.upgrade(url)
        asyncio.run(serve(url, chosen.port, empty=chosen.empty))


if __name__ == "__main__":
    main()

"""What a person needs right after the start: a one-time link for the first account, and a command that posts a lead."""

import os
import secrets
from pathlib import Path

from appliance.addresses import Addresses
from appliance.settings import Settings
from models.campaigns import load_campaigns
from models.database import Database
from models.queries import intake, people
from models.sealing import token_sha256

TRIAL_CONNECTION = "first-steps"
TRIAL_SOURCE = "web-form"
INVITATION_HOURS = 24
TOKEN_BYTES = 32
SAMPLE_LEAD = (
    '{"email": "marco.rossi@example.com", "first_name": "Marco", "last_name": "Rossi", '
    '"message": "We chose a class A flat for 320,000 euro. Could somebody call us about the Green Mortgage?"}'
)


async def first_steps(settings: Settings, reached: Addresses, *, shows_secrets: bool) -> list[str]:
    """Return what a person does next, a paragraph each; without secrets they may stand in a log."""
    steps = []
    if shows_secrets:
        link = await first_account_link(settings, reached.database_url)
        if link is not None:
            steps.append(f"Make the first account (this link works once, for {INVITATION_HOURS} hours):\n  {link}")
    if settings.database_url is not None:  # perhaps production's: no connection is made there unasked
        campaign = min(load_campaigns(settings.campaigns_dir))
        steps.append(f"Let somebody post leads:\n  leadkeep connections add --name NAME --campaign {campaign}")
    elif shows_secrets:
        steps.append(f"Post a lead:\n  {await sample_curl(settings, reached.database_url)}")
    if reached.outbox_dir is not None:
        steps.append(f"Its mail appears at {settings.base_url}/outbox (nothing leaves this machine).")
    return steps


async def first_account_link(settings: Settings, database_url: str) -> str | None:
    """Return a one-time link that makes the first account, an operator's; None when there are accounts already."""
    database = Database.connect(database_url, pool_size=1)
    try:
        async with database.read() as reading:
            if await people.has_users(reading):
                return None
        token = secrets.token_urlsafe(TOKEN_BYTES)
        async with database.begin() as session:
            await people.invite(session, token_sha256=token_sha256(token), role="operator", hours=INVITATION_HOURS)
        return f"{settings.base_url}/join/{token}"
    finally:
        await database.close()


async def sample_curl(settings: Settings, database_url: str) -> str:
    """Return a command that posts a lead, with the token of a connection that exists for this purpose; idempotent."""
    token = _kept_token(settings.var_dir / "keys" / f"{TRIAL_CONNECTION}.token")
    campaign = min(load_campaigns(settings.campaigns_dir))
    database = Database.connect(database_url, pool_size=1)
    try:
        async with database.begin() as session:
            await intake.add_connection(
                session,
                source=TRIAL_SOURCE,
                name=TRIAL_CONNECTION,
                campaign=campaign,
                token_sha256=token_sha256(token),
            )
    finally:
        await database.close()
    return (
        f"curl -sS {settings.base_url}/webhooks/{TRIAL_SOURCE} -H 'Authorization: Bearer {token}' \\\n"
        f"  -H 'Content-Type: application/json' -d '{SAMPLE_LEAD}'"
    )


def _kept_token(path: Path) -> str:
    """Return the token of earlier starts, or make one and keep it, so that the printed command stays valid."""
    if path.is_file() and (kept := path.read_text().strip()):
        return kept
    token = secrets.token_urlsafe(TOKEN_BYTES)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # missing where the master key lies elsewhere
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{token}\n")
    return token

"""`leadkeep connections`: the forms and programs that may send leads in."""

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from appliance.listing import add_row, list_console, listing
from appliance.settings import Settings, load_settings
from models.errors import InvalidInputError

ACTOR = "command line"
TOKEN_BYTES = 32


@dataclass(frozen=True)
class ConnectionLine:
    """One connection in the list; its token is not there to be shown."""

    name: str
    source: str
    campaign: str
    created_at: datetime
    paused_at: datetime | None

    @property
    def state(self) -> str:
        """Return the word that the list shows."""
        return "paused" if self.paused_at else ""


connections = typer.Typer(no_args_is_help=True, help="Forms and programs that may send leads in.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(connections, name="connections")


@connections.command()
def add(
    name: Annotated[str, typer.Option(help="how you will recognise it; the same name again gets a new token")],
    campaign: Annotated[str, typer.Option(help="which campaign answers its leads")],
    source: Annotated[str, typer.Option(help="what kind of sender it is")] = "web-form",
) -> None:
    """Make a connection and print its token, once, with a command that tries it."""
    settings = load_settings()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    is_new = asyncio.run(_add(settings, source=source, name=name, campaign=campaign, token=token))
    console = Console(highlight=False, stderr=True)
    console.print("Made." if is_new else "It has a new token; the old one no longer works.")
    console.print("Its token, which is not shown again:")
    typer.echo(token)
    console.print(f"\nTry it:\n{_curl(settings, source, token)}", markup=False, soft_wrap=True)


@connections.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="for a program")] = False) -> None:
    """List every connection; tokens are stored as hashes and cannot be shown."""
    found = asyncio.run(_lines(load_settings()))
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in found], default=str))
        return
    table = listing("name", "source", "campaign", "since", "state")
    for line in found:
        add_row(table, line.name, line.source, line.campaign, f"{line.created_at:%Y-%m-%d}", line.state)
    list_console().print(table)


@connections.command()
def pause(name: Annotated[str, typer.Argument(help="the connection's name")]) -> None:
    """Answer a connection's senders 503 until `resume`, so that they keep their leads and try again."""
    asyncio.run(_set_paused(load_settings(), name, paused=True))
    Console(highlight=False).print(f"{name} is paused.", markup=False)


@connections.command()
def resume(name: Annotated[str, typer.Argument(help="the connection's name")]) -> None:
    """Accept leads from a paused connection again."""
    asyncio.run(_set_paused(load_settings(), name, paused=False))
    Console(highlight=False).print(f"{name} accepts leads.", markup=False)


async def _add(settings: Settings, *, source: str, name: str, campaign: str, token: str) -> bool:
    from appliance.roots.command import command_parts
    from gateway.sources.registry import SOURCES
    from models.queries import intake, leads
    from models.sealing import token_sha256

    if source not in SOURCES:
        message = f"There is no source {source}."
        raise InvalidInputError(message, hint=f"Choose one of: {', '.join(SOURCES)}.")
    async with command_parts(settings) as parts, parts.database.begin() as session:
        slug = parts.campaign(campaign).slug
        digest = token_sha256(token)
        is_new = await intake.add_connection(session, source=source, name=name, campaign=slug, token_sha256=digest)
        details = {"source": source, "campaign": slug, "is_new": is_new}
        await leads.audit(session, actor=ACTOR, action="connection.added", details=details)
    return is_new


async def _lines(settings: Settings) -> list[ConnectionLine]:
    from appliance.roots.command import open_database
    from models.queries import intake

    async with open_database(settings) as database, database.read() as session:
        return [
            ConnectionLine(row.name, row.source, row.campaign, row.created_at, row.paused_at)
            for row in await intake.connections(session)
        ]


async def _set_paused(settings: Settings, name: str, *, paused: bool) -> None:
    from appliance.roots.command import open_database
    from models.queries import intake, leads

    async with open_database(settings) as database, database.begin() as session:
        connection_id = await intake.set_paused(session, name, paused=paused)
        if connection_id is None:
            message = "There is no connection of this name."
            raise InvalidInputError(message, hint="`leadkeep connections list` shows them.")
        action = "connection.paused" if paused else "connection.resumed"
        await leads.audit(session, actor=ACTOR, action=action, subject_id=connection_id)


def _curl(settings: Settings, source: str, token: str) -> str:
    return (
        f"curl -sS {settings.base_url}/webhooks/{source} -H 'Authorization: Bearer {token}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        '  -d \'{"email": "marco.rossi@example.com", "name": "Marco Rossi", "message": "Could somebody call me?"}\''
    )

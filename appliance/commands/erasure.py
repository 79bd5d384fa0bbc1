"""`leadkeep leads find` and `leadkeep leads erase`: what a person who asks to be forgotten needs done (GDPR Art 17)."""

import asyncio
import json
from typing import Annotated
from uuid import UUID

import typer

from appliance.commands.leads import AsJson, leads
from appliance.settings import Settings, load_settings

ACTOR = "cli"


def register(_app: typer.Typer) -> None:
    """Add the commands to those about leads."""
    leads.command("find")(find)
    leads.command("erase")(erase)


def find(as_json: AsJson = False) -> None:
    """Ask for an e-mail address (or read it from standard input) and list the ids of its leads, newest first."""
    address = typer.prompt("E-mail address", err=True)
    found = [str(lead_id) for lead_id in asyncio.run(_find(load_settings(), address))]
    if as_json:
        typer.echo(json.dumps(found))
    elif found:
        typer.echo("\n".join(found))
    else:
        typer.echo("There is no lead of this address.", err=True)


def erase(
    lead_ids: Annotated[list[UUID], typer.Argument(help="the leads' ids; `leads find` tells those of an address")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Destroy the keys of leads: nobody can read them again, backups of the database included. Cannot be undone."""
    count = f"{len(lead_ids)} lead{'' if len(lead_ids) == 1 else 's'}"
    if not yes:
        typer.confirm(f"Erase {count} for good?", abort=True, err=True)
    asyncio.run(_erase(load_settings(), lead_ids))
    typer.echo(f"Erased {count}. The CRM, the mail server and the local outbox keep their own copies.")


async def _find(settings: Settings, address: str) -> list[UUID]:
    from appliance.roots.command import command_parts
    from models.queries import erasure

    async with command_parts(settings) as parts, parts.database.read() as session:
        return await erasure.leads_of(session, parts.keyring.email_index(address))


async def _erase(settings: Settings, lead_ids: list[UUID]) -> None:
    """Erase all of them or, if one is unknown or was erased before, none."""
    from appliance.roots.command import open_database
    from models.queries import erasure

    async with open_database(settings) as database, database.begin() as session:
        for lead_id in dict.fromkeys(lead_ids):
            await erasure.erase(session, lead_id, actor=ACTOR)

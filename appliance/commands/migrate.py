"""`leadkeep migrate`: bring the database to this release's schema."""

import asyncio

import typer
from rich.console import Console

from appliance.embedded import database
from appliance.settings import Settings, load_settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(migrate)


def migrate() -> None:
    """Bring the database to the newest migration; safe to repeat, and two at once wait for each other."""
    Console(highlight=False).print(asyncio.run(_migrate(load_settings())))


async def _migrate(settings: Settings) -> str:
    from models import migrate as migrations
    from models.queries.server import server_facts

    async with database(settings) as url:
        await server_facts(url)  # a server that refuses us says why
        before = await migrations.current_revision(url)
        await migrations.upgrade_async(url)
        after = migrations.newest_revision()
    return (
        f"The database is current at {after}." if before == after else f"Migrated from {before or 'empty'} to {after}."
    )

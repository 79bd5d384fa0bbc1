"""`leadkeep audit`: walk the audit chain and say whether every entry is as it was written."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit")(audit)


def audit(as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False) -> None:
    """Verify the audit chain: exit 1 when an entry was changed or removed."""
    from appliance.roots.command import open_database
    from appliance.settings import load_settings
    from models.queries.audit import ChainReport, verify

    async def walk() -> ChainReport:
        async with open_database(load_settings()) as database, database.read() as session:
            return await verify(session)

    report = asyncio.run(walk())
    typer.echo(json.dumps(asdict(report)) if as_json else _sentence(report.entries, report.unchained, report.broken_at))
    raise typer.Exit(0 if report.broken_at is None else 1)


def _sentence(entries: int, unchained: int, broken_at: int | None) -> str:
    if broken_at is not None:
        return f"The audit chain breaks at entry {broken_at}: it or one before it was changed. Restore from a backup."
    return f"The audit chain holds: {entries} entries, {unchained} still to be chained."

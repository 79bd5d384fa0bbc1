"""`leadkeep leads`: put leads in from a file, list them, read one's whole timeline."""

import asyncio
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from appliance.listing import add_row, list_console, listing
from appliance.settings import Settings, load_settings
from models.states import LeadState

if TYPE_CHECKING:
    from appliance.lead_import import RowReport
    from models.queries.desk import LeadLine
    from models.queries.timeline import Timeline

SOME_REFUSED = 1
SHOWN_REFUSALS = 50
ID_WIDTH = 36
ONE_LINE_WIDTH = 132
"""Columns that a lead's line takes with the longest values that are usual; a narrower terminal gets two lines each."""

leads = typer.Typer(no_args_is_help=True, help="Leads: put them in, list them, read one's timeline.")
AsJson = Annotated[bool, typer.Option("--json", help="for a program")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(leads, name="leads")


@leads.command()
def add(
    csv: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="CSV in UTF-8, field names in its first line")],
    campaign: Annotated[str | None, typer.Option(help="which campaign answers them, if there are several")] = None,
    as_json: AsJson = False,
) -> None:
    """Read leads from a file; refused rows are listed with line and reason, and give exit status 1.

    Safe to repeat: a row that was stored before is not stored again.
    """
    reports = asyncio.run(_add(load_settings(), csv, campaign, quiet=as_json))
    counts = Counter(report.outcome.value for report in reports)
    if as_json:
        typer.echo(json.dumps(_as_fields(reports, counts), default=str))
    else:
        _print_reports(reports, counts)
    if counts["refused"]:
        raise typer.Exit(SOME_REFUSED)


@leads.command()
def show(lead_id: Annotated[UUID, typer.Argument(help="the lead's id")], as_json: AsJson = False) -> None:
    """Show everything that happened to a lead, in the order it happened; holds personal data."""
    from appliance.timeline_view import as_json as json_text
    from appliance.timeline_view import as_text

    found = asyncio.run(_timeline(load_settings(), lead_id))
    if as_json:
        typer.echo(json_text(found))
    else:
        Console(highlight=False).print(as_text(found))


@leads.command("list")
def list_(
    state: Annotated[LeadState | None, typer.Option(help="only leads in this state")] = None,
    campaign: Annotated[str | None, typer.Option(help="only leads of this campaign")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List leads, newest first, without personal data."""
    lines = asyncio.run(_lines(load_settings(), state, campaign, limit=limit))
    if as_json:
        typer.echo(json.dumps([_line_fields(line) for line in lines], default=str))
        return
    console = list_console()
    console.print(_one_line_each(lines) if console.width >= ONE_LINE_WIDTH else _two_lines_each(lines))


async def _add(settings: Settings, csv: Path, campaign: str | None, *, quiet: bool) -> "list[RowReport]":
    from appliance.lead_import import import_rows, only_campaign
    from appliance.roots.command import command_parts
    from gateway.csv_rows import read_rows

    rows = read_rows(csv)
    reports: list[RowReport] = []
    async with command_parts(settings) as parts:
        importing = import_rows(parts, rows, campaign or only_campaign(parts))
        console = Console(stderr=True, quiet=quiet)
        for _ in track(rows, "Reading leads", console=console, disable=quiet):
            reports.append(await anext(importing))  # noqa: PERF401 - each is awaited while the bar moves
    return reports


async def _timeline(settings: Settings, lead_id: UUID) -> "Timeline":
    from appliance.roots.command import command_parts
    from models.queries.timeline import timeline

    async with command_parts(settings) as parts, parts.database.read() as session:
        return await timeline(session, parts.keyring, lead_id)


async def _lines(settings: Settings, state: LeadState | None, campaign: str | None, *, limit: int) -> "list[LeadLine]":
    from appliance.roots.command import open_database
    from models.queries import desk

    async with open_database(settings) as database, database.read() as session:
        return await desk.lead_page(session, state=state, campaign=campaign, limit=limit)


def _one_line_each(lines: "list[LeadLine]") -> Table:
    headings = ("lead", "received (UTC)", "campaign", "source", "score", "state", "since (UTC)")
    table = listing(*headings, whole=ID_WIDTH)
    for line in lines:
        score, since = _score(line), _moment(line.state_since)
        add_row(table, line.id, _moment(line.received_at), line.campaign, line.source, score, line.state, since)
    return table


def _two_lines_each(lines: "list[LeadLine]") -> Table:
    table = listing("lead\ncampaign, source", "received (UTC)\nin this state since", "score", "state", whole=ID_WIDTH)
    for line in lines:
        moments = f"{_moment(line.received_at)}\n{_moment(line.state_since)}"
        add_row(table, f"{line.id}\n{line.campaign}, {line.source}", moments, _score(line), line.state)
    return table


def _score(line: "LeadLine") -> str:
    return "" if line.score is None else str(line.score)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _print_reports(reports: "list[RowReport]", counts: Counter[str]) -> None:
    console = list_console()
    refused = [report for report in reports if report.outcome == "refused"]
    if refused:
        table = listing("line", "why it was refused")
        for report in refused[:SHOWN_REFUSALS]:
            add_row(table, report.line, report.reason)
        console.print(table)
    if len(refused) > SHOWN_REFUSALS:
        console.print(f"… and {len(refused) - SHOWN_REFUSALS} more; --json lists all.")
    console.print(f"accepted {counts['accepted']}, duplicate {counts['duplicate']}, refused {counts['refused']}")


def _as_fields(reports: "list[RowReport]", counts: Counter[str]) -> dict[str, object]:
    rows = [{"line": r.line, "outcome": r.outcome, "lead_id": r.lead_id, "reason": r.reason} for r in reports]
    totals = {name: counts[name] for name in ("accepted", "duplicate", "refused")}
    return {**totals, "rows": rows}


def _line_fields(line: "LeadLine") -> dict[str, object]:
    names = ("id", "campaign", "source", "language", "state", "state_since", "received_at", "step", "score")
    return {name: getattr(line, name) for name in names}

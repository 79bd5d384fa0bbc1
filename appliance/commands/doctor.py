"""`leadkeep doctor`: say of everything that is configured whether it is there and fit."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Column, Table
from rich.text import Text

from appliance import logs
from appliance.addresses import ensure_run_dir
from appliance.doctor import CheckResult, Health, NamedCheck, examine
from appliance.listing import list_console, shown
from appliance.settings import Settings, load_settings
from appliance.supervisor import is_supervised

FAILED = 1
COLOURS = {Health.OK: "green", Health.OFF: "dim", Health.PROBLEM: "red"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON for another program.")] = False,
) -> None:
    """Check every configured part; exit status 1 when one has a problem."""
    settings = load_settings()
    ensure_run_dir(settings)
    logs.configure_file(settings.log_level, settings.log_dir / "commands.log")
    results = asyncio.run(examine(checks(settings)))
    if as_json:
        typer.echo(json.dumps([asdict(result) for result in results], indent=2))
    else:
        _print(results)
    if any(result.health is Health.PROBLEM for result in results):
        raise typer.Exit(FAILED)


def checks(settings: Settings) -> list[NamedCheck]:
    """Return every check, in the order in which they are shown."""
    from appliance.checks import box, services, stores

    running = is_supervised(settings.run_dir)
    return [
        NamedCheck("python", box.python),
        NamedCheck("disk", lambda: box.disk(settings)),
        NamedCheck("master key", lambda: box.keys(settings)),
        NamedCheck("campaigns", lambda: box.campaigns(settings)),
        NamedCheck("classifier", lambda: box.classifier(settings)),
        NamedCheck("database", lambda: stores.database(settings, is_running=running)),
        NamedCheck("queue", lambda: stores.queue(settings, is_running=running)),
        NamedCheck("engine", lambda: services.engine(settings, is_running=running)),
        NamedCheck("gateway", lambda: services.gateway(settings, is_running=running)),
        NamedCheck("mail", lambda: services.mail(settings, is_running=running)),
        NamedCheck("crm", lambda: services.crm(settings)),
        NamedCheck("slack", lambda: services.slack(settings)),
    ]


def _print(results: list[CheckResult]) -> None:
    table = Table.grid("health", "part", Column("detail", overflow="fold"), padding=(0, 2))
    for result in results:
        text = shown(result.detail)
        if result.advice:
            text = Text(" ").join([text, shown(result.advice, "bold")])
        table.add_row(Text(result.health.value, style=COLOURS[result.health]), result.name, text)
    list_console().print(table)

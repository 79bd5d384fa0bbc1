"""`leadkeep demo`: the campaign's sample leads all the way, and what became of each."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from appliance.demo.report import Report
    from appliance.settings import Settings
    from models.database import Database
    from models.queries.progress import LeadProgress

POLL_S = 0.5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    campaign: Annotated[str, typer.Option(help="The campaign whose sample leads are posted.")] = "green-mortgage",
    wait_s: Annotated[int, typer.Option(help="Give up waiting after so many seconds.")] = 900,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of each lead as JSON.")] = False,
) -> None:
    """Post the sample leads, wait until each has its answer, and say what became of them."""
    from appliance.demo.report import table
    from appliance.listing import list_console, shown
    from appliance.settings import load_settings

    console = list_console(stderr=as_json)
    report = asyncio.run(_run(load_settings(), campaign, wait_s=wait_s, console=console))
    if as_json:
        typer.echo(json.dumps([asdict(found) for found in report.progress.values()], default=str))
    else:
        console.print(table(report))
    for sentence in report.failures():
        console.print(shown(sentence, "red"))
    typer.echo(report.last_line(), err=as_json)
    raise typer.Exit(0 if report.succeeded else 1)


async def _run(settings: "Settings", campaign: str, *, wait_s: int, console: "Console") -> "Report":
    from appliance.addresses import addresses
    from appliance.demo.appliance_process import running_appliance
    from models.database import Database

    waiting = console.status("waiting for the appliance (the first start makes its environments: minutes)")
    waiting.start()
    try:
        async with running_appliance(settings) as started:
            waiting.stop()
            console.print("The appliance was started for this demo." if started else "The appliance is running.")
            database = Database.connect(addresses(settings).database_url, pool_size=2)
            try:
                return await _post_and_watch(settings, database, campaign, wait_s=wait_s, console=console)
            finally:
                await database.close()
    finally:
        waiting.stop()


async def _post_and_watch(
    settings: "Settings", database: "Database", campaign: str, *, wait_s: int, console: "Console"
) -> "Report":
    from appliance.demo.posting import open_connection, post
    from appliance.demo.report import Report
    from appliance.demo.samples import load_samples

    samples = load_samples(settings.campaigns_dir / campaign, f"demo-{time.time_ns()}")
    token = await open_connection(database, campaign)
    posts = [await post(settings.local_url, token, sample) for sample in samples]
    lead_ids = {posted.lead_id for posted in posts if posted.lead_id}
    found = await _watch(database, lead_ids, wait_s=wait_s, console=console)
    return Report(posts, found, *await _mails(settings, database, lead_ids))


async def _mails(
    settings: "Settings", database: "Database", lead_ids: set[UUID]
) -> tuple[Counter[str], Counter[str] | None]:
    """Return what the database says was sent, and what the local sink caught, if there is one."""
    from appliance.addresses import addresses
    from appliance.demo.report import count_mails
    from models.queries.progress import messages_sent

    async with database.read() as session:
        sent = Counter(await messages_sent(session, lead_ids))
    outbox_dir = addresses(settings).outbox_dir
    return sent, count_mails(outbox_dir, lead_ids) if outbox_dir else None


async def _watch(
    database: "Database", lead_ids: set[UUID], *, wait_s: int, console: "Console"
) -> "dict[UUID, LeadProgress]":
    from rich.progress import Progress

    from models.queries.progress import progress

    deadline = time.monotonic() + wait_s
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("leads answered", total=len(lead_ids))
        while True:
            async with database.read() as session:
                found = await progress(session, lead_ids)
            bar.update(task, completed=sum(lead.is_settled for lead in found.values()))
            if all(lead.is_settled for lead in found.values()) or time.monotonic() > deadline:
                return found
            await asyncio.sleep(POLL_S)

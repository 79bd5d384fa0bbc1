"""`leadkeep run`: everything on this machine, watched until it is told to stop."""

import asyncio
import contextlib
import os
import signal
import time
from typing import Annotated

import psutil
import structlog
import typer
from rich.console import Console

from appliance import logs
from appliance.addresses import Addresses, ensure_run_dir
from appliance.embedded import ADOPTS
from appliance.keeper import Death
from appliance.progress import Progress, Screen
from appliance.settings import Settings, load_settings
from appliance.start import Start, step_titles
from appliance.supervisor import Supervisor

log = structlog.get_logger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    quiet_welcome: Annotated[
        bool, typer.Option(hidden=True, help="Leave out the link and the token: the output goes into a file.")
    ] = False,
) -> None:
    """Start everything on this machine, show where it listens, and keep it alive until Ctrl-C."""
    settings = load_settings()
    ensure_run_dir(settings)
    logs.configure_file(settings.log_level, settings.log_dir / "supervisor.log")
    console = Screen(highlight=False)
    asyncio.run(_supervise(settings, console, shows_secrets=not quiet_welcome))
    _print(console, "Stopped.")


async def _supervise(settings: Settings, console: Console, *, shows_secrets: bool) -> None:
    progress = Progress(console, step_titles(settings))
    adopts = frozenset(name for name in ADOPTS if _is_embedded(settings, name))
    supervisor = Supervisor(settings.run_dir, tell=lambda death: _tell(progress, death), adopts=adopts)
    stop = _stop_event(supervisor, console)
    async with supervisor:
        for name in supervisor.ended_leftovers:
            progress.say(f"Ended {name}, left over from an earlier run.")
        reached = await _come_up(settings, supervisor, progress, stop=stop)
        if reached is not None:
            await _welcome(settings, reached, progress, shows_secrets=shows_secrets)
            await stop.wait()
        began_s = time.monotonic()
        await supervisor.stop()
        log.info("box.stopped", duration_s=round(time.monotonic() - began_s, 2))


async def _come_up(
    settings: Settings, supervisor: Supervisor, progress: Progress, *, stop: asyncio.Event
) -> Addresses | None:
    """Start everything and return where it is; None when told to stop meanwhile."""
    began_s = time.monotonic()
    with progress:
        reached = await _unless_stopped(Start(settings, supervisor, progress), stop)
    if reached is None:
        return None
    total_s = time.monotonic() - began_s
    progress.save(settings.run_dir / "start.json", total_s=round(total_s, 3))
    log.info("box.ready", duration_s=round(total_s, 2))
    progress.say(f"\nLeadkeep is ready after {total_s:.0f} s: {settings.base_url}")
    return reached


async def _unless_stopped(start: Start, stop: asyncio.Event) -> Addresses | None:
    """Run a start to its end or until told to stop; what a start without success began to prepare is ended."""
    reached = None
    starting = asyncio.create_task(start.run())
    told = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            reached = starting.result()
        else:
            starting.cancel()
            await asyncio.wait({starting})
    finally:
        told.cancel()
        if reached is None:
            _end_helpers(start.supervisor)
    return reached


async def _welcome(settings: Settings, reached: Addresses, progress: Progress, *, shows_secrets: bool) -> None:
    from appliance.welcome import first_steps

    for step in await first_steps(settings, reached, shows_secrets=shows_secrets):
        progress.say(f"\n{step}")
    progress.say(f"Logs are in {settings.log_dir}. Stop with Ctrl-C.\n")


def _tell(progress: Progress, death: Death) -> None:
    text = f"{death.name} died ({death.ending}); it starts again in {death.pause_s:g} s. Its log: {death.log_path}"
    progress.say(text)


def _stop_event(supervisor: Supervisor, console: Console) -> asyncio.Event:
    """Return an event that the first signal sets; a second one shortens the stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stopping() -> None:
        if stop.is_set():
            supervisor.hurry()
            return
        stop.set()
        _print(console, "\nStopping (at most 15 seconds; again to hurry) …")

    for number in STOP_SIGNALS:
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue  # started by nohup: it is to outlive its terminal
        loop.add_signal_handler(number, stopping)
    return stop


def _print(console: Console, text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone: that is why we stop
        console.print(text)


def _end_helpers(supervisor: Supervisor) -> None:
    """End what an interrupted preparation started (pip, the model's conversion); kept children end by themselves."""
    kept = {keeper.process.pid for keeper in supervisor.keepers if keeper.process is not None}
    for process in psutil.Process(os.getpid()).children():
        if process.pid not in kept:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()


def _is_embedded(settings: Settings, name: str) -> bool:
    return {"postgres": settings.database_url, "valkey": settings.redis_url}[name] is None

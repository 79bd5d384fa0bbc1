"""The appliance that the demo runs against: the one that is up, or one that it starts and stops again."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from appliance.addresses import addresses
from appliance.settings import Settings
from inference.engine import Engine
from models.errors import UnavailableError

START_TIMEOUT_S = 900
STOP_TIMEOUT_S = 20
PROBE_S = 1.0


@asynccontextmanager
async def running_appliance(settings: Settings) -> AsyncIterator[bool]:
    """Yield once gateway and engine answer; True when it was started for the occasion (and is stopped at the end)."""
    if await _is_ready(settings):
        yield False
        return
    log_path = settings.log_dir / "demo-run.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "appliance", "run", stdout=log, stderr=log, start_new_session=True
        )
    try:
        await _until_ready(settings, process)
        yield True
    finally:
        await _stop(process)


async def _until_ready(settings: Settings, process: asyncio.subprocess.Process) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not await _is_ready(settings):
        if process.returncode is not None or time.monotonic() > deadline:
            message = f"the appliance did not start: {_last_line(settings)}"
            raise UnavailableError(message, hint="`leadkeep run` shows each step; its log is demo-run.log.")
        await asyncio.sleep(PROBE_S)


async def _is_ready(settings: Settings) -> bool:
    try:
        async with httpx.AsyncClient(base_url=settings.base_url, timeout=5, trust_env=False) as client:
            gateway = await client.get("/readyz")
    except httpx.HTTPError:
        return False
    async with Engine(addresses(settings).engine_url, settings.engine_model) as engine:
        return gateway.is_success and (await engine.check()).healthy


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        process.kill()


def _last_line(settings: Settings) -> str:
    lines = (settings.log_dir / "demo-run.log").read_text(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

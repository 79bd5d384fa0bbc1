"""The appliance that the demo runs against: the one that is up or coming up, or one that it starts and stops again."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from appliance import processes
from appliance.addresses import addresses, ensure_run_dir
from appliance.engine.launch import engine_is_ready
from appliance.settings import Settings
from appliance.supervisor import is_supervised
from models.errors import UnavailableError

START_TIMEOUT_S = 900
STOP_TIMEOUT_S = 20
PROBE_S = 1.0
APPEARS_WITHIN_S = 5.0
"""A `make run` in another terminal that waited for the same setup as this demo is seen within this time."""
RUN = (sys.executable, "-m", "appliance", "run", "--quiet-welcome")
CLOSED_TO_OTHERS = 0o600


@asynccontextmanager
async def running_appliance(settings: Settings, command: tuple[str, ...] = RUN) -> AsyncIterator[bool]:
    """Yield once gateway and engine answer; True when it was started for the occasion (and is stopped at the end)."""
    ensure_run_dir(settings)
    if await _is_there(settings):
        yield False
        return
    process = await _start(log_path(settings), command)
    try:
        await _until_ready(settings, process)
        yield process.returncode is None
    finally:
        await _stop(process)


def log_path(settings: Settings) -> Path:
    """Return where an appliance writes that was started for the occasion."""
    return settings.log_dir / "demo-run.log"


async def _is_there(settings: Settings) -> bool:
    """Wait for the appliance that runs or comes up here; False when there is none."""
    began_s = time.monotonic()
    while not await _is_ready(settings):
        waited_s = time.monotonic() - began_s
        if waited_s > APPEARS_WITHIN_S and not is_supervised(settings.run_dir):
            return False
        if waited_s > START_TIMEOUT_S:
            message = "The appliance that runs here does not become ready."
            raise UnavailableError(message, hint="`leadkeep doctor` says which part is not.")
        await asyncio.sleep(PROBE_S)
    return True


async def _until_ready(settings: Settings, process: asyncio.subprocess.Process) -> None:
    """Wait until gateway and engine answer; another appliance that was quicker than `process` will do."""
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while not await _is_ready(settings):
        ended = process.returncode is not None and not is_supervised(settings.run_dir)
        if ended or time.monotonic() > deadline_s:
            message = f"The appliance did not start: {_last_line(log_path(settings))}"
            raise UnavailableError(message, hint="`leadkeep run` shows each step; its log is demo-run.log.")
        await asyncio.sleep(PROBE_S)


async def _is_ready(settings: Settings) -> bool:
    key = settings.engine_api_key.get_secret_value() if settings.engine_api_key else ""
    engine_url = addresses(settings).engine_url
    is_open = await processes.answers_ok(f"{settings.local_url}/readyz")
    return is_open and await engine_is_ready(engine_url, settings.engine_model, api_key=key)


async def _start(log: Path, command: tuple[str, ...]) -> asyncio.subprocess.Process:
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, CLOSED_TO_OTHERS)
    try:
        os.fchmod(handle, CLOSED_TO_OTHERS)
        return await asyncio.create_subprocess_exec(*command, stdout=handle, stderr=handle, start_new_session=True)
    finally:
        os.close(handle)


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing.")

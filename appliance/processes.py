"""The children that are our own programs: mail sink, gateway and workers, as the supervisor starts them."""

import asyncio
import os
import sys
from pathlib import Path

import httpx

from appliance import record
from appliance.child import ChildSpec
from appliance.settings import Settings, variable

PROBE_TIMEOUT_S = 2.0
READY_TIMEOUT_S = 120.0
"""The worker loads the classifier; on a busy machine with a cold disk that takes a while."""
READY_FILE_VARIABLE = "LEADKEEP_READY_FILE"
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "DO_NOT_TRACK": "1", "TOKENIZERS_PARALLELISM": "false"}


def mail_sink(settings: Settings) -> ChildSpec:
    """Describe the local mail sink; ready when it greets."""
    port = settings.smtp_sink_port

    async def ready() -> bool:
        return await greets_as_smtp("127.0.0.1", port)

    return ChildSpec(
        name="mail-sink",
        argv=(sys.executable, "-m", "appliance.mail_sink"),
        env=_environment(settings),
        ready=ready,
        ready_timeout_s=30,
        log_path=settings.log_dir / "mail-sink.log",
    )


def gateway(settings: Settings) -> ChildSpec:
    """Describe the gateway; ready when `/readyz` says so."""
    url = f"{settings.local_url}/readyz"

    async def ready() -> bool:
        return await answers_ok(url)

    return ChildSpec(
        name="gateway",
        stop_grace_s=9,
        argv=(sys.executable, "-m", "appliance", "gateway"),
        env=_environment(settings),
        ready=ready,
        ready_timeout_s=READY_TIMEOUT_S,
        log_path=settings.log_dir / "gateway.log",
    )


def worker(settings: Settings, number: int) -> ChildSpec:
    """Describe one worker, counted from 1; ready when it has touched its ready file since it started."""
    name = f"worker-{number}"
    ready_file = settings.run_dir / f"{name}.ready"
    metrics_port = settings.worker_metrics_port + number - 1 if settings.worker_metrics_port else 0

    async def ready() -> bool:
        return _is_touched_by_child(ready_file, settings.run_dir, name)

    own = {READY_FILE_VARIABLE: str(ready_file), variable("worker_metrics_port"): str(metrics_port)}
    return ChildSpec(
        name=name,
        argv=(sys.executable, "-m", "appliance", "worker"),
        env=_environment(settings) | own,
        ready=ready,
        ready_timeout_s=READY_TIMEOUT_S,
        log_path=settings.log_dir / f"{name}.log",
        stop_grace_s=8,
    )


async def answers_ok(url: str) -> bool:
    """Say whether a GET is answered with success now; never raises."""
    try:
        async with httpx.AsyncClient(timeout=PROBE_TIMEOUT_S, trust_env=False) as client:
            return (await client.get(url)).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


async def greets_as_smtp(host: str, port: int) -> bool:
    """Say whether something there greets like a mail server; never raises."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                greeting = await reader.readline()
                writer.write(b"QUIT\r\n")
                return greeting.startswith(b"220")
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def _is_touched_by_child(ready_file: Path, run_dir: Path, name: str) -> bool:
    """Say whether the ready file is newer than this child, so that one left by an earlier child counts for nothing."""
    seen = record.read(run_dir, name)
    try:
        return seen is not None and ready_file.stat().st_mtime >= seen.started_at_s
    except OSError:
        return False


def _environment(settings: Settings) -> dict[str, str]:
    """Return our own environment with what keeps libraries quiet and offline; `.env` is read again by the child."""
    return {**os.environ, **OFFLINE, "PYTHONUNBUFFERED": "1", variable("var_dir"): str(settings.var_dir)}

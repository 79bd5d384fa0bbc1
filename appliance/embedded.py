"""A one-off command's way to the database: the operator's, the running appliance's, or one started for the command."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer

from appliance import logs, postgres
from appliance.addresses import addresses, embedded_postgres, ensure_run_dir
from appliance.keeper import Death
from appliance.settings import Settings
from appliance.supervisor import AlreadyRunningError, Supervisor

ADOPTS = frozenset({"postgres", "valkey"})
BUSY_WAIT_S = 30.0
BUSY_POLL_S = 0.2


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """Yield the database's URL; an embedded PostgreSQL that does not run is started.

    Whichever command started it stops it, once no other command uses it.
    """
    if settings.database_url is not None:
        yield addresses(settings).database_url
        return
    cluster = embedded_postgres(settings)
    async with _one_of_its_users(settings) as users:
        supervisor = await _lock_unless_running(settings, cluster)
        if supervisor is None:
            yield postgres.url(cluster)
            return
        try:
            await start_postgres(supervisor, cluster)
            try:
                yield postgres.url(cluster)
            finally:
                await _until_alone(users)
        finally:
            await supervisor.__aexit__(None, None, None)


async def start_postgres(supervisor: Supervisor, cluster: postgres.Cluster) -> bool:
    """Start or adopt the embedded PostgreSQL with its database; returns whether it was adopted."""
    await asyncio.to_thread(postgres.prepare, cluster)
    spec = postgres.child_spec(cluster)
    keeper = await supervisor.start(spec, wave=0, running_pid=lambda: postgres.running_pid(cluster))
    await asyncio.to_thread(postgres.ensure_database, cluster)
    return keeper.process is not None and keeper.process.is_adopted


async def _lock_unless_running(settings: Settings, cluster: postgres.Cluster) -> Supervisor | None:
    """Return an entered supervisor, or None once the database answers because the appliance or a command runs it."""
    logs.configure_file(settings.log_level, settings.log_dir / "commands.log")
    deadline_s = time.monotonic() + BUSY_WAIT_S
    while True:
        if await postgres.answers(cluster):
            return None
        supervisor = Supervisor(settings.run_dir, tell=_ignore, adopts=ADOPTS)
        try:
            return await supervisor.__aenter__()
        except AlreadyRunningError:
            if time.monotonic() > deadline_s:
                raise
        await asyncio.sleep(BUSY_POLL_S)


@asynccontextmanager
async def _one_of_its_users(settings: Settings) -> AsyncIterator[int]:
    """Hold the users' lock shared, and yield its file: who would stop the server must have it alone."""
    handle = os.open(ensure_run_dir(settings) / "embedded.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        await _locked(handle, fcntl.LOCK_SH)
        yield handle
    finally:
        os.close(handle)


async def _until_alone(users: int) -> None:
    """Wait for the other users to end, and keep newcomers out."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        typer.echo("Waiting for another command that uses the database …", err=True)
        await _locked(users, fcntl.LOCK_EX)


async def _locked(handle: int, kind: int) -> None:
    """Wait for the lock without holding up the loop, so that Ctrl-C ends the wait."""
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(BUSY_POLL_S)
        else:
            return


def _ignore(_death: Death) -> None:
    """Tell nobody: a command lives for seconds, and a dead database shows itself in the command's own error."""

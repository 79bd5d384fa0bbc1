"""The worker's composition root."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.addresses import addresses
from appliance.keys import read_master_key
from appliance.roots.connectors import open_connectors
from appliance.settings import Settings
from guard.classifier import load_judge
from guard.judge import Judge
from inference.engine import Engine
from models.approval import Links
from models.campaigns import load_campaigns
from models.clock import system_clock
from models.database import Database
from models.queries.server import require_master_key
from models.sealing import Keyring
from worker.mail_server import mail_server_of
from worker.parts import Parts
from worker.service import Service, ServiceOptions

CONNECTIONS_BESIDE_JOBS = 8
"""The listener, the sweeper, a heartbeat's renewal, the slots beside the queue, and one to spare."""


@asynccontextmanager
async def worker_parts(settings: Settings, judge: Judge | None) -> AsyncIterator[Parts]:
    """Build everything that a stage works with, and close it; raises SealError under a wrong master key."""
    where = addresses(settings)
    keyring = Keyring.from_master_key(read_master_key(settings.master_key_path))
    database = Database.connect(where.database_url, pool_size=settings.worker_max_jobs + CONNECTIONS_BESIDE_JOBS)
    api_key = settings.engine_api_key.get_secret_value() if settings.engine_api_key else "none"
    engine = Engine(where.engine_url, settings.engine_model, api_key=api_key, timeout_s=settings.engine_timeout_s)
    try:
        await require_master_key(database, keyring)
        async with engine, open_connectors(settings) as connectors:
            yield Parts(
                database=database,
                keyring=keyring,
                campaigns=load_campaigns(settings.campaigns_dir),
                engine=engine,
                judge=judge,
                mail_server=mail_server_of(where.smtp_url),
                links=Links(settings.base_url, keyring),
                clock=system_clock,
                crm=connectors.crm,
                notifier=connectors.notifier,
                lease_s=settings.lease_s,
            )
    finally:
        await database.close()


async def serve(settings: Settings, ready_file: Path | None) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    judge = await asyncio.to_thread(load_judge, settings.classifier_dir)
    async with worker_parts(settings, judge) as parts:
        options = ServiceOptions(
            redis_url=addresses(settings).redis_url,
            max_jobs=settings.worker_max_jobs,
            beat=_beat_into(ready_file),
        )
        work = asyncio.create_task(Service(parts, options).run())
        for stopping in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(stopping, work.cancel)
        try:
            await work
        except asyncio.CancelledError:
            return


def _beat_into(ready_file: Path | None) -> Callable[[], None]:
    if ready_file is None:
        return lambda: None
    return ready_file.touch

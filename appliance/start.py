"""The order in which the box comes up; independent parts come up together, and every step says how long it took."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from appliance import ports, processes, valkey
from appliance.addresses import LOOPBACK, Addresses, addresses, embedded_postgres, embedded_valkey
from appliance.classifier import checked_classifier
from appliance.embedded import start_postgres
from appliance.engine.launch import EngineOptions, engine_child, engine_is_ready
from appliance.engine.preparation import prepare_engine
from appliance.keys import ensure_master_key, read_master_key, withdrawn_key
from appliance.progress import Progress
from appliance.settings import Settings, variable
from appliance.supervisor import Supervisor
from models.database import Database
from models.errors import SealError, UnavailableError
from models.queries import server
from models.sealing import Keyring

Result = TypeVar("Result")

ROOT = Path(__file__).resolve().parent.parent
NEEDED_FREE_MB = 500
BYTES_PER_MB = 1_000_000
EXTERNAL_WAIT_S = 60.0
EXTERNAL_POLL_S = 1.0
# Stopped from the highest to the lowest: who works first, what they work with after.
WAVE_STORES, WAVE_SERVERS, WAVE_WORKERS = 1, 2, 3


@dataclass(frozen=True)
class Start:
    """One start of the whole box."""

    settings: Settings
    supervisor: Supervisor
    progress: Progress

    async def run(self) -> Addresses:
        """Bring everything up and return where it is; raises the first error that stops it."""
        is_new_key = self._keys()
        reached = addresses(self.settings)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._engine(reached.engine_url), name="engine")
            group.create_task(self._own_parts(reached, is_new_key=is_new_key), name="own parts")
        return reached

    async def _own_parts(self, reached: Addresses, *, is_new_key: bool) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._database(reached.database_url, is_new_key=is_new_key))
            group.create_task(self._queue())
            group.create_task(self._mail_sink())
            group.create_task(self._classifier())
        await self._gateway()
        await self._workers()

    def _keys(self) -> bool:
        """Check what must hold before anything starts; returns whether the master key was made now."""
        path = self.settings.master_key_path
        with self.progress.step("keys") as report:
            require_space(self.settings.var_dir, NEEDED_FREE_MB)
            ports.require_all_free(listeners(self.settings))
            is_new = ensure_master_key(path)
            if is_new:
                report(f"made {path}: back it up apart from the data")
        return is_new

    async def _database(self, database_url: str, *, is_new_key: bool) -> None:
        from models import migrate

        with self.progress.step("database", "PostgreSQL accepts connections") as report:
            if self.settings.database_url is not None:
                await server.server_facts(database_url)
                report("yours")
            elif await start_postgres(self.supervisor, embedded_postgres(self.settings)):
                report("adopted from an earlier start")
        with self.progress.step("migrations", "the schema is current") as report:
            await migrate.upgrade_async(database_url)
            report(migrate.newest_revision())
        await self._require_fitting_key(database_url, is_new_key=is_new_key)

    async def _require_fitting_key(self, database_url: str, *, is_new_key: bool) -> None:
        """Refuse a key that did not seal what is there: another, or one made by this start or an interrupted one."""
        path = self.settings.master_key_path
        database = Database.connect(database_url, pool_size=1)
        try:
            await server.require_master_key(database, Keyring.from_master_key(read_master_key(path)))
        except SealError:
            if is_new_key:
                raise withdrawn_key(path) from None
            raise
        finally:
            await database.close()

    async def _queue(self) -> None:
        with self.progress.step("queue", "Valkey answers") as report:
            if self.settings.redis_url is not None:
                report("yours")
                return
            queue = embedded_valkey(self.settings)
            await asyncio.to_thread(valkey.prepare, queue)
            spec = valkey.child_spec(queue)
            keeper = await self.supervisor.start(spec, wave=WAVE_STORES, running_pid=lambda: valkey.running_pid(queue))
            if keeper.process is not None and keeper.process.is_adopted:
                report("adopted from an earlier start")

    async def _mail_sink(self) -> None:
        with self.progress.step("mail sink", "the local sink greets") as report:
            if self.settings.smtp_url is not None:
                report("your SMTP server")
                return
            await self.supervisor.start(processes.mail_sink(self.settings), wave=WAVE_STORES)
            report("mail stays here, at /outbox")

    async def _classifier(self) -> None:
        with self.progress.step("classifier", "the weights' hash"):
            await asyncio.to_thread(checked_classifier, self.settings.classifier_dir)

    async def _gateway(self) -> None:
        with self.progress.step("gateway", "/readyz answers"):
            await self.supervisor.start(processes.gateway(self.settings), wave=WAVE_SERVERS)

    async def _workers(self) -> None:
        with self.progress.step("workers", "each worker has loaded the classifier"):
            async with asyncio.TaskGroup() as group:
                for number in range(1, self.settings.worker_processes + 1):
                    spec = processes.worker(self.settings, number)
                    group.create_task(self.supervisor.start(spec, wave=WAVE_WORKERS))

    async def _engine(self, engine_url: str) -> None:
        if self.settings.engine_url is not None:
            await self._external_engine(engine_url)
            return
        options = EngineOptions(port=self.settings.engine_port, model=self.settings.engine_model)
        with self.progress.step("engine's environment", "vLLM and its model") as report:
            model_dir = await _in_thread(
                lambda: prepare_engine(ROOT, self.settings.var_dir, report, model_dir=self.settings.engine_model_dir)
            )
            report(model_dir.name)
        with self.progress.step("engine", "vLLM loads the model, about a minute on a CPU"):
            spec = engine_child(ROOT, self.settings.var_dir, model_dir, options=options)
            await self.supervisor.start(spec, wave=WAVE_SERVERS)

    async def _external_engine(self, engine_url: str) -> None:
        """Wait a while for the operator's engine; without it the box still starts, and leads wait."""
        key = self.settings.engine_api_key.get_secret_value() if self.settings.engine_api_key else ""
        with self.progress.step("engine", "your engine serves the model") as report:
            for _ in range(int(EXTERNAL_WAIT_S / EXTERNAL_POLL_S)):
                if await engine_is_ready(engine_url, self.settings.engine_model, api_key=key):
                    report("yours")
                    return
                await asyncio.sleep(EXTERNAL_POLL_S)
            report("your engine does not answer yet: leads are kept and wait for it")


def step_titles(settings: Settings) -> tuple[str, ...]:
    """Return the steps in the order in which they are shown."""
    engine = ("engine",) if settings.engine_url else ("engine's environment", "engine")
    return ("keys", "database", "migrations", "queue", "mail sink", "classifier", "gateway", "workers", *engine)


def listeners(settings: Settings) -> Iterator[ports.Listener]:
    """Yield every part of the box that will listen on a port here."""
    yield ports.Listener(settings.host, settings.port, "the gateway", variable("port"))
    if settings.smtp_url is None:
        yield ports.Listener(LOOPBACK, settings.smtp_sink_port, "the mail sink", variable("smtp_sink_port"))
    if settings.engine_url is None:
        yield ports.Listener(LOOPBACK, settings.engine_port, "the engine", variable("engine_port"))
    if settings.worker_metrics_port:
        for number in range(settings.worker_processes):
            port, purpose = settings.worker_metrics_port + number, f"the metrics of worker {number + 1}"
            yield ports.Listener(settings.worker_metrics_host, port, purpose, variable("worker_metrics_port"))


def require_space(directory: Path, needed_mb: int) -> None:
    """Raise UnavailableError when the disk is nearly full."""
    free_mb = shutil.disk_usage(directory).free // BYTES_PER_MB
    if free_mb < needed_mb:
        message = f"The disk of {directory} has {free_mb} MB free, and Leadkeep needs at least {needed_mb} MB."
        raise UnavailableError(message, hint="Free some space, or set LEADKEEP_VAR_DIR to another disk.")


async def _in_thread(work: Callable[[], Result]) -> Result:
    """Run blocking work for minutes in a daemon thread, so that an interrupted start need not wait for it."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[Result] = loop.create_future()

    def settle(deliver: Callable[[], None]) -> None:
        if not result.done():
            deliver()

    def run() -> None:
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001 - handed on to whoever awaits
            failure = error
            loop.call_soon_threadsafe(settle, lambda: result.set_exception(failure))
        else:
            loop.call_soon_threadsafe(settle, lambda: result.set_result(value))

    threading.Thread(target=run, name="preparation", daemon=True).start()
    return await result

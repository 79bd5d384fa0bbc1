"""Real PostgreSQL and Valkey for the tests: one server of each for the run, one database for each test.

`postgres_url` is a fresh database, copied from a migrated template; `redis_url` is an emptied Valkey.
`PostgresServer` and `ValkeyServer` can also be used on their own, for tests that kill or restart them.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
import redis

from appliance import postgres, valkey
from appliance.account import launch_argv

TEMPLATE = "leadkeep_template"
START_TIMEOUT_S = 30


class Server:
    """A process that is started, killed and ended by a test, and dies with the test run."""

    def __init__(self, argv: tuple[str, ...], env: dict[str, str], log_path: Path) -> None:
        self.argv, self.env, self.log_path = argv, env, log_path
        self.process: subprocess.Popen[bytes] | None = None

    def is_ready(self) -> bool:
        raise AssertionError

    def start(self) -> None:
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                message = f"{self.argv[0]} did not start:\n{self.log_path.read_text()[-2000:]}"
                raise RuntimeError(message)
            time.sleep(0.02)

    def kill(self, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """End the whole process group and wait for it."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, with_signal)
        self.process.wait(timeout=20)
        self.process = None


class PostgresServer(Server):
    """A throwaway cluster in a short directory (unix socket paths are limited); fsync is off."""

    def __init__(self) -> None:
        self.home = _short_home("pg")
        log_path = self.home / "postgres.log"
        self.cluster = postgres.cluster_at(self.home / "data", self.home, log_path, durable=False)
        postgres.prepare(self.cluster)
        argv = launch_argv(postgres.server_argv(self.cluster), self.cluster.account, parent_signal="SIGQUIT")
        super().__init__(argv, {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, log_path)

    def is_ready(self) -> bool:
        return postgres.is_accepting(self.cluster)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database of this server."""
        return postgres.url(self.cluster, database)

    def create_database(self, template: str = "template0") -> str:
        """Create an empty database, or a copy of `template`, and return its name."""
        name = f"t_{uuid.uuid4().hex}"
        postgres.run_sql(self.cluster, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        """Drop the database, cutting any connection that a test left open."""
        postgres.run_sql(self.cluster, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill(signal.SIGINT)
        shutil.rmtree(self.home, ignore_errors=True)


class ValkeyServer(Server):
    """A throwaway Valkey with the product's own configuration."""

    def __init__(self) -> None:
        self.home = _short_home("vk")
        self.queue = valkey.queue_at(self.home / "data", self.home, self.home / "valkey.log")
        valkey.prepare(self.queue)
        argv = launch_argv(valkey.server_argv(self.queue), parent_signal="SIGKILL")
        super().__init__(argv, {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, self.queue.log_path)

    def is_ready(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.queue.socket_path)) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    @property
    def url(self) -> str:
        return valkey.url(self.queue)

    def flush(self) -> None:
        """Forget everything, as FLUSHALL does."""
        with redis.Redis(unix_socket_path=str(self.queue.socket_path)) as client:
            client.flushall()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill(signal.SIGTERM)
        shutil.rmtree(self.home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole run."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """A database at the newest migration, made once, that every test's database is copied from."""
    from models import migrate

    postgres.run_sql(postgres_server.cluster, f'CREATE DATABASE "{TEMPLATE}" TEMPLATE template0')
    migrate.upgrade(postgres_server.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """The URL of a fresh migrated database that only this test uses."""
    name = postgres_server.create_database(migrated_template)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a fresh database without tables: for tests of the migrations themselves."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[ValkeyServer]:
    """One Valkey for the whole run; use `redis_url` unless the test restarts or kills it."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def redis_url(valkey_server: ValkeyServer) -> str:
    """The URL of the run's Valkey, emptied for this test."""
    valkey_server.flush()
    return valkey_server.url


def _short_home(name: str) -> Path:
    """Make a directory with a short path that PostgreSQL's account may traverse when the tests run as root."""
    home = Path(tempfile.mkdtemp(prefix=f"lk-{name}-", dir="/tmp"))
    home.chmod(0o711)
    return home

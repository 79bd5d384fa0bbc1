"""The command lines of `compose.gpu.yaml`, given to the same releases' real servers."""

import re
import subprocess
from collections.abc import Iterator

import pytest
import redis

from appliance import postgres, valkey
from appliance.account import launch_argv
from tests.fixtures_parts import PostgresServer, ValkeyServer

from . import compose
from .repository import Repository

USERS = "user default on >word ~* &* +@all\n"
"""As docs/operators/production.md writes the secret file."""


QUIET = {"log", "panic", "terse", "0"}


class ComposePostgres(PostgresServer):
    """The embedded PostgreSQL with the container's options."""

    def __init__(self, options: list[str]) -> None:
        super().__init__()
        self.argv = (*self.argv, *options)


class ComposeValkey(ValkeyServer):
    """The embedded Valkey with the container's command line; only its paths and its socket are ours."""

    def __init__(self, options: list[str]) -> None:
        super().__init__()
        users = self.home / "users"
        users.write_text(USERS)
        ours = {"--dir": str(self.home), "--aclfile": str(users), "--port": "0"}
        given = dict(zip(options[::2], options[1::2], strict=True)) | ours
        words = [word for pair in given.items() for word in pair]
        socket = ["--unixsocket", str(self.queue.socket_path)]
        self.argv = launch_argv((str(valkey.binary()), *words, *socket), parent_signal="SIGKILL")

    def is_ready(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.ConnectionError:
            return False

    def client(self, password: str = "word") -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.queue.socket_path), password=password, decode_responses=True)


@pytest.fixture(scope="module")
def services(repository: Repository) -> dict[str, compose.Service]:
    return dict(compose.load(repository.root / "compose.gpu.yaml", {})["services"])


@pytest.fixture(scope="module")
def queue(services: dict[str, compose.Service]) -> Iterator[ComposeValkey]:
    with ComposeValkey(services["valkey"]["command"][1:]) as server:
        yield server


def test_postgresql_starts_with_the_options_and_keeps_leads_words_out_of_its_log(
    services: dict[str, compose.Service],
) -> None:
    with ComposePostgres(services["database"]["command"][1:]) as server:
        assert postgres.run_sql(server.cluster, "SHOW synchronous_commit") == "on"
        with pytest.raises(Exception, match="refused a statement"):
            postgres.run_sql(server.cluster, "SELECT 'the words of a lead'::integer")
        assert "the words of a lead" not in server.log_path.read_text()


def test_the_container_logs_as_little_as_the_embedded_postgresql(services: dict[str, compose.Service]) -> None:
    silent = {name: value for name, value in _options(postgres.SETTINGS.splitlines()).items() if value in QUIET}
    assert silent.items() <= _options(services["database"]["command"][2::2]).items()


def test_valkey_appends_and_never_evicts(queue: ComposeValkey) -> None:
    with queue.client() as client:
        set_to = {key: client.config_get(key)[key] for key in ("appendonly", "maxmemory-policy", "save")}
    assert set_to == {"appendonly": "yes", "maxmemory-policy": "noeviction", "save": ""}


def test_valkey_lets_nobody_in_without_the_password(queue: ComposeValkey) -> None:
    with queue.client("another") as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_the_servers_are_of_the_releases_that_compose_names(services: dict[str, compose.Service]) -> None:
    """A newer wheel in the lock asks for the same step in compose.gpu.yaml."""
    assert _major(services["database"]["image"]) == _major(_version("postgres"))
    assert _major(services["valkey"]["image"]) == _major(_version("valkey-server"))


def _options(lines: list[str]) -> dict[str, str]:
    pairs = (re.split(r"\s*=\s*", line, maxsplit=1) for line in lines if line.startswith("log_"))
    return dict(pairs)


def _version(server: str) -> str:
    binary = str(postgres.binaries() / "postgres") if server == "postgres" else str(valkey.binary())
    return subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout


def _major(text: str) -> str:
    found = re.search(r"(\d+)\.\d+", text)
    assert found is not None
    return found[1]

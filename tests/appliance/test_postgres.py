"""The embedded PostgreSQL lives as our own process: as any user, after any death, its log without a lead's words."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from appliance import postgres
from appliance.account import Account, account_for, launch_argv
from appliance.embedded import start_postgres
from appliance.keeper import Backoff
from appliance.postgres import Cluster
from appliance.sockets import socket_home
from appliance.supervisor import Supervisor
from models.errors import UnavailableError
from models.queries.server import server_facts

QUICK = Backoff(first_s=0.05, longest_s=0.2)


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory that only we may enter, as a checkout in somebody's home is."""
    made = Path(tempfile.mkdtemp(prefix="lk-box-"))
    (made / "run").mkdir()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def cluster(home: Path) -> Cluster:
    return postgres.cluster_at(home / "postgres", home / "run", home / "postgres.log", durable=False)


def box(home: Path) -> Supervisor:
    return Supervisor(home / "run", tell=lambda _: None, adopts=frozenset({"postgres"}), backoff=QUICK)


def pid_of(supervisor: Supervisor) -> int:
    (keeper,) = supervisor.keepers
    assert keeper.process is not None
    return keeper.process.pid


async def test_first_start_makes_a_durable_database_and_the_second_finds_what_the_first_stored(home: Path) -> None:
    cluster = postgres.cluster_at(home / "postgres", home / "run", home / "postgres.log")
    async with box(home) as supervisor:
        assert await start_postgres(supervisor, cluster) is False
        facts = await server_facts(postgres.url(cluster))
        assert (facts.version // 10_000, facts.keeps_commits) == (18, True)
        postgres.run_sql(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert postgres.running_pid(cluster) is None
    async with box(home) as supervisor:
        await start_postgres(supervisor, cluster)
        assert postgres.run_sql(cluster, "SELECT answer FROM kept") == "42"
    assert "database system is shut down" in cluster.log_path.read_text()


async def test_server_listens_on_no_port_and_its_socket_is_closed_to_others(home: Path, cluster: Cluster) -> None:
    async with box(home) as supervisor:
        await start_postgres(supervisor, cluster)
        assert psutil.Process(pid_of(supervisor)).net_connections("inet") == []
        assert cluster.socket_dir.stat().st_mode & 0o077 == 0
        assert cluster.data_dir.stat().st_mode & 0o077 == 0


async def test_living_server_of_a_killed_supervisor_is_adopted(home: Path, cluster: Cluster) -> None:
    postgres.prepare(cluster)
    argv = launch_argv(postgres.server_argv(cluster), cluster.account)
    earlier = subprocess.Popen(argv, stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: ASYNC220
    try:
        async with asyncio.timeout(60):
            while not await postgres.answers(cluster):
                await asyncio.sleep(0.05)
        async with box(home) as supervisor:
            assert await start_postgres(supervisor, cluster) is True
            assert pid_of(supervisor) == earlier.pid
        assert earlier.wait(timeout=10) == 0
    finally:
        earlier.kill()
        earlier.wait()


async def test_killed_server_is_started_again_and_has_lost_nothing(home: Path) -> None:
    cluster = postgres.cluster_at(home / "postgres", home / "run", home / "postgres.log")
    async with box(home) as supervisor:
        await start_postgres(supervisor, cluster)
        postgres.run_sql(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
        first = pid_of(supervisor)
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(60):
            while supervisor.keepers[0].restarts == 0 or not supervisor.keepers[0].is_ready:
                await asyncio.sleep(0.05)
        assert pid_of(supervisor) != first
        assert postgres.run_sql(cluster, "SELECT answer FROM kept") == "42"


async def test_lock_file_that_names_a_stranger_does_not_block_the_start(home: Path, cluster: Cluster) -> None:
    postgres.prepare(cluster)
    (cluster.data_dir / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data_dir}\n1\n5432\n\n\n\nready\n")
    async with box(home) as supervisor:
        assert await start_postgres(supervisor, cluster) is False


async def test_interrupted_first_start_is_begun_anew(home: Path, cluster: Cluster) -> None:
    half = home / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    async with box(home) as supervisor:
        await start_postgres(supervisor, cluster)
    assert not half.exists()


async def test_log_holds_no_word_of_a_statement_not_even_of_a_failing_one(home: Path, cluster: Cluster) -> None:
    async with box(home) as supervisor:
        await start_postgres(supervisor, cluster)
        postgres.run_sql(cluster, "CREATE TABLE person (email text UNIQUE)")
        postgres.run_sql(cluster, "INSERT INTO person VALUES ('canary@example.org')")
        for statement in (
            "INSERT INTO person VALUES ('canary@example.org')",
            "SELECT 'canary@example.org'::integer",
            "SELECT canary@example.org",
        ):
            with pytest.raises(UnavailableError):
                postgres.run_sql(cluster, statement)
    assert "canary" not in cluster.log_path.read_text()


async def test_server_never_runs_as_root_even_in_a_directory_closed_to_all_others(home: Path, cluster: Cluster) -> None:
    async with box(home) as supervisor:
        await start_postgres(supervisor, cluster)
        ids = psutil.Process(pid_of(supervisor)).uids()
        wanted = cluster.account.uid if cluster.account else os.geteuid()
        assert set(ids) == {wanted}
        assert wanted != 0


async def test_data_of_another_account_is_taken_over_by_root(home: Path, cluster: Cluster) -> None:
    async with box(home) as supervisor:
        await start_postgres(supervisor, cluster)
    nobody = pwd.getpwnam("nobody")
    account = Account(nobody.pw_name, nobody.pw_uid, nobody.pw_gid, keep_access=True) if cluster.account else None
    other = replace(cluster, account=account)
    async with box(home) as supervisor:
        await start_postgres(supervisor, other)
        assert cluster.data_dir.stat().st_uid == (nobody.pw_uid if account else os.geteuid())


NORMAL_USER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from appliance import postgres
from appliance.embedded import start_postgres
from appliance.supervisor import Supervisor
async def main():
    home = Path(sys.argv[1])
    (home / "run").mkdir()
    cluster = postgres.cluster_at(home / "postgres", home / "run", home / "log", durable=False)
    async with Supervisor(home / "run", tell=print, adopts=frozenset()) as supervisor:
        await start_postgres(supervisor, cluster)
        print(cluster.account, postgres.run_sql(cluster, "SELECT current_user"))
asyncio.run(main())
"""


def test_normal_user_starts_it_without_changing_account(home: Path) -> None:
    """Root plays the normal user: `nobody`, allowed to enter where the interpreter lies."""
    place = home / "box"
    place.mkdir()
    nobody = pwd.getpwnam("nobody")
    account = Account("nobody", nobody.pw_uid, nobody.pw_gid, keep_access=True) if os.geteuid() == 0 else None
    if account is not None:
        os.chown(place, account.uid, account.gid)
    program = (sys.executable, "-B", "-c", NORMAL_USER, str(place), str(Path(__file__).parents[2]))
    done = subprocess.run(launch_argv(program, account), capture_output=True, text=True, check=False)
    assert "None leadkeep" in done.stdout.splitlines(), done.stderr


def test_account_that_can_enter_keeps_no_capability() -> None:
    account = account_for(Path("/usr/bin"))
    assert account is None or not account.keep_access


def test_path_too_long_for_a_socket_gets_a_short_private_directory_that_is_remembered(tmp_path: Path) -> None:
    run_dir = tmp_path / ("a" * 60) / ("b" * 60)
    run_dir.mkdir(parents=True)
    short = socket_home(run_dir)
    try:
        assert len(str(short / "postgres" / ".s.PGSQL.5432.lock")) <= 103
        assert short.stat().st_mode & 0o066 == 0
        assert socket_home(run_dir) == short
    finally:
        short.rmdir()


def test_short_directory_that_somebody_prepared_for_us_is_refused(tmp_path: Path) -> None:
    run_dir = tmp_path / ("a" * 60) / ("b" * 60)
    run_dir.mkdir(parents=True)
    trap = Path(tempfile.mkdtemp(prefix="lk-trap-"))
    (run_dir / "socket-dir").write_text(f"{trap}\n")
    trap.chmod(0o777)
    try:
        with pytest.raises(UnavailableError, match="can be changed by others"):
            socket_home(run_dir)
    finally:
        trap.rmdir()


def test_a_checkout_closed_to_all_others_still_makes_its_database(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root in a private directory, programs included: initdb looks for its sister programs with access(2)."""
    wheel = postgres.binaries().parents[1]
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(part, home / part.name, symlinks=True)
    inside = postgres.binaries().relative_to(wheel.parent)
    monkeypatch.setattr(postgres, "binaries", lambda: home / inside)
    cluster = postgres.cluster_at(home / "postgres", home / "run", home / "postgres.log", durable=False)
    postgres.prepare(cluster)
    assert (cluster.data_dir / "PG_VERSION").exists()

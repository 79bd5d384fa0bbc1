"""The embedded Valkey wakes workers, keeps what it was told across a kill, and is never started twice on one file."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from appliance import valkey
from appliance.keeper import Backoff
from appliance.supervisor import Supervisor
from appliance.valkey import Queue

QUICK = Backoff(first_s=0.05, longest_s=0.2)


@pytest.fixture
def home() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="lk-box-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def queue(home: Path) -> Queue:
    made = valkey.queue_at(home / "valkey", home, home / "valkey.log")
    valkey.prepare(made)
    return made


def box(home: Path) -> Supervisor:
    return Supervisor(home, tell=lambda _: None, adopts=frozenset({"valkey"}), backoff=QUICK)


async def start(supervisor: Supervisor, queue: Queue) -> int:
    keeper = await supervisor.start(valkey.child_spec(queue), wave=0, running_pid=lambda: valkey.running_pid(queue))
    assert keeper.process is not None
    return keeper.process.pid


async def test_configuration_in_force_evicts_nothing_and_appends_to_a_file(home: Path, queue: Queue) -> None:
    async with box(home) as supervisor:
        await start(supervisor, queue)
        async with Redis.from_url(valkey.url(queue), decode_responses=True) as client:
            wanted = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "port": "0"}
            assert await client.config_get(*wanted) == wanted
            assert (await client.config_get("save", "maxmemory")) == {"save": "", "maxmemory": str(256 * 1024**2)}
        assert queue.socket_path.stat().st_mode & 0o077 == 0


async def test_what_was_queued_survives_a_kill_and_the_restart(home: Path, queue: Queue) -> None:
    async with box(home) as supervisor:
        first = await start(supervisor, queue)
        async with Redis.from_url(valkey.url(queue)) as client:
            await client.set("job", "1")
        await asyncio.sleep(1.2)
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(60):
            while valkey.running_pid(queue) in {None, first}:
                await asyncio.sleep(0.05)
        async with Redis.from_url(valkey.url(queue)) as client:
            assert await client.get("job") == b"1"


async def test_living_server_is_adopted_and_stopped_with_the_box(home: Path, queue: Queue) -> None:
    earlier = subprocess.Popen(  # noqa: ASYNC220
        valkey.server_argv(queue), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        async with asyncio.timeout(60):
            while not await valkey.answers(queue):
                await asyncio.sleep(0.05)
        async with box(home) as supervisor:
            assert await start(supervisor, queue) == earlier.pid
        assert earlier.wait(timeout=10) == 0
    finally:
        earlier.kill()
        earlier.wait()


async def test_socket_left_behind_by_a_killed_server_does_not_block_the_start(home: Path, queue: Queue) -> None:
    dead = subprocess.Popen(  # noqa: ASYNC220
        valkey.server_argv(queue), stdout=subprocess.DEVNULL, start_new_session=True
    )
    async with asyncio.timeout(60):
        while not await valkey.answers(queue):
            await asyncio.sleep(0.05)
    dead.kill()
    dead.wait()
    assert queue.socket_path.exists()
    async with box(home) as supervisor:
        assert await start(supervisor, queue) != dead.pid


async def test_torn_end_of_the_file_is_cut_and_the_rest_is_read(home: Path, queue: Queue) -> None:
    async with box(home) as supervisor:
        await start(supervisor, queue)
        async with Redis.from_url(valkey.url(queue)) as client:
            await client.set("job", "1")
    (increment,) = queue.data_dir.glob("appendonlydir/*.incr.aof")
    with increment.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$3\r\njo")
    async with box(home) as supervisor:
        await start(supervisor, queue)
        async with Redis.from_url(valkey.url(queue)) as client:
            assert await client.get("job") == b"1"

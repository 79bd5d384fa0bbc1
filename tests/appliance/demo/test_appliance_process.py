"""The demo joins the appliance that runs or comes up here, and starts one of its own only when there is none."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from starlette.responses import PlainTextResponse, Response

from appliance.addresses import ensure_run_dir
from appliance.demo import appliance_process
from appliance.demo.appliance_process import log_path, running_appliance
from appliance.settings import Settings
from appliance.supervisor import Lock
from models.errors import UnavailableError
from tests.fakes.engine import FakeEngine
from tests.fakes.wire import Fault, Recorded, WireFake

NEVER = ("/nonexistent/leadkeep",)
SLEEPS = (sys.executable, "-c", "import time; print('starting', flush=True); time.sleep(600)")
FAILS = (sys.executable, "-c", "print('PostgreSQL does not start.\\n'); exit(1)")
LATE = (sys.executable, "-c", "import time; print(1, flush=True); time.sleep(1); print('already runs'); exit(1)")
NOT_READY = Fault(status=503)


class FakeGateway(WireFake):
    """Is ready, unless it is told to fail."""

    async def respond(self, request: Recorded) -> Response | Fault:
        return PlainTextResponse("ready") if request.path == "/readyz" else Fault(status=404)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appliance_process, "PROBE_S", 0.05)
    monkeypatch.setattr(appliance_process, "APPEARS_WITHIN_S", 0.3)


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    async with FakeGateway() as served:
        yield served


@pytest.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    async with FakeEngine("fake-model") as served:
        yield served


@pytest.fixture
def settings(tmp_path: Path, gateway: FakeGateway, engine: FakeEngine) -> Settings:
    chosen = Settings(
        _env_file=None,
        var_dir=tmp_path / "var",
        port=int(gateway.url.rpartition(":")[2]),
        public_url="https://leads.invalid",
        engine_url=engine.base_url,
        engine_model="fake-model",
    )
    ensure_run_dir(chosen)
    return chosen


@pytest.fixture
def lock(settings: Settings) -> Lock:
    """The supervisor's lock as `make run` in another terminal holds it."""
    return Lock(settings.run_dir)


async def test_an_appliance_that_is_up_is_used_as_it_is(settings: Settings) -> None:
    async with running_appliance(settings, NEVER) as started:
        assert not started


async def test_an_appliance_that_still_comes_up_is_waited_for(
    settings: Settings, gateway: FakeGateway, lock: Lock
) -> None:
    lock.acquire()
    gateway.fail(*[NOT_READY] * 20)
    async with running_appliance(settings, NEVER) as started:
        assert not started
    assert len(gateway.requests) == 21
    lock.release()


async def test_an_appliance_that_takes_its_lock_a_moment_later_is_waited_for(
    settings: Settings, gateway: FakeGateway, lock: Lock
) -> None:
    gateway.fail(*[NOT_READY] * 20)
    asyncio.get_running_loop().call_later(0.1, lock.acquire)
    async with running_appliance(settings, NEVER) as started:
        assert not started
    lock.release()


async def test_an_appliance_that_never_becomes_ready_is_given_up_in_a_sentence(
    settings: Settings, gateway: FakeGateway, lock: Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appliance_process, "START_TIMEOUT_S", 0.5)
    lock.acquire()
    gateway.fault_for = lambda _: NOT_READY
    with pytest.raises(UnavailableError, match="does not become ready"):
        async with running_appliance(settings, NEVER):
            pass
    lock.release()


async def test_where_none_runs_one_is_started_and_stopped_and_its_output_is_closed_to_others(
    settings: Settings, gateway: FakeGateway
) -> None:
    log = log_path(settings)
    gateway.fault_for = lambda _: None if log.read_text().startswith("starting") else NOT_READY
    log.parent.mkdir()
    log.write_text("of an earlier demo")
    log.chmod(0o644)
    async with running_appliance(settings, SLEEPS) as started:
        assert started
        (child,) = [found for found in psutil.Process().children() if "time.sleep(600)" in str(_command(found))]
    assert not child.is_running()
    assert (log.read_text().splitlines()[0], log.stat().st_mode & 0o777) == ("starting", 0o600)


async def test_an_appliance_that_does_not_start_is_said_with_its_last_words(
    settings: Settings, gateway: FakeGateway
) -> None:
    gateway.fault_for = lambda _: NOT_READY
    with pytest.raises(UnavailableError, match=r"did not start: PostgreSQL does not start\."):
        async with running_appliance(settings, FAILS):
            pass


async def test_another_appliance_that_was_quicker_will_do(settings: Settings, gateway: FakeGateway, lock: Lock) -> None:
    """`make run` and `make demo` waited for the same setup; the demo's own start finds the other's lock."""
    gateway.fault_for = lambda _: NOT_READY

    async def other() -> None:
        while not (log_path(settings).is_file() and log_path(settings).read_text()):
            await asyncio.sleep(0.01)
        lock.acquire()
        while b"already runs" not in log_path(settings).read_bytes():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
        gateway.fault_for = lambda _: None

    async with asyncio.TaskGroup() as group:
        group.create_task(other())
        async with running_appliance(settings, LATE) as started:
            assert not started
    lock.release()


async def test_the_engines_key_is_shown_to_it(settings: Settings, engine: FakeEngine) -> None:
    keyed = settings.model_copy(update={"engine_api_key": Settings(engine_api_key="open-sesame").engine_api_key})
    async with running_appliance(keyed, NEVER):
        pass
    assert engine.requests[-1].headers["authorization"] == "Bearer open-sesame"


def test_the_appliance_is_told_to_keep_its_link_and_token_to_itself() -> None:
    assert appliance_process.RUN[-2:] == ("run", "--quiet-welcome")


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []

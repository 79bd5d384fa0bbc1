"""The doctor asks the real parts and the vendors' wire, and says what to do about each one that is not fit."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from appliance import postgres
from appliance.checks import box, services, stores
from appliance.doctor import CheckResult, Health, NamedCheck, examine, ok
from appliance.keys import ensure_master_key
from appliance.settings import Settings, variable
from models import migrate
from models.errors import UnavailableError
from tests.fakes.engine import FakeEngine
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.slack import FakeSlack
from tests.fakes.smtp_server import FakeSmtp
from tests.fakes.wire import Fault
from tests.fixtures_parts import PostgresServer

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"


@pytest.fixture(scope="module")
def durable_server() -> Iterator[PostgresServer]:
    """A server that keeps commits, as the tests' shared one does not."""
    with PostgresServer() as server:
        for name in ("fsync", "synchronous_commit"):
            postgres.run_sql(server.cluster, f"ALTER SYSTEM SET {name} = on")
        postgres.run_sql(server.cluster, "SELECT pg_reload_conf()")
        yield server


def settings(tmp_path: Path, **changes: object) -> Settings:
    facts: dict[str, object] = {"var_dir": tmp_path / "var", "campaigns_dir": CAMPAIGNS}
    return Settings(_env_file=None, **(facts | changes))  # type: ignore[arg-type]


async def test_database_is_fit_once_it_has_this_releases_schema(tmp_path: Path, durable_server: PostgresServer) -> None:
    url = durable_server.url(durable_server.create_database())
    chosen = settings(tmp_path, database_url=url)
    empty = await stores.database(chosen, is_running=False)
    assert (empty.health, empty.advice) == (Health.PROBLEM, "Run `leadkeep migrate`.")
    await migrate.upgrade_async(url)
    fit = await stores.database(chosen, is_running=False)
    assert (fit.health, fit.detail[:14]) == (Health.OK, "PostgreSQL 18.")


async def test_database_that_may_lose_commits_is_a_problem(tmp_path: Path, postgres_url: str) -> None:
    result = await stores.database(settings(tmp_path, database_url=postgres_url), is_running=False)
    assert (result.health, result.detail) == (Health.PROBLEM, "Commits may be lost in a crash.")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("{url}nothing", "has no database of this name"),
        ("postgresql://leadkeep:hunter2@127.0.0.1:1/leadkeep", "the database does not answer"),
    ],
)
async def test_database_that_cannot_be_used_is_a_sentence_without_its_password(
    tmp_path: Path, postgres_server: PostgresServer, url: str, sentence: str
) -> None:
    broken = settings(tmp_path, database_url=url.replace("{url}nothing", postgres_server.url("nothing")))
    (result,) = await examine([NamedCheck("database", lambda: stores.database(broken, is_running=False))])
    assert result.health is Health.PROBLEM
    assert sentence in result.detail
    assert "hunter2" not in str(result)


async def test_queue_is_fit_only_with_an_append_only_file_and_without_eviction(tmp_path: Path, redis_url: str) -> None:
    chosen = settings(tmp_path, redis_url=redis_url)
    assert (await stores.queue(chosen, is_running=False)).health is Health.OK
    async with Redis.from_url(redis_url) as client:
        for name, wrong, right in (
            ("maxmemory-policy", "allkeys-lru", "noeviction"),
            ("appendonly", "no", "yes"),
        ):
            await client.config_set(name, wrong)
            assert (await stores.queue(chosen, is_running=False)).health is Health.PROBLEM
            await client.config_set(name, right)


async def test_queue_that_does_not_answer_is_a_problem(tmp_path: Path) -> None:
    result = await stores.queue(settings(tmp_path, redis_url="redis://127.0.0.1:1/0"), is_running=False)
    assert (result.health, result.advice) == (Health.PROBLEM, "Check LEADKEEP_REDIS_URL and the server.")


async def test_engine_must_serve_the_configured_model(tmp_path: Path) -> None:
    async with FakeEngine("big-model") as engine:
        served = settings(tmp_path, engine_url=engine.base_url, engine_model="big-model")
        other = settings(tmp_path, engine_url=engine.base_url, engine_model="other-model")
        assert (await services.engine(served, is_running=False)).health is Health.OK
        assert "serves big-model, not other-model" in (await services.engine(other, is_running=False)).detail
        engine.fail(Fault(status=503), None)
        assert "not healthy" in (await services.engine(served, is_running=False)).detail
    assert "No answer" in (await services.engine(served, is_running=False)).detail


async def test_engine_is_found_with_and_without_v1_in_its_address(tmp_path: Path) -> None:
    async with FakeEngine("big-model") as engine:
        for url in (engine.base_url, engine.base_url.removesuffix("/v1")):
            named = settings(tmp_path, engine_model="big-model", engine_url=url)
            assert (await services.engine(named, is_running=False)).detail == "serves big-model"


async def test_engine_whose_address_no_client_takes_is_said_to_have_none(tmp_path: Path) -> None:
    broken = settings(tmp_path, engine_url="http://vllm\x7f/v1")
    result = await services.engine(broken, is_running=False)
    assert (result.detail, result.advice) == (
        "LEADKEEP_ENGINE_URL is no address.",
        "Write it as http://vllm:8000/v1.",
    )


async def test_disk_needs_room_for_data_only_where_data_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "COMFORTABLE_FREE_MB", 10**9)
    outside = {"database_url": "postgresql://x/y", "redis_url": "redis://x", "smtp_url": "smtp://x"}
    assert (await box.disk(settings(tmp_path))).health is Health.PROBLEM
    for name in outside:
        some = {other: url for other, url in outside.items() if other != name}
        assert (await box.disk(settings(tmp_path, **some))).health is Health.PROBLEM
    assert (await box.disk(settings(tmp_path, **outside))).health is Health.OK
    monkeypatch.setattr(box, "LOGS_FREE_MB", 10**9)
    assert (await box.disk(settings(tmp_path, **outside))).advice == "Keep at least 1000000000 MB free."


async def test_mail_server_is_greeted_and_nothing_is_sent(tmp_path: Path) -> None:
    async with FakeSmtp() as server:
        url = server.url
        assert (await services.mail(settings(tmp_path, smtp_url=url), is_running=False)).health is Health.OK
        assert server.mails == []
    result = await services.mail(settings(tmp_path, smtp_url=url), is_running=False)
    assert (result.health, result.advice) == (Health.PROBLEM, "Correct LEADKEEP_SMTP_URL.")


async def test_crm_and_slack_are_off_until_configured_and_then_proved(tmp_path: Path) -> None:
    assert (await services.crm(settings(tmp_path))).health is Health.OFF
    assert (await services.slack(settings(tmp_path))).health is Health.OFF
    async with FakeHubSpot() as hubspot, FakeSlack() as slack:
        chosen = settings(
            tmp_path,
            hubspot_token="pat-eu1-test",
            hubspot_base_url=hubspot.url,
            slack_webhook_url=slack.webhook_url,
        )
        assert (await services.crm(chosen)).detail == "HubSpot"
        assert (await services.slack(chosen)).health is Health.OK
        wrong = settings(tmp_path, hubspot_token="pat-wrong", hubspot_base_url=hubspot.url)
        (refused,) = await examine([NamedCheck("crm", lambda: services.crm(wrong))])
    assert (refused.health, "pat-wrong" in str(refused)) == (Health.PROBLEM, False)


async def test_broken_campaign_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(CAMPAIGNS, tmp_path / "campaigns")
    (tmp_path / "campaigns" / "green-mortgage" / "facts.toml").write_text("not toml at all [")
    broken = settings(tmp_path, campaigns_dir=tmp_path / "campaigns")
    (result,) = await examine([NamedCheck("campaigns", lambda: box.campaigns(broken))])
    assert result.health is Health.PROBLEM
    assert "facts.toml" in result.detail


async def test_key_that_others_can_read_is_a_problem(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    ensure_master_key(chosen.master_key_path)
    assert (await box.keys(chosen)).health is Health.OK
    chosen.master_key_path.chmod(0o644)
    (result,) = await examine([NamedCheck("master key", lambda: box.keys(chosen))])
    assert (result.health, result.advice) == (Health.PROBLEM, f"Close it: chmod 600 {chosen.master_key_path}")


async def test_shipped_classifier_has_the_pinned_hash_and_a_foreign_directory_is_refused(tmp_path: Path) -> None:
    assert (await box.classifier(settings(tmp_path))).health is Health.OK
    wrong = settings(tmp_path, classifier_dir=tmp_path)
    (result,) = await examine([NamedCheck("classifier", lambda: box.classifier(wrong))])
    assert "lacks modules.json" in result.detail


async def test_check_that_hangs_or_fails_never_takes_the_others_with_it() -> None:
    async def hangs() -> CheckResult:
        await asyncio.sleep(60)
        return ok("never")

    async def raises() -> CheckResult:
        message = "It is away."
        raise UnavailableError(message, hint="Wait.")

    async def fine() -> CheckResult:
        return ok("fine")

    checks = [NamedCheck("hangs", hangs), NamedCheck("raises", raises), NamedCheck("fine", fine)]
    results = await examine(checks, timeout_s=0.1)
    assert [(result.name, result.health) for result in results] == [
        ("hangs", Health.PROBLEM),
        ("raises", Health.PROBLEM),
        ("fine", Health.OK),
    ]
    assert (results[1].detail, results[1].advice) == ("It is away.", "Wait.")


def test_command_answers_for_programs_and_exits_1_on_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    monkeypatch.setenv("LEADKEEP_CAMPAIGNS_DIR", str(CAMPAIGNS))
    command = [sys.executable, "-m", "appliance", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    found = {entry["name"]: entry["health"] for entry in json.loads(done.stdout)}
    assert (done.returncode, found["campaigns"], found["database"], found["crm"]) == (0, "ok", "off", "off")
    monkeypatch.setenv("LEADKEEP_REDIS_URL", "redis://127.0.0.1:1/0")
    done = subprocess.run(command[:-1], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Check LEADKEEP_REDIS_URL and the server." in " ".join(done.stdout.split())

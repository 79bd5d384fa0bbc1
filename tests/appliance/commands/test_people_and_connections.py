"""People and connections, as the operator makes them at the terminal."""

import asyncio
import re

import pytest
from sqlalchemy import select

from models.database import Database
from models.queries import intake, people
from models.sealing import token_sha256
from models.tables.audit import AuditEntry
from tests.appliance.commands.conftest import RunCommand

PASSWORD = "three unrelated words"


def _read(url: str, question):  # noqa: ANN001, ANN202 - any question to the database
    async def ask():  # noqa: ANN202
        database = Database.connect(url, pool_size=1)
        try:
            async with database.read() as session:
                return await question(session)
        finally:
            await database.close()

    return asyncio.run(ask())


async def _actions(session) -> list[str]:  # noqa: ANN001
    return list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_person_gets_a_link_that_works_once(leadkeep: RunCommand, postgres_url: str) -> None:
    run = leadkeep("users", "add", "anna", "--role", "operator")
    assert run.exit_code == 0
    link = run.stdout.strip()
    token = re.fullmatch(r"http://127\.0\.0\.1:8321/join/([\w-]{43})", link)
    assert token is not None
    role = _read(postgres_url, lambda session: people.invitation_role(session, token_sha256(token[1])))
    assert role == "operator"
    assert "Send this link to anna" in run.stderr
    assert _read(postgres_url, _actions) == ["user.invited"]


def test_an_account_is_made_from_a_piped_password(leadkeep: RunCommand, postgres_url: str) -> None:
    run = leadkeep("users", "add", "Anna", "--password-stdin", typed=f"{PASSWORD}\n")
    assert run.exit_code == 0
    user = _read(postgres_url, lambda session: people.user_by_name(session, "anna"))
    assert user.password_hash.startswith("$argon2id$")
    assert "anna" in leadkeep("users", "list").stdout
    again = leadkeep("users", "add", "anna", "--password-stdin", typed=f"{PASSWORD}\n")
    assert (again.exit_code, "taken" in again.stderr) == (1, True)


@pytest.mark.parametrize(("name", "password"), [("anna", "short"), ("x", PASSWORD), ("anna", "annaannaanna")])
def test_a_weak_password_or_name_is_refused_in_a_sentence(leadkeep: RunCommand, name: str, password: str) -> None:
    run = leadkeep("users", "add", name, "--password-stdin", typed=f"{password}\n")
    assert run.exit_code == 1
    assert run.stderr.strip().endswith(".")
    assert "Traceback" not in run.stderr


def test_a_disabled_person_can_no_longer_sign_in(leadkeep: RunCommand, postgres_url: str) -> None:
    leadkeep("users", "add", "anna", "--password-stdin", typed=f"{PASSWORD}\n")
    assert leadkeep("users", "disable", "anna").exit_code == 0
    assert _read(postgres_url, lambda session: people.user_by_name(session, "anna")) is None
    assert leadkeep("users", "disable", "anna").exit_code == 1


def test_a_connection_shows_its_token_once(leadkeep: RunCommand, postgres_url: str) -> None:
    run = leadkeep("connections", "add", "--name", "site", "--campaign", "green-mortgage")
    assert run.exit_code == 0
    token = run.stdout.strip()
    found = _read(postgres_url, lambda session: intake.connection_by_token(session, token_sha256(token)))
    assert (found.name, found.source, found.campaign) == ("site", "web-form", "green-mortgage")
    assert f"Authorization: Bearer {token}" in run.stderr
    listed = leadkeep("connections", "list").stdout
    assert "site" in listed
    assert token not in listed


def test_the_same_name_again_replaces_the_token(leadkeep: RunCommand, postgres_url: str) -> None:
    tokens = [
        leadkeep("connections", "add", "--name", "site", "--campaign", "green-mortgage").stdout.strip()
        for _ in range(2)
    ]
    found = [
        _read(postgres_url, lambda session, token=token: intake.connection_by_token(session, token_sha256(token)))
        for token in tokens
    ]
    assert (found[0], found[1].name) == (None, "site")


@pytest.mark.parametrize(
    "wrong",
    [("--campaign", "none"), ("--campaign", "green-mortgage", "--source", "fax")],
)
def test_an_unknown_campaign_or_source_is_refused_with_those_there_are(
    leadkeep: RunCommand, wrong: tuple[str, ...]
) -> None:
    run = leadkeep("connections", "add", "--name", "site", *wrong)
    assert run.exit_code == 1
    assert "Choose one of:" in run.stderr


def test_a_connection_can_be_paused_and_resumed(leadkeep: RunCommand, postgres_url: str) -> None:
    leadkeep("connections", "add", "--name", "site", "--campaign", "green-mortgage")
    assert leadkeep("connections", "pause", "site").exit_code == 0
    assert "paused" in leadkeep("connections", "list").stdout
    assert leadkeep("connections", "resume", "site").exit_code == 0
    assert "paused" not in leadkeep("connections", "list").stdout
    assert leadkeep("connections", "pause", "nobody").exit_code == 1
    assert _read(postgres_url, _actions) == ["connection.added", "connection.paused", "connection.resumed"]


def test_a_database_that_is_not_migrated_is_said_to_be(
    leadkeep: RunCommand, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", empty_postgres_url)
    run = leadkeep("users", "list")
    assert run.exit_code == 1
    assert "leadkeep migrate" in run.stderr

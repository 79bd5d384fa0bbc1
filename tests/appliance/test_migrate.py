"""`leadkeep migrate` on a database of the operator's: it says what it did, and what stands in its way."""

import asyncio
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from appliance.cli import app
from models.errors import UnavailableError
from models.migrate import current_revision, newest_revision


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def migrate(url: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", url)
    return CliRunner().invoke(app, ["migrate"])


def test_empty_database_is_migrated_and_a_second_time_changes_nothing(
    empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = newest_revision()
    said = [migrate(empty_postgres_url, monkeypatch).stdout for _ in range(2)]
    assert said == [f"Migrated from empty to {newest}.\n", f"The database is current at {newest}.\n"]
    assert asyncio.run(current_revision(empty_postgres_url)) == newest


def test_server_that_is_down_is_the_sentence_that_every_command_says(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = migrate(f"postgresql://u:hunter2@127.0.0.1:{unused_tcp_port}/x", monkeypatch)
    other = CliRunner().invoke(app, ["users", "list"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("the database does not answer Try again")
    assert done.stderr == other.stderr


async def test_server_that_is_lost_on_the_way_is_no_traceback(unused_tcp_port: int) -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        await current_revision(f"postgresql+asyncpg://u@127.0.0.1:{unused_tcp_port}/x")

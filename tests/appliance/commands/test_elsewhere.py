"""A command typed in a directory that holds no Leadkeep makes none there."""

from pathlib import Path

import pytest

from tests.appliance.commands.conftest import RunCommand

LEAD_ID = "0193c0de-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    "words", [("users", "list"), ("leads", "list"), ("leads", "show", LEAD_ID), ("connections", "list"), ("audit",)]
)
def test_no_database_is_begun_where_none_was(
    leadkeep: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.delenv("LEADKEEP_DATABASE_URL")
    run = leadkeep(*words)
    assert run.exit_code == 1
    assert "There is no Leadkeep in" in run.stderr
    assert "LEADKEEP_VAR_DIR" in run.stderr
    assert not (tmp_path / "var" / "postgres").exists()

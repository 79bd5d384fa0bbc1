"""The command line over the test's own database, with its own directory and key."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from appliance.cli import app
from appliance.keys import ensure_master_key

CAMPAIGNS = Path(__file__).parents[3] / "campaigns"
TERMINAL_WIDTH = 80
RunCommand = Callable[..., Result]


@pytest.fixture
def leadkeep(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunCommand:
    """Run `leadkeep …` in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", postgres_url)
    monkeypatch.setenv("LEADKEEP_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("LEADKEEP_CAMPAIGNS_DIR", str(CAMPAIGNS))
    ensure_master_key(tmp_path / "var" / "keys" / "master.key")

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=typed)

    return run


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make the commands write to a terminal of 80 columns without colours; else they write to a pipe."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", str(TERMINAL_WIDTH))
    return TERMINAL_WIDTH

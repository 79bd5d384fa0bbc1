"""Forgetting a person at the terminal: found by address, erased by id, told apart from what was erased before."""

import json
from pathlib import Path

import pytest

from tests.appliance.commands.conftest import RunCommand

FILE = "email,message\nanna@example.org,Hello\nAnna@Example.org,Hello again\nbruno@example.org,Good morning\n"


@pytest.fixture
def stored(leadkeep: RunCommand, tmp_path: Path) -> list[str]:
    """The ids of Anna's two leads and of Bruno's."""
    path = tmp_path / "leads.csv"
    path.write_text(FILE)
    report = json.loads(leadkeep("leads", "add", "--csv", str(path), "--json").stdout)
    return [row["lead_id"] for row in report["rows"]]


def last_line(output: str) -> str:
    """Leave out the address, which the runner echoes as a terminal does."""
    return output.splitlines()[-1]


def test_an_address_is_asked_for_and_never_an_argument(leadkeep: RunCommand, stored: list[str]) -> None:
    found = json.loads(last_line(leadkeep("leads", "find", "--json", typed="ANNA@example.org\n").stdout))
    assert set(found) == set(stored[:2])


def test_an_erased_person_is_found_and_shown_no_more(leadkeep: RunCommand, stored: list[str]) -> None:
    done = leadkeep("leads", "erase", *stored[:2], "--yes")
    assert (done.exit_code, "Erased 2 leads" in done.stdout) == (0, True)
    assert "no lead" in leadkeep("leads", "find", typed="anna@example.org\n").stderr
    shown = leadkeep("leads", "show", stored[0]).stdout
    assert "erased" in shown
    assert "Hello" not in shown
    assert last_line(leadkeep("leads", "find", typed="bruno@example.org\n").stdout) == stored[2]


def test_erasing_asks_first(leadkeep: RunCommand, stored: list[str]) -> None:
    assert leadkeep("leads", "erase", stored[0], typed="n\n").exit_code == 1
    assert leadkeep("leads", "show", stored[0]).stdout.count("erased") == 0


def test_one_that_was_erased_before_stops_the_others_too(leadkeep: RunCommand, stored: list[str]) -> None:
    leadkeep("leads", "erase", stored[0], "--yes")
    again = leadkeep("leads", "erase", stored[2], stored[0], "--yes")
    assert (again.exit_code, "erased before" in again.stderr) == (1, True)
    assert "Good morning" in leadkeep("leads", "show", stored[2]).stdout

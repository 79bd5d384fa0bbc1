"""Leads at the terminal: read from a file, listed, shown."""

import json
from pathlib import Path

from tests.appliance.commands.conftest import RunCommand

FILE = """email;nome;messaggio;budget
anna@example.org;Anna;Vorrei un mutuo per una casa in classe A;300000
nobody;Bruno;Buongiorno;
bruno@example.org;Bruno;\u202eesrever\u0007 \u001b[31m;
anna@example.org;Anna;Vorrei un mutuo per una casa in classe A;300000
carla@example.org;Carla;ciao;1;too much
"""


def _write(tmp_path: Path) -> str:
    path = tmp_path / "leads.csv"
    path.write_text(FILE, encoding="utf-8-sig")
    return str(path)


def _add(leadkeep: RunCommand, tmp_path: Path, *options: str) -> object:
    return leadkeep("leads", "add", "--csv", _write(tmp_path), "--campaign", "green-mortgage", *options)


def test_a_file_is_read_and_refused_rows_are_listed_with_line_and_reason(leadkeep: RunCommand, tmp_path: Path) -> None:
    run = _add(leadkeep, tmp_path)
    assert run.exit_code == 1
    assert "accepted 2, duplicate 1, refused 2" in run.stdout
    assert "e-mail address is not one that mail can be sent to" in run.stdout
    assert "5 cells" in run.stdout


def test_reading_the_same_file_again_stores_nothing_new(leadkeep: RunCommand, tmp_path: Path) -> None:
    _add(leadkeep, tmp_path)
    report = json.loads(_add(leadkeep, tmp_path, "--json").stdout)
    assert (report["accepted"], report["duplicate"], report["refused"]) == (0, 3, 2)
    assert [row["line"] for row in report["rows"]] == [2, 3, 4, 5, 6]
    assert len(json.loads(leadkeep("leads", "list", "--json").stdout)) == 2


def test_a_lead_is_shown_with_its_words_and_no_steering_of_the_terminal(leadkeep: RunCommand, tmp_path: Path) -> None:
    report = json.loads(_add(leadkeep, tmp_path, "--json").stdout)
    shown = leadkeep("leads", "show", report["rows"][2]["lead_id"]).stdout
    assert "Bruno <bruno@example.org>" in shown
    assert "Received from csv" in shown
    assert "esrever" in shown
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown


def test_a_program_gets_the_timeline_as_json(leadkeep: RunCommand, tmp_path: Path) -> None:
    report = json.loads(_add(leadkeep, tmp_path, "--json").stdout)
    shown = json.loads(leadkeep("leads", "show", report["rows"][0]["lead_id"], "--json").stdout)
    assert shown["state"] == "received"
    assert shown["details"]["language"] == "it"
    assert [entry["kind"] for entry in shown["entries"]] == ["received"]


def test_the_list_names_nobody(leadkeep: RunCommand, tmp_path: Path) -> None:
    _add(leadkeep, tmp_path)
    listed = leadkeep("leads", "list").stdout
    assert "received" in listed
    assert "example.org" not in listed
    assert "received" not in leadkeep("leads", "list", "--state", "sent", "--json").stdout


def test_what_is_not_there_is_said_in_a_sentence(leadkeep: RunCommand, tmp_path: Path) -> None:
    assert leadkeep("leads", "show", "0193c0de-0000-7000-8000-000000000001").exit_code == 1
    run = leadkeep("leads", "add", "--csv", _write(tmp_path), "--campaign", "none")
    assert (run.exit_code, "Choose one of" in run.stderr) == (1, True)

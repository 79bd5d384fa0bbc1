"""Lists at an 80-column terminal, in a pipe and for a program: nothing is cut, and a stored value is only a value."""

import asyncio
import json
from pathlib import Path

import pytest

from appliance.commands import doctor
from appliance.doctor import problem
from models.database import Database
from models.queries import intake, people
from tests.appliance.commands.conftest import CAMPAIGNS, RunCommand

MARKUP = "[/x] [bold]site[/bold]"
STEERING = "evil\x1b[31m\u202e"
CSV = "email,message\n" + "".join(f"lead{number}@example.org,Hello\n" for number in range(3))


def _leads(leadkeep: RunCommand, tmp_path: Path) -> list[str]:
    (tmp_path / "leads.csv").write_text(CSV)
    run = leadkeep("leads", "add", "--csv", str(tmp_path / "leads.csv"), "--json")
    return [row["lead_id"] for row in json.loads(run.stdout)["rows"]]


def _store(url: str, *names: str) -> None:
    async def store() -> None:
        database = Database.connect(url, pool_size=1)
        async with database.begin() as session:
            for number, name in enumerate(names):
                token = bytes([number]) * 32
                await intake.add_connection(
                    session, source="web-form", name=name, campaign="green-mortgage", token_sha256=token
                )
                await people.add_user(session, name=name, password_hash="x", role="reviewer")
        await database.close()

    asyncio.run(store())


def test_ids_of_leads_are_whole_at_80_columns(leadkeep: RunCommand, tmp_path: Path, terminal: int) -> None:
    ids = _leads(leadkeep, tmp_path)
    lines = leadkeep("leads", "list").stdout.splitlines()
    assert max(len(line) for line in lines) <= terminal
    assert [line.split()[0] for line in lines if line[:36] in ids] == ids[::-1]
    assert "…" not in "".join(lines)
    assert all(word in "".join(lines) for word in ("green-mortgage, csv", "received", "in this state since"))


def test_in_a_pipe_each_lead_is_one_line_that_begins_with_its_id(leadkeep: RunCommand, tmp_path: Path) -> None:
    ids = _leads(leadkeep, tmp_path)
    lines = leadkeep("leads", "list").stdout.splitlines()
    found = [line.split() for line in lines if line[:36] in ids]
    assert [(cells[0], cells[3:6]) for cells in found] == [
        (lead_id, ["green-mortgage", "csv", "received"]) for lead_id in ids[::-1]
    ]


def test_a_lead_is_shown_whole_at_80_columns(leadkeep: RunCommand, tmp_path: Path, terminal: int) -> None:
    lead_id = _leads(leadkeep, tmp_path)[0]
    shown = leadkeep("leads", "show", lead_id).stdout
    assert lead_id in shown
    assert "lead0@example.org" in shown
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= terminal


@pytest.mark.parametrize("command", ["users", "connections"])
def test_names_are_whole_and_only_names(leadkeep: RunCommand, postgres_url: str, terminal: int, command: str) -> None:
    _store(postgres_url, MARKUP, STEERING, "z" * 60)
    run = leadkeep(command, "list")
    assert run.exit_code == 0
    assert MARKUP in run.stdout
    assert "evil\\u001b[31m\\u202e" in run.stdout
    assert "…" not in run.stdout
    assert run.stdout.count("z") == 60
    assert max(len(line) for line in run.stdout.splitlines()) <= terminal


def test_a_program_gets_people_and_connections_as_json(leadkeep: RunCommand, postgres_url: str) -> None:
    _store(postgres_url, MARKUP, "site")
    leadkeep("connections", "pause", "site")
    leadkeep("users", "disable", "site")
    people_found = json.loads(leadkeep("users", "list", "--json").stdout)
    assert [(user["name"], user["role"], bool(user["disabled_at"])) for user in people_found] == [
        (MARKUP, "reviewer", False),
        ("site", "reviewer", True),
    ]
    connections = json.loads(leadkeep("connections", "list", "--json").stdout)
    assert [(line["name"], line["campaign"], bool(line["paused_at"])) for line in connections] == [
        (MARKUP, "green-mortgage", False),
        ("site", "green-mortgage", True),
    ]
    assert {"name", "source", "campaign", "created_at", "paused_at"} == connections[0].keys()


def test_a_setting_is_shown_as_it_is(leadkeep: RunCommand, monkeypatch: pytest.MonkeyPatch, terminal: int) -> None:
    monkeypatch.setenv("LEADKEEP_ENGINE_MODEL", MARKUP)
    run = leadkeep("settings")
    assert run.exit_code == 0
    assert "[/x]" in run.stdout
    assert "LEADKEEP_SALESFORCE_INSTANCE_URL" in run.stdout
    assert max(len(line) for line in run.stdout.splitlines()) <= terminal


def test_what_the_doctor_saw_is_shown_as_it_is(capsys: pytest.CaptureFixture[str], terminal: int) -> None:
    doctor._print([problem("engine", f"It serves {MARKUP}, not {STEERING}.", f"Set {'x' * 90}.")])
    shown = capsys.readouterr().out
    assert f"It serves {MARKUP}" in " ".join(shown.split())
    assert "\x1b" not in shown
    assert shown.count("x") == 91
    assert max(len(line) for line in shown.splitlines()) <= terminal


def test_the_only_campaign_answers_a_file_unless_another_is_there(
    leadkeep: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(_leads(leadkeep, tmp_path)) == 3
    campaigns = tmp_path / "campaigns"
    for name in ("green-mortgage", "blue-mortgage"):
        (campaigns / name).mkdir(parents=True)
        for file in (CAMPAIGNS / "green-mortgage").rglob("*"):
            target = campaigns / name / file.relative_to(CAMPAIGNS / "green-mortgage")
            if file.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(file.read_text().replace("green-mortgage", name))
    monkeypatch.setenv("LEADKEEP_CAMPAIGNS_DIR", str(campaigns))
    run = leadkeep("leads", "add", "--csv", str(tmp_path / "leads.csv"))
    assert run.exit_code == 1
    assert "--campaign: blue-mortgage, green-mortgage." in run.stderr
    assert leadkeep("leads", "add", "--csv", str(tmp_path / "leads.csv"), "--campaign", "blue-mortgage").exit_code == 0

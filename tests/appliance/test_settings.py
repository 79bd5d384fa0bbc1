"""Every setting is documented, a wrong one stops the start with a sentence, and no secret is ever shown."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance.cli import app
from appliance.settings import Settings, SettingsError, load_settings, variable
from appliance.settings_text import environment_file, page

ROOT = Path(__file__).parents[2]
REMAKE = "run: leadkeep settings --as {} > {}"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)


def test_every_setting_stands_in_the_example_file_as_the_settings_describe_it() -> None:
    assert (ROOT / ".env.example").read_text() == environment_file(), REMAKE.format("env", ".env.example")


def test_every_setting_stands_on_the_operators_page_as_the_settings_describe_it() -> None:
    path = "docs/operators/settings.md"
    assert (ROOT / path).read_text() == page(), REMAKE.format("markdown", path)


def test_every_setting_has_a_description_that_is_a_sentence() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []


def test_the_example_file_uncommented_is_a_valid_configuration(tmp_path: Path) -> None:
    lines = environment_file().splitlines()
    (tmp_path / ".env").write_text("\n".join(line[1:] for line in lines if line.startswith("#LEADKEEP_")))
    assert load_settings() == Settings(_env_file=None).model_copy(update={"var_dir": tmp_path / "var"})


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LEADKEEP_PORT=9000\nLEADKEEP_HOST=localhost\n")
    monkeypatch.setenv("LEADKEEP_PORT", "9001")
    assert (load_settings().port, load_settings().host) == (9001, "localhost")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LEADKEEP_PORT", "eighty", "LEADKEEP_PORT: "),
        ("LEADKEEP_PORT", "70000", "LEADKEEP_PORT: "),
        ("LEADKEEP_DATABASE_URL", "mysql://user:hunter2@db/x", "must begin with postgresql://"),
        ("LEADKEEP_REDIS_URL", "hunter2", "redis:// or rediss:// or unix://"),
        ("LEADKEEP_SMTP_URL", "mail.example.com:hunter2", "smtp://"),
        ("LEADKEEP_ENGINE_URL", "vllm:8000", "http:// or https://"),
        ("LEADKEEP_SALESFORCE_CLIENT_ID", "hunter2", "belong together"),
        ("LEADKEEP_DATABSE_URL", "postgresql://hunter2", "did you mean LEADKEEP_DATABASE_URL?"),
    ],
)
def test_wrong_value_stops_the_start_with_a_sentence_that_names_it_and_hides_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert sentence in caught.value.message
    assert "hunter2" not in caught.value.message
    result = CliRunner().invoke(app, ["settings"])
    assert (result.exit_code, "Traceback" in result.output, sentence in result.output) == (1, False, True)


def test_secrets_are_hidden_when_settings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", "postgresql://leadkeep:hunter2@db/leadkeep")
    monkeypatch.setenv("LEADKEEP_HUBSPOT_TOKEN", "hunter2")
    assert "hunter2" not in repr(load_settings())
    shown = CliRunner().invoke(app, ["settings"])
    assert (shown.exit_code, "hunter2" in shown.output) == (0, False)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_database_address_is_given_our_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", f"{scheme}://leadkeep@db/leadkeep")
    url = load_settings().database_url
    assert url is not None
    assert url.get_secret_value() == "postgresql+asyncpg://leadkeep@db/leadkeep"

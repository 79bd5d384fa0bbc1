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
        ("LEADKEEP_ENGINE_URL", "http://hunter2:80oo/v1", "its port must be a number"),
        ("LEADKEEP_PUBLIC_URL", "https://hunter2:70000", "its port must be a number"),
        ("LEADKEEP_SMTP_URL", "smtps://u:hunter2@mail.example.com:0", "its port must be a number"),
        ("LEADKEEP_REDIS_URL", "redis://[hunter2:6379/0", "its port must be a number"),
        ("LEADKEEP_DATABASE_URL", "postgresql://u:hunter2@db:54e2/leadkeep", "its port must be a number"),
        ("LEADKEEP_DATABASE_URL", "postgresql://u:hunter2@fd00::1:5432/leadkeep", "must stand in [brackets]"),
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


@pytest.mark.parametrize(
    "url", ["http://vllm:8000", "http://vllm:8000/", "http://vllm:8000/v1", "http://vllm:8000/v1/"]
)
def test_engines_address_is_the_same_however_it_is_written(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LEADKEEP_ENGINE_URL", url)
    assert load_settings().engine_url == "http://vllm:8000/v1"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8321"),
        ("0.0.0.0", "http://127.0.0.1:8321"),  # noqa: S104 - nothing is bound
        ("::", "http://127.0.0.1:8321"),
        ("::1", "http://[::1]:8321"),
        ("leadkeep.example", "http://leadkeep.example:8321"),
    ],
)
def test_address_on_the_screen_can_be_opened(monkeypatch: pytest.MonkeyPatch, host: str, url: str) -> None:
    monkeypatch.setenv("LEADKEEP_HOST", host)
    assert (load_settings().base_url, load_settings().local_url) == (url, url)


def test_secrets_are_hidden_when_settings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", "postgresql://leadkeep:hunter2@db/leadkeep")
    monkeypatch.setenv("LEADKEEP_HUBSPOT_TOKEN", "hunter2")
    assert "hunter2" not in repr(load_settings())
    shown = CliRunner().invoke(app, ["settings"])
    assert (shown.exit_code, "hunter2" in shown.output) == (0, False)


@pytest.mark.parametrize(
    "place", ["u:p/a#s@db:5432/x", "u@[fd00::1]:5432/x", "db", "u@/x?host=/run/postgresql", "u@db:/x", "u:a@db/x"]
)
def test_database_address_with_a_port_that_exists_or_none_is_taken(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", f"postgresql://{place}")
    assert load_settings().database_url is not None


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_database_address_is_given_our_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", f"{scheme}://leadkeep@db/leadkeep")
    url = load_settings().database_url
    assert url is not None
    assert url.get_secret_value() == "postgresql+asyncpg://leadkeep@db/leadkeep"

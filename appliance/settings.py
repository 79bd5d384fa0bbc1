"""The one place where configuration enters: environment variables `LEADKEEP_*`, the file `.env`, secret files.

Entry points build `Settings` once and pass values down; no other package imports this module.
The descriptions are the text of `docs/operators/settings.md` and `.env.example`.
"""

import difflib
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from appliance.urls import check_database_port, check_url, local_url
from models.errors import DomainError

PREFIX = "LEADKEEP_"
SECRETS_DIR = Path("/run/secrets")
"""Where a container's secret files lie; a file is named after its variable in small letters, the environment wins."""
SIMILARITY_OF_A_TYPING_ERROR = 0.85
DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
CRM = "CRM and Slack"


class SettingsError(DomainError):
    """A setting is wrong or missing; the message names it and never its value."""


def setting(default: Any, description: str, *, section: str, **limits: Any) -> Any:  # noqa: ANN401 - pydantic's own type
    """Declare one setting with the text that documents it."""
    return Field(default, description=description, json_schema_extra={"section": section}, **limits)


class Settings(BaseSettings):
    """Everything an operator can choose; empty values count as unset."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, validate_default=True
    )

    var_dir: Path = setting(
        Path("var"),
        "Directory of everything the appliance keeps: data, keys, logs, sockets. Back it up.",
        section="Box",
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "Least severe event that is logged: debug, info, warning or error.", section="Box"
    )
    master_key_file: Path | None = setting(
        None,
        "File with the master key that wraps every lead's own key; `keys/master.key` under the var directory if unset. "
        "Without it no lead can be read again.",
        section="Box",
    )
    campaigns_dir: Path = setting(
        Path("campaigns"), "Directory of the campaigns' policy files, one directory each.", section="Box"
    )

    host: str = setting("127.0.0.1", "Address that the gateway listens on; 0.0.0.0 in a container.", section="Gateway")
    port: int = setting(8321, "Port that the gateway listens on.", section="Gateway", ge=1, le=65535)
    public_url: str | None = setting(
        None,
        "Address under which people and webhooks reach the gateway, used in links; http://HOST:PORT if unset. "
        "With https the session cookie is marked Secure.",
        section="Gateway",
    )
    trusted_proxies: str = setting(
        "127.0.0.1",
        "Comma-separated addresses or networks of the reverse proxies whose X-Forwarded headers are believed.",
        section="Gateway",
    )
    body_limit_bytes: int = setting(
        262_144, "Largest request body that is accepted, in bytes.", section="Gateway", ge=1024
    )
    session_hours: int = setting(12, "Hours after which a login ends.", section="Gateway", ge=1, le=168)

    database_url: SecretStr | None = setting(
        None,
        "PostgreSQL 16 or newer, as postgresql://user:password@host:5432/leadkeep; "
        "the embedded PostgreSQL in the var directory if unset.",
        section="Database and queue",
    )
    redis_url: SecretStr | None = setting(
        None,
        "Redis or Valkey with an append-only file and no eviction, as redis://host:6379/0; "
        "the embedded Valkey if unset.",
        section="Database and queue",
    )

    engine_url: str | None = setting(
        None,
        "vLLM's address, as http://vllm:8000/v1 (/v1 is added if missing); the embedded vLLM on the CPU if unset.",
        section="Engine",
    )
    engine_model: str = setting(
        "smollm2-135m-instruct", "Name under which the engine serves the model.", section="Engine", min_length=1
    )
    engine_model_dir: Path | None = setting(
        None,
        "Directory of the model that the embedded vLLM loads; the small model that ships with the product if unset.",
        section="Engine",
    )
    engine_api_key: SecretStr | None = setting(
        None, "Key that the engine asks for, if it asks for one.", section="Engine"
    )
    engine_port: int = setting(8322, "Port of the embedded vLLM, on loopback only.", section="Engine", ge=1, le=65535)
    engine_timeout_s: float = setting(
        180, "Seconds after which one answer of the engine is given up.", section="Engine", gt=0, le=600
    )
    classifier_dir: Path | None = setting(
        None,
        "Directory of the sentence-transformers model for the second opinion; the MiniLM that ships with the "
        "product if unset.",
        section="Engine",
    )

    smtp_url: SecretStr | None = setting(
        None,
        "Mail server, as smtps://user:password@host:465 or smtp+starttls://user:password@host:587; smtp:// without "
        "protection only on this host. If unset, mail goes to the local sink and is shown at /outbox: nothing leaves.",
        section="Mail",
    )
    smtp_sink_port: int = setting(
        8325, "Port of the local mail sink, on loopback only.", section="Mail", ge=1, le=65535
    )

    worker_processes: int = setting(1, "Worker processes that `leadkeep run` starts.", section="Worker", ge=1, le=64)
    worker_max_jobs: int = setting(
        8,
        "Jobs that one worker process does at once; two more for leads past the engine, and two for effects.",
        section="Worker",
        ge=1,
        le=256,
    )
    worker_metrics_port: int = setting(
        0, "Port of a worker's own /metrics; 0 turns it off.", section="Worker", ge=0, le=65535
    )
    worker_metrics_host: str = setting(
        "127.0.0.1", "Address that a worker's own /metrics listens on; 0.0.0.0 in a container.", section="Worker"
    )
    lease_s: int = setting(
        30,
        "Seconds after which a worker that died or hangs loses its lead to another; a living one renews in time.",
        section="Worker",
        ge=2,
        le=3600,
    )

    hubspot_token: SecretStr | None = setting(
        None, "Token of a HubSpot private app; HubSpot is off if unset.", section=CRM
    )
    hubspot_base_url: str = setting("https://api.hubapi.com", "HubSpot's address.", section=CRM)
    salesforce_client_id: str | None = setting(
        None, "Consumer key of the Salesforce connected app; Salesforce is off if unset.", section=CRM
    )
    salesforce_username: str | None = setting(None, "Salesforce user in whose name the appliance works.", section=CRM)
    salesforce_key_file: Path | None = setting(
        None, "Private key (PEM) of the connected app's certificate.", section=CRM
    )
    salesforce_instance_url: str | None = setting(
        None, "Your organisation's own Salesforce address, as https://name.my.salesforce.com.", section=CRM
    )
    salesforce_login_url: str = setting("https://login.salesforce.com", "Salesforce's login address.", section=CRM)
    salesforce_audience: str | None = setting(
        None, "Audience of the login's assertion; the login address if unset.", section=CRM
    )
    salesforce_owner_id: str | None = setting(
        None, "Id of the user who gets the tasks; who makes them if unset.", section=CRM
    )
    salesforce_external_id_field: str | None = setting(
        None, "Unique external id field of Lead, as Leadkeep_Id__c, by which no lead is made twice.", section=CRM
    )
    salesforce_allow_duplicates: bool = setting(
        False, "Whether a lead is made even where one of your duplicate rules would refuse it.", section=CRM
    )
    salesforce_task_status: str = setting("Not Started", "Status of an open task in your Salesforce.", section=CRM)
    salesforce_task_done_status: str = setting("Completed", "Status of a done task in your Salesforce.", section=CRM)
    slack_webhook_url: SecretStr | None = setting(
        None, "Slack incoming webhook that announces hot leads; Slack is off if unset.", section=CRM
    )

    @field_validator("database_url")
    @classmethod
    def _database_is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        scheme, separator, rest = value.get_secret_value().partition("://")
        if scheme not in DATABASE_SCHEMES or not separator:
            raise ValueError("it must begin with postgresql:// (no other database is supported)")  # noqa: EM101, TRY003
        check_database_port(rest)
        return SecretStr(f"postgresql+asyncpg://{rest}")

    @field_validator("redis_url", "smtp_url", "slack_webhook_url")
    @classmethod
    def _secret_url_has_a_known_scheme(cls, value: SecretStr | None, info: Any) -> SecretStr | None:  # noqa: ANN401
        schemes = {
            "redis_url": ("redis", "rediss", "unix"),
            "smtp_url": ("smtp", "smtp+starttls", "smtps"),
            "slack_webhook_url": ("https", "http"),
        }
        if value is not None:
            check_url(value.get_secret_value(), schemes[info.field_name])
        return value

    @field_validator("engine_url", "public_url", "hubspot_base_url", "salesforce_instance_url", "salesforce_login_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        check_url(value, ("http", "https"))
        return value.rstrip("/")

    @field_validator("engine_url")
    @classmethod
    def _engine_is_asked_below_v1(cls, value: str | None) -> str | None:
        return value if value is None or value.endswith("/v1") else f"{value}/v1"

    @model_validator(mode="after")
    def _salesforce_is_whole(self) -> "Settings":
        names = (self.salesforce_client_id, self.salesforce_username)
        parts = (*names, self.salesforce_key_file, self.salesforce_instance_url)
        if any(parts) and not all(parts):
            message = "LEADKEEP_SALESFORCE_CLIENT_ID, _USERNAME, _KEY_FILE and _INSTANCE_URL belong together; set all"
            raise ValueError(message)
        return self

    @property
    def base_url(self) -> str:
        """Where people reach the gateway."""
        return self.public_url or self.local_url

    @property
    def local_url(self) -> str:
        """Where this machine reaches the gateway."""
        return local_url(self.host, self.port)

    @property
    def master_key_path(self) -> Path:
        """Where the master key lies."""
        return self.master_key_file or self.var_dir / "keys" / "master.key"

    @property
    def run_dir(self) -> Path:
        """Sockets, locks and the records of running processes; nothing worth keeping."""
        return self.var_dir / "run"

    @property
    def log_dir(self) -> Path:
        """One log file for each process."""
        return self.var_dir / "log"

    @property
    def outbox_dir(self) -> Path:
        """The mails that the local sink caught."""
        return self.var_dir / "outbox"


def load_settings() -> Settings:
    """Read the environment and `.env`; raises SettingsError with one sentence for each wrong value."""
    _refuse_typing_errors()
    try:
        settings = Settings(_secrets_dir=SECRETS_DIR if SECRETS_DIR.is_dir() else None)
    except ValidationError as error:
        raise SettingsError(_sentences(error), hint="docs/operators/settings.md explains every setting.") from None
    except (UnicodeDecodeError, PermissionError):
        message = "The file .env cannot be read."
        raise SettingsError(message, hint="It must be UTF-8 text that this account may read.") from None
    return settings.model_copy(update={"var_dir": settings.var_dir.absolute()})


def variable(field_name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + field_name.upper()


def _sentences(error: ValidationError) -> str:
    """Say what is wrong without the values: they may be secrets."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    texts = [(str(item["loc"][0]) if item["loc"] else "", item["msg"].removeprefix("Value error, ")) for item in found]
    return " ".join(f"{variable(name)}: {text}." if name else f"{text}." for name, text in texts)


def _refuse_typing_errors() -> None:
    """Refuse a variable that is nearly a setting: silently ignored, it would leave a default in force."""
    known = [variable(name) for name in Settings.model_fields]
    names = {name.upper() for name in (*os.environ, *_names_in_file(Path(".env")))}
    for name in sorted(name for name in names if name.startswith(PREFIX) and name not in known):
        close = difflib.get_close_matches(name, known, n=1, cutoff=SIMILARITY_OF_A_TYPING_ERROR)
        if close:
            message = f"{name} is not a setting; did you mean {close[0]}?"
            raise SettingsError(message, hint="docs/operators/settings.md lists every setting.")


def _names_in_file(path: Path) -> list[str]:
    if not path.is_file():
        return []
    lines = path.read_text(errors="replace").splitlines()
    return [line.partition("=")[0].removeprefix("export ").strip() for line in lines if not line.startswith("#")]

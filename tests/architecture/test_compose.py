"""`compose.gpu.yaml`: valid against the specification, and as closed as the guide says."""

import hashlib
import json
import os
import re
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from . import compose
from .repository import Repository

SCHEMA_SHA256 = "d549057ebc2925f39f62799eab0db7b9e2c18b35b6c00595199116da3ed10e64"
INSIDE = {"database", "valkey", "engine"}
APPLICATION = {"migrate", "gateway", "worker"}


@pytest.fixture(scope="module")
def path(repository: Repository) -> Path:
    return repository.root / "compose.gpu.yaml"


@pytest.fixture(scope="module")
def stack(path: Path) -> dict[str, Any]:
    return compose.load(path, {"MODEL_DIR": "/models/served", "PUBLIC_URL": "https://leads.example"})


@pytest.fixture(scope="module")
def services(stack: dict[str, Any]) -> dict[str, compose.Service]:
    return dict(stack["services"])


def test_the_schema_is_the_specification_unchanged() -> None:
    schema = Path(__file__).with_name("compose-spec.json").read_bytes()
    assert hashlib.sha256(schema).hexdigest() == SCHEMA_SHA256


def test_the_file_is_valid(stack: dict[str, Any]) -> None:
    schema = json.loads(Path(__file__).with_name("compose-spec.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(stack)


def test_the_parts_are_all_there(services: dict[str, compose.Service]) -> None:
    assert set(services) == INSIDE | APPLICATION


def test_every_image_is_pinned_to_a_release(services: dict[str, compose.Service]) -> None:
    loose = {name: s["image"] for name, s in services.items() if not re.search(r":v?\d+\.\d+(\.\d+)?$", s["image"])}
    assert loose == {}


def test_the_application_image_carries_the_version(
    repository: Repository, services: dict[str, compose.Service]
) -> None:
    version = tomllib.loads(repository.text(Path("pyproject.toml")))["project"]["version"]
    assert {services[name]["image"] for name in APPLICATION} == {f"leadkeep:{version}"}


def test_nobody_is_root(services: dict[str, compose.Service]) -> None:
    rooted = {
        n: s.get("user") for n, s in services.items() if not re.match(r"[1-9]\d*(:[1-9]\d*)?$", s.get("user", ""))
    }
    assert rooted == {}


def test_every_root_file_system_is_read_only(services: dict[str, compose.Service]) -> None:
    assert {name for name, service in services.items() if service.get("read_only") is not True} == set()


def test_every_capability_is_dropped_and_none_is_gained(services: dict[str, compose.Service]) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not {"cap_add", "privileged", "network_mode", "pid", "ipc", "devices", "userns_mode"} & set(service), (
            name
        )


def test_every_part_has_limits(services: dict[str, compose.Service]) -> None:
    for name, service in services.items():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}, name


def test_every_part_that_stays_is_watched_and_restarted(services: dict[str, compose.Service]) -> None:
    for name in set(services) - compose.ONE_SHOT:
        assert services[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert services[name]["restart"] == "unless-stopped", name
    assert services["migrate"]["restart"] == "no"


def test_every_part_has_time_to_stop(services: dict[str, compose.Service]) -> None:
    assert {name for name, service in services.items() if "stop_grace_period" not in service} == set()


def test_the_doctor_finds_room_in_the_memory_file_system(services: dict[str, compose.Service]) -> None:
    from appliance.checks.box import LOGS_FREE_MB

    for name in APPLICATION:
        sizes = [re.search(r"^/tmp:.*size=(\d+)m", mount) for mount in services[name]["tmpfs"]]
        assert [size and int(size[1]) > LOGS_FREE_MB for size in sizes] == [True], name
        assert Path(services[name]["environment"]["LEADKEEP_VAR_DIR"]).parts[:2] == ("/", "tmp"), name


def test_only_the_gateway_is_published_and_on_loopback_by_default(services: dict[str, compose.Service]) -> None:
    published = {name: s["ports"] for name, s in services.items() if "ports" in s}
    assert set(published) == compose.PUBLISHED
    assert published["gateway"] == ["127.0.0.1:8321:8321"]


def test_database_queue_and_engine_are_on_internal_networks_alone(
    stack: dict[str, Any], services: dict[str, compose.Service]
) -> None:
    for name in INSIDE | {"migrate"}:
        assert all(stack["networks"][network]["internal"] is True for network in services[name]["networks"]), name


def test_the_engine_shares_no_network_with_the_data(services: dict[str, compose.Service]) -> None:
    assert not set(services["engine"]["networks"]) & set(services["database"]["networks"])
    assert not set(services["gateway"]["networks"]) & set(services["engine"]["networks"])


def test_nothing_leaves_until_the_operator_opens_the_outbound_network(path: Path, stack: dict[str, Any]) -> None:
    opened = compose.load(path, {"OUTBOUND_BLOCKED": "false"})
    assert stack["networks"]["outbound"]["internal"] is True
    assert opened["networks"]["outbound"]["internal"] is False
    assert [name for name, s in stack["services"].items() if "outbound" in s["networks"]] == ["worker"]
    options = stack["networks"]["edge"]["driver_opts"]
    assert options == {"com.docker.network.bridge.enable_ip_masquerade": "false"}


def test_every_setting_used_exists(services: dict[str, compose.Service]) -> None:
    from appliance.processes import READY_FILE_VARIABLE
    from appliance.settings import Settings, variable

    known = {variable(name) for name in Settings.model_fields} | {READY_FILE_VARIABLE}
    used = {key for s in services.values() for key in s.get("environment", {}) if key.startswith("LEADKEEP_")}
    files = {name.upper() for s in services.values() for name in s.get("secrets", []) if name.startswith("leadkeep_")}
    assert used | files <= known


def test_no_secret_stands_in_an_environment(services: dict[str, compose.Service]) -> None:
    words = re.compile(r"password(?!_file)|token|secret|_key(?!_file)", re.IGNORECASE)
    named = {f"{n}.{k}" for n, s in services.items() for k in s.get("environment", {}) if words.search(k)}
    assert named == set()


def test_every_secret_is_a_file_and_used(stack: dict[str, Any], services: dict[str, compose.Service]) -> None:
    used = {name for service in services.values() for name in service.get("secrets", [])}
    assert used == set(stack["secrets"])
    assert {name for name, secret in stack["secrets"].items() if not secret["file"].endswith(f"/{name}")} == set()


def test_a_secret_file_is_read_as_its_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from appliance import settings

    (tmp_path / "leadkeep_database_url").write_text("postgresql://leadkeep:word@database/leadkeep\n")
    monkeypatch.setattr(settings, "SECRETS_DIR", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEADKEEP_DATABASE_URL", raising=False)
    url = settings.load_settings().database_url
    assert url is not None
    assert url.get_secret_value() == "postgresql+asyncpg://leadkeep:word@database/leadkeep"


def test_the_engine_serves_structured_answers_by_priority_and_calls_nobody(
    services: dict[str, compose.Service],
) -> None:
    engine = services["engine"]
    flags = dict(part.split("=", 1) for part in engine["command"] if part.startswith("--"))
    assert flags["--scheduling-policy"] == "priority"
    assert json.loads(flags["--structured-outputs-config"]) == {"backend": "xgrammar", "disable_any_whitespace": True}
    assert {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "VLLM_NO_USAGE_STATS", "DO_NOT_TRACK"} <= {
        name for name, value in engine["environment"].items() if value == "1"
    }
    assert engine["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]
    assert [volume["read_only"] for volume in engine["volumes"]] == [True]


def test_the_workers_ask_for_the_model_that_the_engine_serves(services: dict[str, compose.Service]) -> None:
    served = f"--served-model-name={services['worker']['environment']['LEADKEEP_ENGINE_MODEL']}"
    assert served in services["engine"]["command"]


def test_a_workers_health_is_the_file_that_it_touches(services: dict[str, compose.Service], tmp_path: Path) -> None:
    worker = services["worker"]
    file = worker["environment"]["LEADKEEP_READY_FILE"]
    command = worker["healthcheck"]["test"][1].replace("$$", "$")
    assert file in command
    beat = tmp_path / "beat"
    probe = ["sh", "-c", command.replace(file, str(beat))]
    assert subprocess.run(probe, capture_output=True, check=False).returncode != 0
    beat.touch()
    assert subprocess.run(probe, capture_output=True, check=False).returncode == 0
    os.utime(beat, (time.time() - 60,) * 2)
    assert subprocess.run(probe, capture_output=True, check=False).returncode == 1


def test_the_queue_appends_and_never_evicts(services: dict[str, compose.Service]) -> None:
    command = services["valkey"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"
    assert options["--save"] == ""


def test_the_application_runs_documented_commands(services: dict[str, compose.Service]) -> None:
    assert {name: services[name]["command"] for name in APPLICATION} == {name: [name] for name in APPLICATION}


def test_every_variable_is_explained(repository: Repository, path: Path) -> None:
    guide = repository.text(Path("docs/operators/production.md"))
    assert {name for name in compose.variables(path) if f"`{name}`" not in guide} == set()


def test_only_model_and_public_address_must_be_set(path: Path) -> None:
    assert {name for name, needed in compose.variables(path).items() if needed} == {"MODEL_DIR", "PUBLIC_URL"}

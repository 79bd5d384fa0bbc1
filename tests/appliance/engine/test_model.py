import hashlib
from pathlib import Path

import pytest

from appliance.engine.model import MANIFEST_NAME, ShippedModel, is_intact, mounted_model, prepare_model
from appliance.setup_failure import SetupFailure

WEIGHTS = b"weights"
SHIPPED = ShippedModel(name="tiny", gguf="tiny_wheel/tiny.gguf", sha256=hashlib.sha256(WEIGHTS).hexdigest())
# Stands in for Python in the engine's environment: copies the weights where the conversion would write them.
CONVERTER = '#!/bin/sh\necho run >> "$0.runs"\ncp "$2" "$3/model.safetensors"\n'


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    folder = tmp_path / "environment"
    gguf = folder / "lib" / "python3.11" / "site-packages" / SHIPPED.gguf
    gguf.parent.mkdir(parents=True)
    gguf.write_bytes(WEIGHTS)
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(CONVERTER)
    python.chmod(0o755)
    return folder


@pytest.fixture
def model(environment: Path, tmp_path: Path) -> Path:
    return prepare_model(environment, var=tmp_path / "var", report=_ignore, shipped=SHIPPED)


def _ignore(_: str) -> None: ...


def _conversions(environment: Path) -> int:
    return len((environment / "bin" / "python.runs").read_text().splitlines())


def test_the_model_is_converted_once(environment: Path, model: Path, tmp_path: Path) -> None:
    again = prepare_model(environment, var=tmp_path / "var", report=_ignore, shipped=SHIPPED)
    assert again == model
    assert (model / "model.safetensors").read_bytes() == WEIGHTS
    assert _conversions(environment) == 1


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "no manifest"])
def test_a_damaged_model_is_converted_again(environment: Path, model: Path, tmp_path: Path, damage: str) -> None:
    match damage:
        case "changed":
            (model / "model.safetensors").write_bytes(WEIGHTS[::-1])
        case "missing":
            (model / "model.safetensors").unlink()
        case "added":
            (model / "another.safetensors").write_bytes(b"poison")
        case "no manifest":
            (model / MANIFEST_NAME).unlink()
    assert not is_intact(model, source_sha256=SHIPPED.sha256)
    prepare_model(environment, var=tmp_path / "var", report=_ignore, shipped=SHIPPED)
    assert is_intact(model, source_sha256=SHIPPED.sha256)
    assert _conversions(environment) == 2


def test_an_unknown_file_in_the_wheel_is_refused(environment: Path, tmp_path: Path) -> None:
    other = ShippedModel(name="tiny", gguf=SHIPPED.gguf, sha256="0" * 64)
    with pytest.raises(SetupFailure, match=r"tiny\.gguf .* is not the one that Leadkeep knows: remove"):
        prepare_model(environment, var=tmp_path / "var", report=_ignore, shipped=other)
    assert not (tmp_path / "var" / "models").exists()


def test_a_failed_conversion_leaves_no_model(environment: Path, tmp_path: Path) -> None:
    (environment / "bin" / "python").write_text("#!/bin/sh\necho half > $3/model.safetensors\nexit 1\n")
    with pytest.raises(SetupFailure, match=r"setup\.log"):
        prepare_model(environment, var=tmp_path / "var", report=_ignore, shipped=SHIPPED)
    assert not (tmp_path / "var" / "models" / "tiny").exists()


def test_a_mounted_model_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert mounted_model(tmp_path) == tmp_path


def test_a_mounted_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupFailure, match=r"holds no model .* LEADKEEP_ENGINE_MODEL_DIR"):
        mounted_model(tmp_path)

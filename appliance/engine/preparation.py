"""One call that leaves an engine ready to start; `leadkeep run`, the bootstrap and the tests all use it."""

from collections.abc import Callable
from pathlib import Path

from appliance.engine.environment import engine_environment
from appliance.engine.model import mounted_model, prepare_model
from appliance.environment import ensure_environment


def prepare_engine(root: Path, var: Path, report: Callable[[str], None], *, model_dir: Path | None = None) -> Path:
    """Make or reuse the engine's environment and its model, and return the model's folder.

    `model_dir` is a model that the operator mounted; then nothing is converted. Blocks for minutes the first
    time: call it off the event loop. Raises `SetupFailure` with a sentence for a person.
    """
    root, var = root.absolute(), var.absolute()  # pip and the conversion run elsewhere
    environment = engine_environment(root)
    ensure_environment(environment, var=var, report=report)
    if model_dir is not None:
        return mounted_model(model_dir)
    return prepare_model(environment.folder, var=var, report=report)

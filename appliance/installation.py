"""What a fresh clone needs before `leadkeep` can run: the application's environment and, if asked, the engine."""

import os
from pathlib import Path

from appliance.engine.environment import ENGINE_NEEDS_MB, engine_environment
from appliance.engine.preparation import prepare_engine
from appliance.environment import Environment, LocalProject, ensure_environment
from appliance.steps import Steps

APPLICATION_NEEDS_MB = 3500


def application_environment(root: Path) -> Environment:
    """Describe `.venv`: everything of ours, installed editable from this folder."""
    return Environment(
        folder=root / ".venv",
        lock=root / "requirements.lock",
        project=LocalProject(folder=root, editable=True),
        needs_mb=APPLICATION_NEEDS_MB + (ENGINE_NEEDS_MB if _engine_will_follow(root) else 0),
    )


def set_up(root: Path, *, with_engine: bool) -> None:
    """Make or reuse what is asked for and show each step; raises `SetupFailure`."""
    steps = Steps()
    var = root / "var"
    with steps.step("application environment") as report:
        ensure_environment(application_environment(root), var=var, report=report)
    if with_engine:
        with steps.step("engine and model") as report:
            prepare_engine(root, var, report)


def _engine_will_follow(root: Path) -> bool:
    """Tell whether an engine comes after: better to refuse a small disk now than after the first environment."""
    return "LEADKEEP_ENGINE_URL" not in os.environ and not engine_environment(root).folder.exists()

"""Choose the Python that the box's environments are made with; standard library only."""

import shutil
import subprocess
import sys

from appliance.setup_failure import SetupFailure

# The locks pin PyTorch's CPU build for this version; others work where their wheels have been added to the locks.
PREFERRED_VERSION = (3, 11)
PREFERRED = "python3.11"


def find_interpreter() -> str:
    """Return the Python that runs now if it is of the preferred version, else one in `PATH` that is, else the former.

    So the Python of `make run PYTHON=…` is not exchanged for another of its version.
    A found name proves nothing (version managers leave names that only print an error), so each candidate is run.
    Raises `SetupFailure` when none can make virtual environments.
    """
    running = getattr(sys, "_base_executable", None) or sys.executable
    found = shutil.which(PREFERRED)
    is_preferred = sys.version_info[:2] == PREFERRED_VERSION
    for candidate in (running, found) if is_preferred else (found, running):
        if candidate and _can_make_environments(candidate):
            return candidate
    sentence = (
        f"{running} cannot make virtual environments: install its venv module "
        "(on Debian and Ubuntu the package python3-venv), then run the same command again."
    )
    raise SetupFailure(sentence)


def _can_make_environments(python: str) -> bool:
    probe = [python, "-I", "-c", "import ensurepip, venv"]
    try:
        return subprocess.run(probe, capture_output=True, timeout=30, check=False).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False

"""The first program a bare machine runs: `python3 appliance/bootstrap.py [--engine]` makes the environments.

Standard library only, and this file must parse on any Python 3, so that an old one gets a sentence and not a
traceback. `--engine` also makes the engine's environment and its default model, which `leadkeep run` does otherwise.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13")
FAILED = 1
INTERRUPTED = 130


def main(arguments: list) -> int:  # type: ignore[type-arg]  # must parse on a Python without list[str]
    """Set up what `arguments` ask for and return the exit status."""
    if "%d.%d" % sys.version_info[:2] not in SUPPORTED:  # noqa: UP031
        return _run_with_supported_python(arguments)
    if __package__ in (None, ""):
        sys.path[0] = str(ROOT)  # a module of ours must not shadow one of Python's
    from appliance.installation import set_up
    from appliance.setup_failure import SetupFailure, refused

    try:
        set_up(ROOT, with_engine="--engine" in arguments)
    except SetupFailure as failure:
        sys.stderr.write(f"{failure}\n")
        return FAILED
    except OSError as error:
        sys.stderr.write(f"{refused(error)}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; run the same command again to go on.\n")
        return INTERRUPTED
    return 0


def _run_with_supported_python(arguments: list) -> int:  # type: ignore[type-arg]
    for version in SUPPORTED:
        python = shutil.which("python" + version)
        if python and subprocess.call([python, "-c", ""], stderr=subprocess.DEVNULL) == 0:  # noqa: S603
            os.execv(python, [python, os.path.abspath(__file__), *arguments])  # noqa: S606, PTH100
    running = "%d.%d" % sys.version_info[:2]  # noqa: UP031
    sys.stderr.write(
        "Leadkeep needs Python 3.11, 3.12 or 3.13 and this is Python " + running + ": "
        "install python3.11, then run the same command again.\n"
    )
    return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Finds the Chromium that the browser tests drive; without one they are left out, and the report's header says so."""

import os
import shutil
from pathlib import Path

VARIABLE = "LEADKEEP_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the browser's path: the variable's, or the first that is installed."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return chosen if Path(chosen).is_file() else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def header() -> str:
    """Return the line for the report's header."""
    found = chromium()
    return f"browser: {found}" if found else f"browser: none found, tests/browser left out (set {VARIABLE})"

import sys
from pathlib import Path

import pytest

from appliance.interpreter import PREFERRED, PREFERRED_VERSION, find_interpreter
from appliance.setup_failure import SetupFailure


def _program(folder: Path, name: str, *, status: int) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python that runs is not of the locks' version."""
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))


@pytest.mark.usefixtures("another")
def test_the_python_of_the_locks_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preferred = _program(tmp_path, PREFERRED, status=0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_interpreter() == str(preferred)


def test_a_chosen_python_of_that_version_is_not_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = _program(tmp_path, "chosen", status=0)
    _program(tmp_path, PREFERRED, status=0)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "_base_executable", str(chosen))
    monkeypatch.setattr(sys, "version_info", (*PREFERRED_VERSION, 9))
    assert find_interpreter() == str(chosen)


@pytest.mark.usefixtures("another")
def test_a_name_that_only_prints_an_error_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, PREFERRED, status=127)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_interpreter() == sys._base_executable  # type: ignore[attr-defined]


def test_a_python_without_venv_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = _program(tmp_path, "python-without-venv", status=1)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "_base_executable", str(python))
    with pytest.raises(SetupFailure, match=r"python-without-venv cannot make virtual environments: install"):
        find_interpreter()

"""The bootstrap as a bare machine runs it: a script, with Python's standard library and nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from appliance import bootstrap

ROOT = Path(bootstrap.__file__).parent.parent
BARE = ("bootstrap", "installation", "environment", "interpreter", "setup_failure", "setup_program", "steps")
BARE_ENGINE = ("environment", "model", "preparation")


def test_it_parses_on_pythons_that_are_too_old_to_run_leadkeep() -> None:
    ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 7))


def test_it_runs_with_the_standard_library_alone() -> None:
    modules = [f"appliance.{name}" for name in BARE] + [f"appliance.engine.{name}" for name in BARE_ENGINE]
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {', '.join(modules)}"
    bare = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert bare.returncode == 0, bare.stderr


def test_a_python_too_old_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.main([]) == 1
    assert capsys.readouterr().err == (
        "Leadkeep needs Python 3.11, 3.12 or 3.13 and this is Python 3.9: "
        "install python3.11, then run the same command again.\n"
    )


def test_a_failure_is_a_sentence_and_not_a_traceback(clone: Path) -> None:
    """A lock that names a package that no registry has, on a machine that reaches none."""
    failed = set_up(clone)
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    assert "does not have nowhere==1" in failed.stderr


def test_what_the_operating_system_refuses_is_a_sentence_too(clone: Path) -> None:
    (clone / "var").write_text("not a folder")
    failed = set_up(clone)
    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)
    assert failed.stderr.startswith(f"The operating system stops the setup ({clone / 'var'}): ")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("appliance", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    script = tmp_path / "bootstrap.py"
    program = "from pathlib import Path; from appliance import bootstrap; bootstrap.ROOT = Path(__file__).parent; "
    script.write_text(program + "raise SystemExit(bootstrap.main([]))")
    (tmp_path / "requirements.lock").write_text(f"nowhere==1 --hash=sha256:{'0' * 64}\n")
    return tmp_path


def set_up(clone: Path) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PIP_NO_INDEX": "1", "LEADKEEP_ENGINE_URL": "http://e"}
    script = [sys.executable, str(clone / "bootstrap.py")]
    return subprocess.run(script, env=environ, capture_output=True, text=True, check=False)

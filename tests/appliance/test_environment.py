"""Real virtual environments, made by the real pip from wheels that lie in a folder."""

import base64
import hashlib
import os
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.environment import STAMP_NAME, Environment, LocalProject, ensure_environment, torch_first
from appliance.setup_failure import SetupFailure

# A build backend of its own: making the project's wheel needs nothing from a registry.
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "sample"
version = "1"
"""
BACKEND = """
import zipfile
from pathlib import Path

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "sample-1-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory) / name, "w") as wheel:
        wheel.writestr("sample.py", "")
        wheel.writestr("sample-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: sample\\nVersion: 1\\n")
        wheel.writestr("sample-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("sample-1.dist-info/RECORD", "")
    return name

build_editable = build_wheel
"""


class Workplace:
    """A folder with a lock, one wheel, a project and the environment that is made from them."""

    def __init__(self, root: Path) -> None:
        self.var, self.wheels, project = root / "var", root / "wheels", root / "project"
        self.wheels.mkdir()
        project.mkdir()
        (project / "pyproject.toml").write_text(PROJECT)
        (project / "backend.py").write_text(BACKEND)
        lock = root / "sample.lock"
        lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{_write_wheel(self.wheels)}\n")
        local = LocalProject(folder=project, editable=True)
        self.environment = Environment(folder=root / ".venv", lock=lock, project=local, needs_mb=1)
        self.told: list[str] = []
        self.variables = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Hold this workplace's variables; the process has one environment, so never from two threads."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.variables.items():
                patch.setenv(name, value)
            yield

    def ensure(self) -> bool:
        with self.in_force():
            return self.set_up()

    def set_up(self) -> bool:
        return ensure_environment(self.environment, var=self.var, report=self.told.append)

    def site_packages(self) -> Path:
        return next(self.environment.folder.glob("lib/python*/site-packages"))


def _write_wheel(folder: Path) -> str:
    """Write the wheel of `tiny` and return its SHA-256."""
    path = folder / "tiny-1.0-py3-none-any.whl"
    record = []
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in (
            ("tiny/__init__.py", "ANSWER = 42\n"),
            ("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"),
            ("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        ):
            wheel.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(text)}")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "\n".join([*record, "tiny-1.0.dist-info/RECORD,,"]))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A workplace whose environment is ready; tests may change it, because `ensure` makes it ready again."""
    workplace = Workplace(tmp_path_factory.mktemp("made"))
    assert workplace.ensure()
    return workplace


def test_the_second_run_reuses_what_the_first_made(made: Workplace) -> None:
    made.ensure()
    log = (made.var / "log" / "setup.log").read_bytes()
    started_s = time.monotonic()
    assert not made.ensure()
    assert time.monotonic() - started_s < 0.5
    assert (made.var / "log" / "setup.log").read_bytes() == log


def test_packages_are_compiled_even_where_python_is_told_not_to(made: Workplace) -> None:
    assert list((made.site_packages() / "tiny" / "__pycache__").glob("*.pyc")) != []


def test_a_half_made_environment_is_made_again(made: Workplace) -> None:
    (made.environment.folder / STAMP_NAME).unlink()
    (made.site_packages() / "tiny" / "__init__.py").unlink()
    assert made.ensure()
    assert (made.site_packages() / "tiny" / "__init__.py").is_file()


def test_a_changed_project_is_installed_again_without_its_packages(made: Workplace) -> None:
    kept = made.site_packages() / "kept-from-before"
    kept.touch()
    project = made.environment.project.folder / "pyproject.toml"
    project.write_text(project.read_text() + 'description = "changed"\n')
    assert made.ensure()
    assert kept.exists()


def test_a_changed_lock_makes_the_environment_again(made: Workplace) -> None:
    stale = made.site_packages() / "stale-from-before"
    stale.touch()
    lock = made.environment.lock
    lock.write_text(lock.read_text() + "# resolved again\n")
    assert made.ensure()
    assert not stale.exists()


def test_two_setups_at_once_make_one_environment(made: Workplace) -> None:
    (made.environment.folder / STAMP_NAME).unlink()
    outcomes: list[bool] = []
    setups = [threading.Thread(target=lambda: outcomes.append(made.set_up())) for _ in range(2)]
    with made.in_force():
        for setup in setups:
            setup.start()
        for setup in setups:
            setup.join()
    assert sorted(outcomes) == [False, True]
    assert "waiting for another setup to finish" in made.told


def test_a_wheel_other_than_the_locked_one_is_refused(workplace: Workplace) -> None:
    lock = workplace.environment.lock
    lock.write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(
        SetupFailure, match=r"The package tiny==1\.0 is not the file that the lock names.*setup\.log\.$"
    ):
        workplace.ensure()


def test_a_registry_that_does_not_answer_is_named(workplace: Workplace) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # held and never listened on: nobody else can take it and answer
        workplace.variables = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": f"http://127.0.0.1:{held.getsockname()[1]}/simple",
            "PIP_FIND_LINKS": "",
            "PIP_RETRIES": "1",
        }
        with pytest.raises(SetupFailure, match=r"registry does not answer.*PIP_INDEX_URL"):
            workplace.ensure()


def test_a_missing_cpu_build_of_torch_is_named(workplace: Workplace) -> None:
    workplace.environment.lock.write_text(f"torch==2.13.0+cpu --hash=sha256:{'0' * 64}\n")
    with pytest.raises(SetupFailure, match=r"no torch==2\.13\.0\+cpu .* PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS"):
        workplace.ensure()


def test_a_disk_too_small_is_refused_before_anything_is_made(workplace: Workplace) -> None:
    environment = Environment(
        folder=workplace.environment.folder,
        lock=workplace.environment.lock,
        project=workplace.environment.project,
        needs_mb=10**9,
    )
    with pytest.raises(SetupFailure, match=r"has \d+ MB free and Leadkeep needs 1000000000 MB"):
        ensure_environment(environment, var=workplace.var, report=workplace.told.append)
    assert not environment.folder.exists()


def test_torch_comes_first_so_that_its_absence_shows_at_once() -> None:
    lock = "a==1 \\\n    --hash=sha256:00\n    # via b\ntorch==2 \\\n    --hash=sha256:11\nz==3\n"
    assert torch_first(lock) == "torch==2 \\\n    --hash=sha256:11\na==1 \\\n    --hash=sha256:00\n    # via b\nz==3\n"

"""Make one of the box's two Python environments from its lock, or find it already made.

Standard library only: the bootstrap runs this on a bare machine, `leadkeep run` runs it for the engine.
An environment carries a stamp of what it was made from; a half-made or outdated one is made again.
"""

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from appliance.interpreter import find_interpreter
from appliance.setup_failure import SetupFailure
from appliance.setup_program import Report, Setup, only_setup, run_program, scratch_folder

STAMP_NAME = "leadkeep-stamp.json"


@dataclass(frozen=True)
class LocalProject:
    """A project of this repository that goes into an environment after the locked packages."""

    folder: Path
    editable: bool


@dataclass(frozen=True)
class Environment:
    """One virtual environment: where it lies, what it is made from, how much disk making it takes."""

    folder: Path
    lock: Path
    project: LocalProject
    needs_mb: int

    @property
    def python(self) -> Path:
        """The environment's own interpreter."""
        return self.folder / "bin" / "python"


@dataclass(frozen=True)
class Stamp:
    """SHA-256 of what an environment was made from; `project` is empty until the local project is in."""

    packages: str
    project: str = ""


def ensure_environment(environment: Environment, *, var: Path, report: Report) -> bool:
    """Make or mend `environment` and tell whether anything had to be done.

    Raises `SetupFailure` with one sentence for a person. Safe to repeat, and to run twice at once:
    the second caller waits for the first.
    """
    if _stamp_read(environment) == _stamp_wanted(environment):
        return False
    with only_setup(var, report) as setup:
        return _bring_up_to_date(environment, setup, report)


def _bring_up_to_date(environment: Environment, setup: Setup, report: Report) -> bool:
    present = _stamp_read(environment)
    if present == _stamp_wanted(environment):  # another setup made it while we waited
        return False
    if present is None or present.packages != _packages_digest(environment):
        _require_space(environment)
        _make_empty(environment, setup, report)
        _install_locked(environment, setup, report)
        _stamp_write(environment, Stamp(packages=_packages_digest(environment)))
    _install_project(environment, setup, report)
    _stamp_write(environment, _stamp_wanted(environment))
    return True


def _stamp_wanted(environment: Environment) -> Stamp:
    return Stamp(packages=_packages_digest(environment), project=_project_digest(environment.project))


def _packages_digest(environment: Environment) -> str:
    """Digest the lock, the place and the Python: an environment neither moves nor changes its Python."""
    settings = environment.folder / "pyvenv.cfg"
    digest = hashlib.sha256(environment.lock.read_bytes())
    digest.update(str(environment.folder).encode())
    digest.update(settings.read_bytes() if settings.is_file() else b"")
    return digest.hexdigest()


def _project_digest(project: LocalProject) -> str:
    """Digest what the installation reads: an editable project's modules are not copied, so only its metadata."""
    files = [project.folder / "pyproject.toml"]
    if not project.editable:
        files += sorted(project.folder.glob("*.py"))
    digest = hashlib.sha256(str(project.folder).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _stamp_read(environment: Environment) -> Stamp | None:
    if not environment.python.exists():
        return None
    try:
        return Stamp(**json.loads((environment.folder / STAMP_NAME).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _stamp_write(environment: Environment, stamp: Stamp) -> None:
    unfinished = environment.folder / f"{STAMP_NAME}.new"
    unfinished.write_text(json.dumps(asdict(stamp)))
    unfinished.replace(environment.folder / STAMP_NAME)


def _require_space(environment: Environment) -> None:
    """Refuse to start what the disk cannot hold; space that the old environment occupies counts as free."""
    if environment.folder.exists():
        return
    free_mb = shutil.disk_usage(environment.folder.parent).free // 1_000_000
    if free_mb < environment.needs_mb:
        sentence = (
            f"The disk that holds {environment.folder.parent} has {free_mb} MB free and Leadkeep needs "
            f"{environment.needs_mb} MB for its packages: free some space, then run the same command again."
        )
        raise SetupFailure(sentence)


def _make_empty(environment: Environment, setup: Setup, report: Report) -> None:
    report("making an empty environment")
    shutil.rmtree(environment.folder, ignore_errors=True)
    argv = [find_interpreter(), "-m", "venv", str(environment.folder)]
    run_program(setup, argv, fills=environment.folder.parent)


def _install_locked(environment: Environment, setup: Setup, report: Report) -> None:
    requirements = scratch_folder(setup.var) / f"{environment.folder.name.lstrip('.')}-requirements.txt"
    text = environment.lock.read_text()
    requirements.write_text(torch_first(text))
    total = len(re.findall(r"^[\w.-]+==[^;\n]*$", text, re.MULTILINE))
    argv = _pip(environment, "--require-hashes", "--requirement", str(requirements))

    def tell_progress(output: str) -> None:
        installed = len(list(environment.folder.glob("lib/python*/site-packages/*.dist-info"))) - 2  # pip, setuptools
        fetched = output.count("\nCollecting ")
        doing, count = ("installing", installed) if "Installing collected" in output else ("fetching", fetched)
        report(f"{doing} {min(max(count, 0), total)} of {total} packages")

    run_program(setup, argv, fills=environment.folder.parent, tell_progress=tell_progress)


def torch_first(lock: str) -> str:
    """Put torch before everything else: the one wheel most often missing must fail at once, not after minutes."""
    pins = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    return "".join(sorted(pins, key=lambda pin: not pin.startswith("torch==")))


def _install_project(environment: Environment, setup: Setup, report: Report) -> None:
    project = environment.project
    report("installing the project")
    if project.editable:
        target = ["--editable", str(project.folder)]
    else:  # setuptools writes beside the sources: give it a copy
        copy = scratch_folder(setup.var) / project.folder.name
        shutil.rmtree(copy, ignore_errors=True)
        target = [str(shutil.copytree(project.folder, copy))]
    run_program(setup, _pip(environment, "--no-build-isolation", *target), fills=environment.folder.parent)


def _pip(environment: Environment, *arguments: str) -> list[str]:
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    return [str(environment.python), "-m", "pip", "install", *quiet, "--no-deps", *arguments]

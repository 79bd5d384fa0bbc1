"""`Dockerfile`: its sources exist, its steps work, and what it installs is all that the product needs."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import dockerfile
from .repository import PACKAGES, Repository

FOR_THE_BARE_MACHINE = {"engine", "engine_shim"}
"""What `leadkeep run` makes the CPU engine from, in a checkout; in production the engine is another container."""


@pytest.fixture(scope="module")
def steps(repository: Repository) -> list[dockerfile.Instruction]:
    return dockerfile.read(repository.root / "Dockerfile")


@pytest.fixture(scope="module")
def wheel(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel that the step `pip install … .` builds, from the files that the steps copy."""
    source = tmp_path_factory.mktemp("build")
    for name in (*PACKAGES, "pyproject.toml", "README.md", "LICENSE"):
        _copy(repository, name, source)
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    build = [sys.executable, "-m", "pip", "wheel", *offline, "--wheel-dir", str(source / "dist"), "."]
    subprocess.run(build, cwd=source, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next((source / "dist").glob("leadkeep-*.whl"))) as archive:
        return set(archive.namelist())


def test_both_stages_start_from_the_same_pinned_release(steps: list[dockerfile.Instruction]) -> None:
    images = {step.text.split(" AS ")[0] for step in steps if step.word == "FROM"}
    assert len(images) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", images.pop())


def test_every_copied_source_exists_and_reaches_the_build(
    repository: Repository, steps: list[dockerfile.Instruction]
) -> None:
    sent = _sent_to_the_build(repository)
    copied = [s for step in steps if step.word == "COPY" and "--from" not in step.text for s in step.text.split()[:-1]]
    assert copied != []
    for name in copied:
        assert (repository.root / name).exists(), name
        assert name in sent, f"{name} is kept out by .dockerignore"


def test_all_packages_are_copied(steps: list[dockerfile.Instruction]) -> None:
    copied = {step.text.split()[0] for step in steps if step.word == "COPY" and step.stage == 0}
    assert set(PACKAGES) <= copied


def test_the_image_runs_as_the_account_that_compose_names(
    repository: Repository, steps: list[dockerfile.Instruction]
) -> None:
    last = [step for step in steps if step.stage == 1]
    users = [step.text for step in last if step.word == "USER"]
    assert users == ["10001:10001"]
    assert f'user: "{users[0]}"' in repository.text(Path("compose.gpu.yaml"))
    assert "--uid 10001" in next(step.text for step in last if step.word == "RUN")


def test_the_account_can_read_the_campaigns_of_a_checkout_that_is_closed_to_others(
    repository: Repository, steps: list[dockerfile.Instruction], tmp_path: Path
) -> None:
    words = [(step.word, step.text) for step in steps if step.stage == 1]
    opening = next(n for n, (word, text) in enumerate(words) if word == "RUN" and "/app/campaigns" in text)
    assert words.index(("COPY", "campaigns /app/campaigns")) < opening < words.index(("USER", "10001:10001"))
    copy = tmp_path / "campaigns"
    shutil.copytree(repository.root / "campaigns", copy)
    subprocess.run(["chmod", "-R", "go=", copy], check=True)
    subprocess.run(["sh", "-c", words[opening][1].replace("/app/campaigns", str(copy))], check=True)
    modes = {path.stat().st_mode & 0o777 for path in (copy, *copy.rglob("*"))}
    assert modes <= {0o755, 0o744, 0o644}


def test_nothing_is_fetched_by_address_or_unpinned(steps: list[dockerfile.Instruction]) -> None:
    assert {step.word for step in steps} <= {
        "FROM",
        "ARG",
        "ENV",
        "WORKDIR",
        "RUN",
        "COPY",
        "USER",
        "EXPOSE",
        "ENTRYPOINT",
        "CMD",
    }
    installs = [step.text for step in steps if "pip install" in step.text]
    assert all("--require-hashes" in text or "--no-index" in text for text in installs)
    assert not any("://" in step.text for step in steps)


def test_the_entrypoint_is_the_command_of_the_project(
    repository: Repository, steps: list[dockerfile.Instruction]
) -> None:
    entrypoint = next(step.text for step in steps if step.word == "ENTRYPOINT")
    scripts = tomllib.loads(repository.text(Path("pyproject.toml")))["project"]["scripts"]
    assert entrypoint == '["leadkeep"]'
    module, _, name = scripts["leadkeep"].partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_the_checking_step_of_the_build_works(repository: Repository, steps: list[dockerfile.Instruction]) -> None:
    step = next(step.text for step in steps if step.word == "RUN" and step.text.startswith("leadkeep "))
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    checked = subprocess.run(
        ["sh", "-c", step], cwd=repository.root, env={"PATH": path}, capture_output=True, timeout=60, check=False
    )
    assert checked.returncode == 0, checked.stderr.decode()


def test_the_wheel_holds_every_file_that_the_packages_read(repository: Repository, wheel: set[str]) -> None:
    shipped = {str(f) for f in repository.files if _is_shipped(f)}
    assert shipped - wheel == set()


def test_only_tools_of_development_are_removed(repository: Repository, steps: list[dockerfile.Instruction]) -> None:
    project = tomllib.loads(repository.text(Path("pyproject.toml")))["project"]
    removed = _names(next(s.text for s in steps if "pip uninstall" in s.text).split("--yes")[1].split())
    development = _names(project["optional-dependencies"]["dev"])
    assert removed <= development
    assert removed & _closure(_names(project["dependencies"])) == set()
    assert development - removed - _closure(_names(project["dependencies"])) <= {
        "jsonschema",
        "pyyaml",
        "setuptools",
        "wheel",
    }


def _is_shipped(file: Path) -> bool:
    bare = len(file.parts) > 2 and file.parts[1] in FOR_THE_BARE_MACHINE and file.suffix != ".py"
    return file.parts[0] in PACKAGES and not bare and file.parts[1] != "engine_shim"


def _copy(repository: Repository, name: str, target: Path) -> None:
    for file in repository.files:
        if file.parts[0] == name:
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(repository.root / file, target / file)


def _sent_to_the_build(repository: Repository) -> set[str]:
    lines = repository.text(Path(".dockerignore")).splitlines()
    return {line[1:] for line in lines if line.startswith("!")}


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def _closure(names: set[str]) -> set[str]:
    """Everything installed that these distributions need, directly or not."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen or not any(importlib.metadata.distributions(name=name)):
            continue
        seen.add(name)
        needed = [Requirement(text) for text in importlib.metadata.requires(name) or []]
        waiting += [canonicalize_name(r.name) for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return seen

"""What lies where: the top level is fixed, imports go one way, and no file names a machine or a registry."""

import re
import subprocess
import sys
from pathlib import Path

from .repository import PACKAGES, Repository

FOLDERS = {*PACKAGES, "campaigns", "bench", "docs", "tests"}
FILES = {
    "CHANGELOG.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "compose.gpu.yaml",
    "pyproject.toml",
}
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:work|root|opt|home)/\w")
REGISTRY = re.compile(
    "|".join(
        name.replace("_", r"\.")
        for name in (
            "pypi_org",
            "pythonhosted_org",
            "download_pytorch_org",
            "npmjs_(?:org|com)",
            "deb_debian_org",
            "(?:docker|ghcr|quay)_io",
            "huggingface_co",
            "proxy_golang_org",
        )
    )
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplementedError|pytest\.(?:skip|xfail|mark\.(?:skip|xfail))")


def test_the_top_level_is_fixed(repository: Repository) -> None:
    folders = {f.parts[0] for f in repository.files if len(f.parts) > 1 and not f.parts[0].startswith(".")}
    files = {f.name for f in repository.files if len(f.parts) == 1 and not f.name.startswith(".")}
    locks = {name for name in files if name.endswith(".lock")}
    assert folders - FOLDERS == set()
    assert files - locks - FILES == set()


def test_the_expected_files_are_there(repository: Repository) -> None:
    assert {name for name in FILES if Path(name) not in repository.files} == set()


def test_imports_go_one_way(repository: Repository) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([lint, "--no-cache"], cwd=repository.root, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_file_names_a_path_of_a_machine(repository: Repository) -> None:
    assert list(repository.matching_lines(_written(repository), MACHINE_PATH)) == []


def test_no_file_names_a_package_registry(repository: Repository) -> None:
    assert list(repository.matching_lines(_written(repository), REGISTRY)) == []


def test_nothing_is_left_unfinished(repository: Repository) -> None:
    python = [f for f in repository.ending(".py") if f.name != Path(__file__).name]
    assert list(repository.matching_lines(python, UNFINISHED)) == []


def test_no_key_or_password_file_is_committed(repository: Repository) -> None:
    secret = [str(f) for f in repository.files if f.suffix in {".pem", ".key", ".p12"} or f.name == ".env"]
    assert secret == []


def _written(repository: Repository) -> list[Path]:
    """Every text file that people write."""
    binary = {".png", ".woff2", ".ico", ".bin", ".gz"}
    return [f for f in repository.files if f.suffix not in binary and ".min." not in f.name]

"""One view of the repository for all architecture tests."""

from pathlib import Path

import pytest

from .repository import Repository


@pytest.fixture(scope="session")
def repository() -> Repository:
    return Repository(Path(__file__).resolve().parents[2])

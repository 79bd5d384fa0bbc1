"""A benchmark that fails leaves no process behind."""

import importlib.util
import os
import time
from pathlib import Path
from types import ModuleType

import pytest

from .repository import Repository

MAKEFILE = """\
run:
\t@{before} echo $$$$ > pid; {then}
"""


@pytest.fixture
def bench_start(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_start", repository.root / "bench" / "bench_start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LIMIT_S", 1)
    monkeypatch.setattr(module, "STOP_LIMIT_S", 1)
    return module


@pytest.mark.parametrize("before", ["", "trap '' INT;"], ids=["ends when asked", "has to be killed"])
def test_a_start_that_never_becomes_ready_is_stopped(bench_start: ModuleType, tmp_path: Path, before: str) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE.format(before=before, then="exec sleep 600"))
    with pytest.raises(SystemExit, match="did not become ready"):
        bench_start.measure(tmp_path)
    assert _ends(int((tmp_path / "pid").read_text()))


def test_a_start_that_ends_by_itself_is_said_with_its_last_words(bench_start: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE.format(before="", then="echo no space left; exit 3"))
    with pytest.raises(SystemExit, match="no space left"):
        bench_start.measure(tmp_path)


def _ends(pid: int) -> bool:
    """A killed process is gone once whoever inherited it has looked; that takes a moment."""
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        state = Path(f"/proc/{pid}/stat")
        try:
            if state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False

"""No log of the box grows without end, whoever writes it and however long it lives."""

import os
from pathlib import Path

import pytest

from appliance import log_files


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "engine.log"
    path.write_text("first words\n")
    return path


def grow(path: Path) -> None:
    os.truncate(path, log_files.LIMIT_BYTES + 1)


def test_small_log_is_left_alone(log: Path) -> None:
    log_files.set_aside(log)
    assert log_files.cut(log) is False
    assert [file.name for file in log.parent.iterdir()] == ["engine.log"]


def test_missing_log_is_no_error(tmp_path: Path) -> None:
    log_files.set_aside(tmp_path / "none.log")
    assert log_files.cut(tmp_path / "none.log") is False


def test_large_log_that_nobody_writes_is_moved_aside(log: Path) -> None:
    grow(log)
    log_files.set_aside(log)
    assert [file.name for file in log.parent.iterdir()] == ["engine.log.1"]


def test_cut_keeps_the_old_words_and_the_writers_next_ones(log: Path) -> None:
    with log.open("a") as writer:
        grow(log)
        assert log_files.cut(log) is True
        writer.write("next words\n")
    assert log.read_text() == "next words\n"
    assert log.with_name("engine.log.1").read_bytes().startswith(b"first words\n")


def test_log_that_cannot_be_copied_is_cut_all_the_same(log: Path) -> None:
    grow(log)
    log.with_name("engine.log.1").symlink_to(log.parent / "no such folder" / "engine.log.1")
    assert log_files.cut(log) is True
    assert log.stat().st_size == 0

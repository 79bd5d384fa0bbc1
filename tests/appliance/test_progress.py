"""A start is told step by step, on a terminal and off it, and its seconds are kept."""

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from appliance.progress import Progress, StepState


def ticking() -> Iterator[float]:
    now_s = 0.0
    while True:
        yield now_s
        now_s += 1.5


def plain(titles: tuple[str, ...]) -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    clock = ticking()
    return Progress(Console(file=out, width=200), titles, clock_s=lambda: next(clock)), out


def test_without_a_terminal_each_step_is_a_line_when_it_begins_and_one_when_it_ends() -> None:
    progress, out = plain(("keys", "database"))
    with progress:
        with progress.step("keys"):
            pass
        with progress.step("database", "PostgreSQL answers") as report:
            report("adopted")
    assert out.getvalue().splitlines() == [
        "  keys",
        "  keys: done in 1.5 s",
        "  database: PostgreSQL answers",
        "  database: done in 1.5 s (adopted)",
    ]


def test_failed_and_interrupted_steps_are_told_apart() -> None:
    progress, out = plain(("gateway", "engine"))
    with progress, pytest.raises(OSError, match="full"), progress.step("gateway"):
        raise OSError("full")  # noqa: EM101
    with progress, pytest.raises(asyncio.CancelledError), progress.step("engine"):
        raise asyncio.CancelledError
    assert [step.state for step in progress.steps.values()] == [StepState.FAILED, StepState.STOPPED]
    assert "gateway: failed in 1.5 s" in out.getvalue()
    assert "engine: stopped in 1.5 s" in out.getvalue()


def test_on_a_terminal_the_list_shows_every_step_from_the_beginning() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, _environ={})
    with Progress(console, ("keys", "database")) as progress:
        with progress.step("keys"):
            pass
        progress.say("worker-1 died")
    shown = out.getvalue()
    assert "✓" in shown
    assert "database" in shown
    assert "worker-1 died" in shown


def test_seconds_of_each_step_are_kept_for_the_benchmarks(tmp_path: Path) -> None:
    progress, _ = plain(("keys",))
    with progress, progress.step("keys"):
        pass
    progress.save(tmp_path / "start.json", total_s=2.5)
    assert json.loads((tmp_path / "start.json").read_text()) == {"steps_s": {"keys": 1.5}, "total_s": 2.5}

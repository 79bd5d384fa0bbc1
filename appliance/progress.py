"""Shows a start as a list: each step, what it waits for, how long it took; plain lines where there is no terminal."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text


class Screen(Console):
    """Where a start is shown. When its reader goes away (a closed pipe) the box says no more, and stays."""

    def on_broken_pipe(self) -> None:
        """Fall silent."""
        with suppress(SystemExit):
            super().on_broken_pipe()


class StepState(StrEnum):
    """How far a step is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass
class Step:
    """One line of the list; `detail` says what it does or waits for now, or what came of it."""

    title: str
    state: StepState = StepState.WAITING
    detail: str = ""
    started_s: float = 0.0
    seconds: float = 0.0


@dataclass
class Progress:
    """The steps of one start. Use as a context manager; steps may run at the same time."""

    console: Console
    titles: tuple[str, ...]
    clock_s: Callable[[], float] = time.monotonic
    steps: dict[str, Step] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps.update({title: Step(title) for title in self.titles})
        self._spinner = Spinner("dots")
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live = Live(get_renderable=self._render, console=self.console, refresh_per_second=8)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    @contextmanager
    def step(self, title: str, waits_for: str = "") -> Iterator[Callable[[str], None]]:
        """Run one step; what it yields changes the step's detail. The last detail stays beside the finished step."""
        step = self.steps.setdefault(title, Step(title))
        step.state, step.detail, step.started_s = StepState.RUNNING, waits_for, self.clock_s()
        self._line(f"  {title}: {waits_for}" if waits_for else f"  {title}")

        def report(words: str) -> None:
            step.detail = words

        try:
            yield report
        except asyncio.CancelledError:
            self._finish(step, StepState.STOPPED)
            raise
        except BaseException:
            self._finish(step, StepState.FAILED)
            raise
        if step.detail == waits_for:
            step.detail = ""
        self._finish(step, StepState.DONE)

    def say(self, text: str) -> None:
        """Print a line for a person above the list."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def save(self, path: Path, **facts: object) -> None:
        """Write the seconds of each step, for benchmarks to cite."""
        seconds = {step.title: round(step.seconds, 3) for step in self.steps.values()}
        draft = path.with_name(f".{path.name}.part")
        draft.write_text(json.dumps({"steps_s": seconds, **facts}, indent=2) + "\n")
        draft.replace(path)

    def _finish(self, step: Step, state: StepState) -> None:
        step.state, step.seconds = state, self.clock_s() - step.started_s
        detail = f" ({step.detail})" if step.detail and state is StepState.DONE else ""
        self._line(f"  {step.title}: {state.value} in {step.seconds:.1f} s{detail}")

    def _line(self, text: str) -> None:
        if self._live is None:
            self.say(text)

    def _render(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for step in self.steps.values():
            table.add_row(self._mark(step), step.title, self._seconds(step), Text(step.detail, style="dim"))
        return Group(table)

    def _mark(self, step: Step) -> RenderableType:
        match step.state:
            case StepState.WAITING:
                return Text("·", style="dim")
            case StepState.RUNNING:
                return self._spinner
            case StepState.DONE:
                return Text("✓", style="green")
            case StepState.FAILED:
                return Text("✗", style="red")
            case StepState.STOPPED:
                return Text("-", style="dim")

    def _seconds(self, step: Step) -> Text:
        match step.state:
            case StepState.WAITING:
                return Text("")
            case StepState.RUNNING:
                return Text(f"{self.clock_s() - step.started_s:.0f} s", style="cyan", justify="right")
            case StepState.DONE | StepState.FAILED | StepState.STOPPED:
                return Text(f"{step.seconds:.1f} s", justify="right")

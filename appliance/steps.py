"""Show what the setup is doing, before anything nicer is installed: one line for each step, with its seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


class Steps:
    """Writes a line when a step ends; on a terminal it also keeps one line up to date while the step runs."""

    def __init__(self, out: TextIO = sys.stdout, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock_s = clock_s
        self._is_live = out.isatty()

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """Run one step; what it yields takes a few words about what happens now."""
        started_s = self._clock_s()
        told: list[str] = []

        def report(words: str) -> None:
            self._report(title, words, elapsed_s=self._clock_s() - started_s, is_first=not told)
            told.append(words)

        try:
            yield report
        except BaseException:
            self._end(title, "stopped", self._clock_s() - started_s)
            raise
        self._end(title, "done" if told else "ready", self._clock_s() - started_s)

    def _report(self, title: str, words: str, *, elapsed_s: float, is_first: bool) -> None:
        if self._is_live:
            self._out.write(f"\r\x1b[K  {title}: {words} ({elapsed_s:.0f} s)")
        elif is_first:
            self._out.write(f"  {title}: {words}\n")
        self._out.flush()

    def _end(self, title: str, outcome: str, elapsed_s: float) -> None:
        erase = "\r\x1b[K" if self._is_live else ""
        self._out.write(f"{erase}  {title}: {outcome} in {elapsed_s:.1f} s\n")
        self._out.flush()

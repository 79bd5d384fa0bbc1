"""The repository as the architecture tests see it: every file that is, or is about to be, committed."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGES = ("appliance", "gateway", "ui", "worker", "guard", "inference", "models")


@dataclass(frozen=True)
class Repository:
    """The files that git knows or would add, relative to the root."""

    root: Path

    @cached_property
    def files(self) -> tuple[Path, ...]:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        names = sorted(Path(name) for name in listed.split("\0") if name)
        return tuple(name for name in names if (self.root / name).is_file())

    def ending(self, *suffixes: str, within: tuple[str, ...] = ()) -> list[Path]:
        return [f for f in self.files if f.suffix in suffixes and (not within or f.parts[0] in within)]

    def modules(self) -> list[Path]:
        """Python files of the seven packages."""
        return self.ending(".py", within=PACKAGES)

    def templates(self) -> list[Path]:
        return [f for f in self.ending(".html") if f.parts[:2] == ("ui", "templates")]

    def text(self, path: Path) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def tree(self, path: Path) -> ast.Module:
        return ast.parse(self.text(path), filename=str(path))

    def matching_lines(self, paths: list[Path], pattern: re.Pattern[str]) -> Iterator[str]:
        for path in paths:
            for number, line in enumerate(self.text(path).splitlines(), 1):
                if pattern.search(line):
                    yield f"{path}:{number}: {line.strip()[:100]}"

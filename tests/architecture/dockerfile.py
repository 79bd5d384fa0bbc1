"""A Dockerfile as a list of instructions; heredocs and parser directives are not used here."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Instruction:
    """One instruction and its stage, counted from 0."""

    stage: int
    word: str
    text: str


def read(path: Path) -> list[Instruction]:
    """Join continued lines, drop comments."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found: list[Instruction] = []
    stage = -1
    for line in filter(None, map(str.strip, joined.splitlines())):
        word, _, text = line.partition(" ")
        stage += word == "FROM"
        found.append(Instruction(stage, word, text.strip()))
    return found

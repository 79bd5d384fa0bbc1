"""The prompts: files with a version, rendered to chat turns, hashed so that every answer can name its question.

A prompt file is a list of turns, each under a line such as `=== system ===`. Every turn is its own Jinja2 template:
what a lead writes is put into one turn and can never open another. All turns but the last see the campaign's constants
only, so that they are the same for every lead and the engine's prefix cache keeps them.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

from inference.exchange import ChatMessage
from inference.lead_text import EXAMPLE_MARK, fenced

_TURN: Final = re.compile(r"^=== (system|user|assistant) ===\n", re.MULTILINE)
_VERSION: Final = re.compile(r"\A\{# version: (\d+)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt for one campaign: its constant turns rendered, the lead's turn still a template."""

    id: str
    sha256: str
    """Of the file and of the constant turns, which hold the campaign's constants."""
    constant: tuple[ChatMessage, ...]
    last_turn: str

    def messages(self, *examples: ChatMessage, **request: object) -> tuple[ChatMessage, ...]:
        """Return the whole prompt: constant turns, examples chosen for this lead, and `request` in the last turn."""
        return (*self.constant, *examples, ChatMessage("user", _render(self.last_turn, request)))


def load_prompt(name: str, constants: Mapping[str, Any], *, examples: str = "") -> Prompt:
    """Return the prompt `name` (a file of `prompts/` without its ending) for a campaign's constants.

    `examples` is the source of further examples, which goes into the hash.
    """
    source = _source(name)
    *constant, (_, last_turn) = _turns(source)
    messages = tuple(ChatMessage(role, _render(text, constants)) for role, text in constant)
    digest = hashlib.sha256(f"{source}\n{examples}".encode())
    for message in messages:
        digest.update(f"\n{message.role}\n{message.content}".encode())
    return Prompt(
        id=f"{name}/{_version(name, source)}", sha256=digest.hexdigest(), constant=messages, last_turn=last_turn
    )


@lru_cache(maxsize=16)
def _source(name: str) -> str:
    return (files("inference") / "prompts" / f"{name}.j2").read_text(encoding="utf-8")


def _version(name: str, source: str) -> str:
    match = _VERSION.match(source)
    if match is None:
        message = f"prompts/{name}.j2 does not start with its version"
        raise ValueError(message)
    return match.group(1)


def _turns(source: str) -> list[tuple[str, str]]:
    """Return (role, template) of each turn."""
    _, *parts = _TURN.split(source)
    return [(role, text.strip()) for role, text in zip(parts[::2], parts[1::2], strict=True)]


def _render(text: str, values: Mapping[str, Any]) -> str:
    # No autoescape: this is a prompt, not a page; the lead's words come here already cleaned and fenced.
    environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    return environment.from_string(text).render(**values, example=_example)


def _example(*lines: str) -> str:
    """Return an invented lead in the very shape of a real one."""
    return fenced(lines, EXAMPLE_MARK)

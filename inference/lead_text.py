"""A lead's words on their way into a prompt: hostile input, cleaned, cut and fenced so that they stay data.

Three independent defences, none of which is a plea to the model: invisible characters are dropped; every bracket of
which chat templates (`<|im_end|>`, `[INST]`), JSON and our fence are made is replaced; every line carries a mark.
"""

import hashlib
import re
import unicodedata
from typing import Final

from inference.thresholds import ANSWER_CHARS, ANSWERS, FIELD_NAME_CHARS, LEAD_BYTES, MESSAGE_CHARS
from models.lead import Context, LeadDetails

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_SWAPS: Final = str.maketrans("<>[]{}|`\\", "‹›()()¦'/")
_SPACES: Final = re.compile(r"[^\S\n]+")
_BREAKS: Final = re.compile(r"\s*\n\s*")
_STACKED: Final = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)
_VARIANTS: Final = re.compile("[\u115f\u1160\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_EXPANSION: Final = 4
"""Read at most so many times the limit before normalising: NFKC makes up to 18 characters of one."""


EXAMPLE_MARK: Final = "example"
"""The delimiter of invented leads in a prompt: constant, so that the engine may cache them."""


def clean(text: str, max_chars: int) -> str:
    """Return visible, normalised (NFKC) text of at most `max_chars` characters, lines kept, brackets replaced."""
    text = unicodedata.normalize("NFKC", text[: max_chars * _EXPANSION].replace("\r", "\n").replace("\t", " "))
    seen = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in _INVISIBLE)
    seen = _STACKED.sub(r"\1", _VARIANTS.sub("", seen)).translate(_SWAPS)
    return _BREAKS.sub("\n", _SPACES.sub(" ", seen)).strip()[:max_chars].strip()


def clean_line(text: str, max_chars: int) -> str:
    """Return cleaned text on one line."""
    return clean(text, max_chars).replace("\n", " ")


def fence_mark(prompt_id: str, seed: int) -> str:
    """Return the delimiter of one request: unknown to who writes a lead, the same when the request is replayed."""
    return hashlib.sha256(f"{prompt_id}:{seed}".encode()).hexdigest()[:8]


def lead_lines(lead: LeadDetails, context: Context) -> tuple[str, ...]:
    """Return this lead's words and what is known around them, a line each; no name, no address, nobody else's data."""
    message = clean(lead.message, MESSAGE_CHARS).splitlines() or ["(no message)"]
    answers = [
        f"{clean_line(name, FIELD_NAME_CHARS)}: {clean_line(answer, ANSWER_CHARS)}"
        for name, answer in list(lead.answers.items())[:ANSWERS]
    ]
    return (*message, *answers, *_known(context))


def fenced(lines: tuple[str, ...], mark: str) -> str:
    """Return the lines as a marked block between delimiters; a delimiter inside the lines loses its meaning."""
    inside = "\n".join(f"| {line.replace(mark, '·')}" for line in lines)
    return f"<<<LEAD {mark}\n{_fitting(inside)}\nLEAD {mark}>>>"


def _fitting(text: str) -> str:
    return text.encode()[:LEAD_BYTES].decode(errors="ignore").rstrip("\n| ")


def _known(context: Context) -> list[str]:
    known = [f"wrote before: {len(context.earlier)} times"] if context.earlier else []
    if context.crm is not None:
        status = clean_line(context.crm.lifecycle or context.crm.status, FIELD_NAME_CHARS)
        known.append(f"known to us as: {status or 'contact'}")
    return known

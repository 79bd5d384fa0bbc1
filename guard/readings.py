"""A text whose words hold hyphens or apostrophes, read in every way that a person may read it.

The alphabet of the model's words needs both ("pre-approved", "l'approvazione", "don't"), and so lets "guaran-teed",
"un'beatable" and "approval-is-guaranteed" through. Each reading undoes the marks in another way; contractions keep
theirs, since a denial may hang on them ("isn't").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guard.normal_form import NormalForm, normalise

_MARK: Final = re.compile(r"(?<=[a-z])['-]+ ?|(?<!['-])['-]+(?=[a-z])")
_CONTRACTION: Final = re.compile(r"n't\b|(?<=[a-z])'(?:s|ll|re|ve|d|m|t)\b")
_DENYING: Final = re.compile(r"n't\b")
_ELISION: Final = re.compile(
    r"\b(?:[cdlmnostv]|un|gl|[dnsac]\w{0,2}ll|quell|quest|bell|sant|buon|grand|mezz|ciascun|alcun|nessun|anch|neanch|tutt|"
    r"dov|com|cos|senz|quant|quand)'(?=[aeiouh])"
)
"""Italian drops a vowel before a vowel or an h only: `un'offerta`; never `un'beatable`."""
_DASHES: Final = "–—―−"
"""Marks between thoughts, never inside a word; the normal form has them as hyphens."""


@dataclass(frozen=True)
class Reading:
    """One way to read a text; `marks` are the offsets in the original of the marks that it undoes."""

    normal: NormalForm
    marks: frozenset[int]

    def finds(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches that this reading alone can find: in the plain one all, else those over a mark."""
        for found in pattern.finditer(self.normal.text):
            if not self.marks or not self.marks.isdisjoint(range(*self.normal.origin(*found.span()))):
                yield found


def readings_of(text: str) -> tuple[Reading, ...]:
    """Return the plain reading, then those that differ from it: marks dropped, elisions too, marks as spaces."""
    plain = normalise(text)
    if "'" not in plain.text and "-" not in plain.text:
        return (Reading(plain, frozenset()),)
    dashes = frozenset(index for index, start in enumerate(plain.starts) if text[start] in _DASHES)
    others = (
        _undone(plain, dashes, "", (_CONTRACTION, _ELISION)),
        _undone(plain, dashes, "", (_DENYING,)),
        _undone(plain, dashes, " ", (_CONTRACTION, _ELISION)),
    )
    distinct = {reading.normal.text: reading for reading in others if reading.marks}
    return (Reading(plain, frozenset()), *distinct.values())


def _undone(plain: NormalForm, dashes: frozenset[int], by: str, kept: tuple[re.Pattern[str], ...]) -> Reading:
    """Return the reading in which every mark but the kept ones gives way; a hyphen before a space joins two halves."""
    keep = {index for pattern in kept for found in pattern.finditer(plain.text) for index in range(*found.span())}
    letters = list(zip(plain.text, plain.starts, plain.ends, strict=True))
    undone = [found for found in _MARK.finditer(plain.text) if found.start() not in keep | dashes]
    for found in reversed(undone):
        first, last = found.start(), found.end()
        is_join = bool(by) or (found.group().startswith("-") and _ELISION in kept)
        last = last if is_join else first + len(found.group().rstrip())
        space = [(by, plain.starts[first], plain.ends[last - 1])] if by and plain.text[:first][-1:] != " " else []
        letters[first:last] = space
    text, starts, ends = zip(*letters, strict=True) if letters else ((), (), ())
    marks = frozenset(plain.starts[found.start()] for found in undone)
    return Reading(NormalForm("".join(text), tuple(starts), tuple(ends)), marks)

"""Finds forbidden wordings in own words: patterns over the normal form, minus denials and stated conditions.

Patterns of every language run over every text: a message in Italian may hold an English promise.
"""

import re
from collections.abc import Callable, Iterator

from guard.negation import is_denied
from guard.passage import Message
from guard.readings import Reading
from guard.rule import Spot
from guard.supposition import is_supposed

Finder = Callable[[Message], Iterator[Spot]]


def either(*finders: Finder) -> Finder:
    """Return a finder of everything that any of these finds."""

    def find(message: Message) -> Iterator[Spot]:
        for finder in finders:
            yield from finder(message)

    return find


def wording(
    *patterns: str, holds_a_no: bool = False, allows_conditions: bool = False, heeds_denial: bool = True
) -> Finder:
    """Return a finder of these patterns (regular expressions over normal form: lower case, no accents).

    `holds_a_no`: the wording contains its own "no", so only a denial before it counts. `allows_conditions`: "if you
    qualify" and "whether you qualify" are no statement. `heeds_denial` is off for words that
    are wrong however they are used.
    """
    compiled = tuple(re.compile(pattern) for pattern in patterns)

    def find(message: Message) -> Iterator[Spot]:
        for passage in message.own:
            for reading in passage.readings:
                yield from (Spot(passage.place, *reading.normal.origin(*span)) for span in _spans(reading))

    def _spans(reading: Reading) -> Iterator[tuple[int, int]]:
        text = reading.normal.text
        for found in (found for pattern in compiled for found in reading.finds(pattern)):
            start, end = found.span()
            if heeds_denial and is_denied(text, start, end, looks_inside=not holds_a_no):
                continue
            if not (allows_conditions and is_supposed(text, start, end)):
                yield start, end

    return find

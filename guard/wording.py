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
from models.verdict import Action

Finder = Callable[[Message], Iterator[Spot]]


def either(*finders: Finder) -> Finder:
    """Return a finder of everything that any of these finds."""

    def find(message: Message) -> Iterator[Spot]:
        for finder in finders:
            yield from finder(message)

    return find


def wording(
    *patterns: str,
    holds_a_no: bool = False,
    allows_conditions: bool = False,
    heeds_denial: bool = True,
    spares_names: bool = False,
) -> Finder:
    """Return a finder of these patterns (regular expressions over normal form: lower case, no accents).

    `holds_a_no`: the wording contains its own "no", so only a denial before it counts. `allows_conditions`: "if you
    qualify" and "whether you qualify" are no statement. `heeds_denial` is off for words that
    are wrong however they are used. `spares_names`: the words may be a person's name in the greeting, where one word
    passes and several ask for a person's eye.
    """
    compiled = tuple(re.compile(pattern) for pattern in patterns)

    def find(message: Message) -> Iterator[Spot]:
        for passage in message.own:
            if spares_names and passage.is_one_name:
                continue
            action = Action.REVIEW if spares_names and passage.name else None
            for reading in passage.readings:
                yield from (Spot(passage.place, *reading.normal.origin(*span), action) for span in _spans(reading))

    def _spans(reading: Reading) -> Iterator[tuple[int, int]]:
        text = reading.normal.text
        for found in (found for pattern in compiled for found in reading.finds(pattern)):
            start, end = found.span()
            if heeds_denial and is_denied(text, start, end, looks_inside=not holds_a_no):
                continue
            if not (allows_conditions and is_supposed(text, start, end)):
                yield start, end

    return find

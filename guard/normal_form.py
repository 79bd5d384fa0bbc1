"""Text as the rules read it: one spelling for every way of writing the same words, each character traced to its origin.

Markup, entities, invisible characters, look-alike letters, digits inside words, accents and spaced-out letters are
undone, so that a rule needs one pattern only and a finding still points at the text that a person sees.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from guard.look_alikes import DIGIT_LETTERS, LOOK_ALIKES, SIGNS

_READS_AS: Final = {**LOOK_ALIKES, **SIGNS}
_FOREIGN: Final = frozenset(char for char in LOOK_ALIKES if not unicodedata.name(char).startswith("LATIN"))
_MARKUP: Final = re.compile(r"<!--.*?(?:-->|$)|</?[a-zA-Z!?][^<>]*>", re.DOTALL)
_BREAKING: Final = re.compile(r"</?(?:br|p|div|li|ul|ol|td|tr|table|h\d|hr)\b", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_BLANK_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_DROPPED: Final = frozenset({"Cf", "Mn", "Me", "Mc", "Cs", "Co", "Cn"})
_SPACED: Final = re.compile(r"(?<!\w)[^\W\d_](?:[ .\-_*·|/][^\W\d_]){3,}(?!\w)")
_SPACES: Final = re.compile(r"\s{2,}|[^\S ]")
_DIGIT_IN_WORD: Final = re.compile(r"(?<=[a-z])[013457@$!]{1,3}(?=[a-z])")
_TYPED_ACCENT: Final = re.compile(r"(?<=[aeiou])['`](?!\w)")
"""`sara'` is how Italian is typed on a keyboard without accents; no word ends in such an apostrophe but `po'`."""
_UNUSUAL: Final = re.compile(
    r"[<&\x00-\x1f\x7f]|\s\s|[aeiouAEIOU]['`](?!\w)|[a-zA-Z][013457@$!]{1,3}[a-zA-Z]|"
    r"(?<!\w)[a-zA-Z](?:[ .\-_*|/][a-zA-Z]){3,}(?!\w)"
)
"""What makes plain ASCII need more than lower case; most of our own words are plain."""
_ENTITY_PASSES: Final = 3
"""`&amp;amp;lt;` is as deep as real mail nests entities; each pass undoes one level."""


@dataclass(frozen=True)
class NormalForm:
    """Normalised text; `starts[i]`, `ends[i]` are the offsets in the original that character i came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text behind a span of this text."""
        if start >= end:
            return (0, 0)
        return self.starts[start], self.ends[end - 1]


Letters = list[tuple[str, int, int]]
"""Characters with the span of the original each came from."""


def normalise(text: str) -> NormalForm:
    """Return the text in lower case, without accents, markup, invisible or look-alike characters; pure and total."""
    if text.isascii() and not _UNUSUAL.search(text):
        return NormalForm(text.lower(), tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    letters: Letters = [(char, index, index + 1) for index, char in enumerate(text)]
    if "<" in text or "&" in text:
        letters = _without_markup(letters)
    letters = list(_folded(letters))
    letters = _rewritten(letters, _SPACED, _join)
    letters = _rewritten(letters, _DIGIT_IN_WORD, lambda found: found.translate(DIGIT_LETTERS))
    letters = _rewritten(letters, _TYPED_ACCENT, lambda _: "")
    letters = _rewritten(letters, _SPACES, lambda _: " ")
    return NormalForm(
        "".join(char for char, _, _ in letters),
        tuple(start for _, start, _ in letters),
        tuple(end for _, _, end in letters),
    )


def is_disguised(text: str) -> bool:
    """Tell whether a text hides its letters: invisible characters, foreign look-alikes, letters spaced apart."""
    return any(_is_hidden(char) or char in _FOREIGN for char in text) or bool(_SPACED.search(text))


def visible(text: str) -> str:
    """Return the text in compatibility form without invisible characters: case, accents and markup stay."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if not _is_hidden(char))


def _without_markup(letters: Letters) -> Letters:
    letters = _rewritten(letters, _MARKUP, lambda tag: " " if _BREAKING.match(tag) else "")
    for _ in range(_ENTITY_PASSES):
        letters = _rewritten(letters, _ENTITY, html.unescape)
    return _rewritten(letters, _MARKUP, lambda tag: " " if _BREAKING.match(tag) else "")


def _folded(letters: Letters) -> Iterable[tuple[str, int, int]]:
    for char, start, end in letters:
        if char.isascii():
            if char.isprintable() or char.isspace():
                yield char.lower(), start, end
            continue
        for part in _fold(char):
            yield part, start, end


def _fold(char: str) -> str:
    """Return what one character reads as: compatibility form, no marks, look-alikes as Latin letters, lower case."""
    if _is_hidden(char):
        return ""
    parts = unicodedata.normalize("NFKD", char)
    latin = "".join(_READS_AS.get(part, part) for part in parts if unicodedata.category(part) not in _DROPPED)
    folded = unicodedata.normalize("NFKD", latin.casefold())
    return "".join(_READS_AS.get(part, part) for part in folded if unicodedata.category(part) not in _DROPPED)


def _is_hidden(char: str) -> bool:
    return char in _BLANK_LETTERS or unicodedata.category(char) in {"Cf", "Cs", "Co", "Cn"}


def _join(spaced: str) -> str:
    return spaced[0::2]


def _rewritten(letters: Letters, pattern: re.Pattern[str], change: Callable[[str], str]) -> Letters:
    """Replace every match; a replacement of another length carries the whole match's span."""
    text = "".join(char for char, _, _ in letters)
    if not pattern.search(text):
        return letters
    result: Letters = []
    done = 0
    for found in pattern.finditer(text):
        result += letters[done : found.start()]
        span = letters[found.start() : found.end()]
        result += [(char, span[0][1], span[-1][2]) for char in change(found.group())]
        done = found.end()
    return [*result, *letters[done:]]

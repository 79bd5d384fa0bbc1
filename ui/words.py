"""A lead's words as inert pieces: text to show, and marks for what the eye would not see.

Direction overrides, zero-width and control characters are how text shows one thing and says another; the desk shows
them by their number and name. Source: Unicode Standard Annexes 9 and 31, Technical Report 36.
"""

import unicodedata
from dataclasses import dataclass

HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Assigned as letters, marks or symbols, and still drawn as nothing."""
NO_BREAK_SPACES = frozenset("\u00a0\u202f")
EMOJI_JOINERS = frozenset("\u200d\ufe0f")
MAX_STACKED_MARKS = 4
"""More combining marks on one letter cover the lines around them."""


@dataclass(frozen=True)
class Piece:
    """Plain text, or one unseen character shown as `text` with its `name`.

    `is_found` says that a finding is about it; `pins` are the numbers of the findings that end with it.
    """

    text: str
    name: str = ""
    is_found: bool = False
    pins: tuple[int, ...] = ()

    @property
    def is_mark(self) -> bool:
        """Tell whether this stands for a character that has no shape of its own."""
        return bool(self.name)


def pieces(text: str, *, is_found: bool = False, shows_spaces: bool = True) -> tuple[Piece, ...]:
    """Split text into runs and marks, in order; nothing is dropped. Our own texts keep their no-break spaces."""
    found: list[Piece] = []
    run: list[str] = []
    stacked = 0
    for place, letter in enumerate(text):
        stacked = stacked + 1 if unicodedata.category(letter) == "Mn" else 0
        if stacked <= MAX_STACKED_MARKS and not _is_hidden(text, place, shows_spaces=shows_spaces):
            run.append(letter)
            continue
        if run:
            found.append(Piece("".join(run), is_found=is_found))
            run = []
        found.append(_mark(letter, is_found=is_found))
    return (*found, Piece("".join(run), is_found=is_found)) if run else tuple(found)


def _is_hidden(text: str, place: int, *, shows_spaces: bool) -> bool:
    letter = text[place]
    if letter in "\n\t ":
        return False
    if letter in EMOJI_JOINERS:
        return not (place and _is_emoji(text[place - 1]))
    category = unicodedata.category(letter)
    if category == "Zs":
        return shows_spaces or letter not in NO_BREAK_SPACES
    return category in HIDDEN_CATEGORIES or letter in BLANK_LETTERS or _selects_variant(letter)


def _is_emoji(letter: str) -> bool:
    return unicodedata.category(letter) in {"So", "Sk"} or letter == "\ufe0f"


def _selects_variant(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0e" or "\U000e0100" <= letter <= "\U000e01ef"


def _mark(letter: str, *, is_found: bool) -> Piece:
    shown = "␣" if letter in NO_BREAK_SPACES else f"U+{ord(letter):04X}"
    return Piece(shown, unicodedata.name(letter, "unnamed or control character").lower(), is_found)

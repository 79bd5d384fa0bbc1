"""A short text that a regular expression accepts, for answering a schema's patterns without a model."""

import re
from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_PREFERRED = "aeiou abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,0123456789-_'!?"
_CATEGORIES = {op.CATEGORY_DIGIT: "0", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "a"}


def sample(pattern: str) -> str:
    """Return the shortest obvious match; ValueError when it is too clever (look-behind, back references)."""
    text = "".join(_parts(parser.parse(pattern)))
    if not re.fullmatch(pattern, text):
        message = f"no sample for {pattern!r}"
        raise ValueError(message)
    return text


def _parts(tree: Any) -> Iterator[str]:
    for code, argument in tree:
        yield _part(code, argument)


def _part(code: Any, argument: Any) -> str:
    match code:
        case op.LITERAL:
            return chr(argument)
        case op.ANY:
            return "a"
        case op.NOT_LITERAL:
            return "a" if argument != ord("a") else "b"
        case op.IN:
            return _one_of(argument)
        case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
            least, _, tree = argument
            return "".join("".join(_parts(tree)) for _ in range(least))
        case op.SUBPATTERN:
            return "".join(_parts(argument[3]))
        case op.BRANCH:
            return "".join(_parts(argument[1][0]))
        case op.CATEGORY:
            return _CATEGORIES.get(argument, "-")
        case _:
            return ""


def _one_of(items: Any) -> str:
    """Return a friendly character of a set, whichever way the set is written."""
    negated = items[0][0] is op.NEGATE
    for character in _PREFERRED:
        if any(_holds(code, argument, character) for code, argument in items) is not negated:
            return character
    return _first_of(items)


def _holds(code: Any, argument: Any, character: str) -> bool:
    match code:
        case op.LITERAL:
            return ord(character) == argument
        case op.RANGE:
            return bool(argument[0] <= ord(character) <= argument[1])
        case op.CATEGORY:
            return re.fullmatch(_category_pattern(argument), character) is not None
        case _:
            return False


def _first_of(items: Any) -> str:
    code, argument = items[0]
    return chr(argument[0] if code is op.RANGE else argument)


def _category_pattern(category: Any) -> str:
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}
    _, _, name = str(category).partition("CATEGORY_")
    return "\\" + (letter[name[4:]].upper() if name.startswith("NOT_") else letter[name])

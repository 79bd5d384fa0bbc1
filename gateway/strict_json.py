"""JSON as RFC 8259 and I-JSON (RFC 7493) mean it: what two parsers could read differently is refused."""

import json
from decimal import Decimal
from typing import NoReturn, TypeAlias

from models.errors import MalformedInputError

MAX_DEPTH = 32
JsonValue: TypeAlias = "bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]


def read_object(raw: bytes) -> JsonObject:
    """Parse one JSON object in UTF-8; raises MalformedInputError, whose message quotes nothing of it.

    Refused: repeated names, NaN and Infinity, lone surrogates, more than 32 levels, anything but an object.
    Numbers keep their exact value.
    """
    try:
        value = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_unrepeated,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        _refuse("the body is not UTF-8")
    except RecursionError:
        _refuse("the body is nested too deeply")
    except ArithmeticError:
        _refuse("the body holds a number whose exponent no computer can hold")
    except ValueError:
        _refuse("the body is not JSON")
    if not isinstance(value, dict):
        _refuse("the body must be one JSON object")
    _check_depth(value)
    canonical(value)
    return value


def canonical(value: JsonValue) -> bytes:
    """Return the bytes that are equal for equal values, whatever their spacing and order; refuses lone surrogates."""
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
    except UnicodeEncodeError:
        _refuse("the body holds half of a character (a lone surrogate)")


def _unrepeated(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        _refuse("the body repeats a name within one object")
    return value


def _refuse_constant(_word: str) -> NoReturn:
    _refuse("the body holds NaN or Infinity, which JSON does not know")


def _check_depth(value: JsonValue) -> None:
    level: list[JsonValue] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    _refuse("the body is nested too deeply")


def _inside(value: JsonValue) -> list[JsonValue]:
    match value:
        case dict():
            return list(value.values())
        case list():
            return value
        case _:
            return []


def _refuse(why: str) -> NoReturn:
    raise MalformedInputError(why, hint="Send one JSON object in UTF-8.") from None

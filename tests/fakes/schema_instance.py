"""A valid instance of a JSON schema, with sensible words where the schema lets words in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.fakes.regex_sample import sample

Schema = dict[str, Any]
Words = Callable[[str], Iterable[Any]]
"""Candidates for a property of this name, best first; the first ones that its schema accepts are taken."""


@dataclass(frozen=True)
class Writer:
    """Writes instances of one schema; `words` proposes values by property name."""

    root: Schema
    words: Words

    def write(self, schema: Schema | None = None, name: str = "") -> Any:
        """Return an instance of the schema (the root by default) for a property of this name."""
        schema = self._resolved(self.root if schema is None else schema)
        for candidate in self.words(name):
            if accepts(schema, candidate):
                return candidate
        return self._plain(schema, name)

    def _plain(self, schema: Schema, name: str) -> Any:
        match schema:
            case {"const": value} | {"enum": [value, *_]}:
                return value
            case {"type": "object"} | {"properties": _}:
                return {key: self.write(part, key) for key, part in schema.get("properties", {}).items()}
            case {"type": "array"}:
                return self._array(schema, name)
            case {"type": "integer" | "number"}:
                return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
            case {"type": "boolean"}:
                return True
            case {"type": "null"}:
                return None
            case _:
                return _text(schema)

    def _array(self, schema: Schema, name: str) -> list[Any]:
        """As many items as two where that is allowed, all different where possible."""
        if "prefixItems" in schema:
            return [self.write(part, name) for part in schema["prefixItems"]]
        item = self._resolved(schema.get("items", {}))
        different = len(item.get("enum", "12")) if "const" not in item else 1
        count = max(schema.get("minItems", 0), min(2, different, schema.get("maxItems", 2)))
        values = [*islice((value for value in self.words(name) if accepts(item, value)), count)]
        values += item.get("enum", [])[len(values) : count]
        return values[:count] + [self._plain(item, name) for _ in range(count - len(values))]

    def _resolved(self, schema: Schema) -> Schema:
        """Follow $ref, and the first way out of anyOf, oneOf and allOf."""
        match schema:
            case {"$ref": str(ref)}:
                target: Any = self.root
                for step in ref.removeprefix("#/").split("/"):
                    target = target[step]
                return self._resolved(target)
            case {"anyOf": [first, *_]} | {"oneOf": [first, *_]} | {"allOf": [first, *_]}:
                return self._resolved(first)
            case _:
                return schema


def accepts(schema: Schema, value: Any) -> bool:
    """Tell whether a text or a number is an instance; anything else is not judged here and refused."""
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    match schema.get("type"), value:
        case "string", str():
            return _fits(schema, value)
        case "integer" | "number", int() | float():
            return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
        case _:
            return False


def _fits(schema: Schema, text: str) -> bool:
    long_enough = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return long_enough and re.search(schema.get("pattern", ""), text) is not None


def _text(schema: Schema) -> str:
    text = sample(schema["pattern"]) if "pattern" in schema else ""
    return text + "a" * (schema.get("minLength", 0) - len(text))

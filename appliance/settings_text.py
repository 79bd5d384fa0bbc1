"""Writes the settings' documents from the settings themselves, so that neither can lag behind."""

from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from appliance.settings import Settings, variable

UNSET = "unset"
HIDDEN = "hidden"

PAGE_HEAD = """\
# Settings

Leadkeep reads environment variables and, beside them, the file `.env` in the directory where it is started; the
environment wins. In a container a secret can also be a file in `/run/secrets`, named like its variable in small
letters. A wrong value stops the start with a sentence that names the setting. `leadkeep settings` shows what is in
force; `leadkeep doctor` checks that each configured part can be reached.

This page is made by `leadkeep settings --as markdown`.
"""
ENV_HEAD = """\
# Leadkeep's settings. Copy this file to .env and change what you need: a line that stays commented keeps its default.
# Made by `leadkeep settings --as env`; docs/operators/settings.md is the same as a page.
"""


def page() -> str:
    """Return `docs/operators/settings.md`."""
    parts = [PAGE_HEAD]
    for section, fields in _sections():
        rows = [f"| `{variable(name)}` | {_default(field)} | {field.description} |" for name, field in fields]
        parts.append("\n".join([f"## {section}\n", "| setting | default | meaning |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def environment_file() -> str:
    """Return `.env.example`."""
    lines = [ENV_HEAD]
    for section, fields in _sections():
        lines.append(f"# ---- {section} ----\n")
        for name, field in fields:
            default = "" if field.default is None else _plain(field.default)
            lines += [*_comment(field.description or ""), f"#{variable(name)}={default}\n"]
    return "\n".join(lines)


def shown_value(value: Any) -> str:  # noqa: ANN401 - a setting can be of any type
    """Return a value as it may be shown on a screen."""
    if value is None:
        return UNSET
    return HIDDEN if isinstance(value, SecretStr) else _plain(value)


def _sections() -> list[tuple[str, list[tuple[str, FieldInfo]]]]:
    fields = Settings.model_fields.items()
    return [(section, list(group)) for section, group in groupby(fields, key=lambda item: _section(item[1]))]


def _section(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra["section"]) if isinstance(extra, dict) else ""


def _default(field: FieldInfo) -> str:
    return UNSET if field.default is None else f"`{_plain(field.default)}`"


def _plain(value: Any) -> str:  # noqa: ANN401 - a setting can be of any type
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.as_posix() if isinstance(value, Path) else str(value)


def _comment(text: str) -> list[str]:
    """Break a description into comment lines of at most 110 characters."""
    lines, line = [], "#"
    for word in text.split():
        if len(line) + 1 + len(word) > 110:
            lines.append(line)
            line = "#"
        line += f" {word}"
    return [*lines, line]

"""`compose.gpu.yaml` as Docker Compose reads it: variables filled in, anchors merged."""

import re
from pathlib import Path
from typing import Any

import yaml

VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")
ONE_SHOT = frozenset({"migrate"})
PUBLISHED = frozenset({"gateway"})

Service = dict[str, Any]


def load(path: Path, environment: dict[str, str]) -> dict[str, Any]:
    """Interpolate the scalars first, then parse; Compose also casts them to what the schema asks for."""
    text = path.read_text(encoding="utf-8")
    loaded = yaml.safe_load(VARIABLE.sub(lambda found: _value(found, environment), text))
    return dict(loaded)


def variables(path: Path) -> dict[str, bool]:
    """Each variable of the file and whether it must be set."""
    found = VARIABLE.finditer(path.read_text(encoding="utf-8"))
    return {match["name"]: match["kind"] == "?" for match in found}


def _value(found: re.Match[str], environment: dict[str, str]) -> str:
    default = found["rest"] or "" if found["kind"] == "-" else ""
    return environment.get(found["name"], default)

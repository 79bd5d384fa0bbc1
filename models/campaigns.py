"""Reads a campaign's policy from its TOML files: parsed once, checked as a whole, versioned by their bytes.

Every error is a `PolicyError` of one sentence that names the file and the field, for whoever edits these files.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from models.campaign_checks import faults
from models.errors import PolicyError
from models.policy import Campaign, Claim, Disclosure, DripSegment, Fact

Value = TypeVar("Value", bound=BaseModel)
MAIN_FILE: Final = "campaign.toml"
LISTS: Final[dict[str, tuple[str, type[BaseModel], str]]] = {
    "facts.toml": ("fact", Fact, "facts"),
    "claims.toml": ("claim", Claim, "claims"),
    "disclosures.toml": ("disclosure", Disclosure, "disclosures"),
    "drip.toml": ("segment", DripSegment, "drip"),
}
"""File, the name of its tables, the type of each, and the campaign's field."""


def load_campaigns(root: Path) -> dict[str, Campaign]:
    """Return every campaign below `root` by slug, sorted; raise PolicyError when one is wrong or none is there."""
    folders = sorted(folder for folder in root.iterdir() if (folder / MAIN_FILE).is_file()) if root.is_dir() else []
    if not folders:
        raise _wrong(root.name, MAIN_FILE, "no folder holds this file")
    return {folder.name: load_campaign(folder) for folder in folders}


def load_campaign(directory: Path) -> Campaign:
    """Return the campaign of this folder, every cross-reference checked; raise PolicyError naming file and field."""
    files = _toml_files(directory)
    parsed = {name: _parse(directory.name, name, content) for name, content in files.items()}
    fields: dict[str, Any] = dict(parsed[MAIN_FILE])
    for name, (table, kind, field) in LISTS.items():
        fields[field] = tuple(_items(directory.name, name, parsed[name], table, kind))
    fields["digest"] = digest_of(files)
    campaign = _validated(Campaign, fields, directory.name, MAIN_FILE)
    _raise_first_fault(campaign, directory.name)
    return campaign


def digest_of(files: dict[str, bytes]) -> str:
    """Return the SHA-256 (hex) over sorted names and bytes; lengths keep one file's end apart from the next's start."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _toml_files(directory: Path) -> dict[str, bytes]:
    known = {MAIN_FILE, *LISTS}
    present = {path.name for path in directory.glob("*.toml")} if directory.is_dir() else set()
    for name in sorted(known ^ present):
        what = "is missing" if name in known else f"is none of {', '.join(sorted(known))}"
        raise _wrong(directory.name, name, f"this file {what}")
    return {name: (directory / name).read_bytes() for name in sorted(known)}


def _parse(folder: str, name: str, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise _wrong(folder, name, "not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise _wrong(folder, name, f"not valid TOML: {error}") from None


def _items(folder: str, name: str, parsed: dict[str, Any], table: str, kind: type[BaseModel]) -> Iterator[BaseModel]:
    for key in sorted(set(parsed) - {table}):
        raise _wrong(folder, name, f"{key}: only [[{table}]] tables belong here")
    for index, fields in enumerate(parsed.get(table, []), 1):
        label = fields.get("id") or f"number {index}"
        yield _validated(kind, _exact(fields), folder, f"{name}: {table} {label}")


def _exact(fields: dict[str, Any]) -> dict[str, Any]:
    """Make a whole number a Decimal: as an int it could also be read as a date."""
    value = fields.get("value")
    return {**fields, "value": Decimal(value)} if isinstance(value, int) and not isinstance(value, bool) else fields


def _validated(kind: type[Value], fields: dict[str, Any], folder: str, file: str) -> Value:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise _wrong(folder, file, f"{field}: {first['msg']}") from None


def _raise_first_fault(campaign: Campaign, folder: str) -> None:
    for file, fault in faults(campaign, folder):
        raise _wrong(folder, file, fault)


def _wrong(folder: str, file: str, sentence: str) -> PolicyError:
    return PolicyError(f"{folder}/{file}: {sentence}", hint="Correct this file of the campaign and start again.")

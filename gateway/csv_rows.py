"""Leads from a file: each row goes the way of a web form's submission, and is stored once however often it is read."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.fields import parse_fields
from gateway.parsed import Delivery
from gateway.strict_json import JsonObject, canonical
from models.errors import InvalidInputError

SOURCE = "csv"
CONTENT_TYPE = "text/csv"
DELIMITERS = ",;\t|"
HINT = "Save it as CSV in UTF-8 with the field names in its first line, one of them email."


@dataclass(frozen=True)
class CsvRow:
    """One row: the line of the file on which it ends, and its cells by field name; or why it cannot be read."""

    line: int
    fields: JsonObject
    problem: str = ""

    def delivery(self) -> Delivery:
        """Return the row as a source's delivery."""
        body = canonical(self.fields)
        own_id = self.fields.get("submission_id")
        return Delivery(
            raw=body,
            content_type=CONTENT_TYPE,
            external_id=str(own_id) if own_id else "",
            canonical=body,
            outcome=parse_fields(self.fields),
        )


def read_rows(path: Path) -> list[CsvRow]:
    """Read the whole file; raises InvalidInputError, naming the line, when it is no CSV in UTF-8 with a heading."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message = f"Line {line} of the file is not in UTF-8."
        raise InvalidInputError(message, hint=HINT) from None
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        raise InvalidInputError(message, hint="Check its name and who may read it.") from None
    if not text.strip() or "\0" in text:
        message = "The file is empty or no text."
        raise InvalidInputError(message, hint=HINT)
    return list(_rows(text))


def _rows(text: str) -> Iterator[CsvRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.partition("\n")[0]))
    try:
        heading = [name.strip() for name in next(reader)]
        _check_heading(heading)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(reader.line_num, heading, cells)
    except csv.Error:
        message = f"Line {reader.line_num} of the file is no CSV."
        raise InvalidInputError(message, hint=HINT) from None


def _row(line: int, heading: list[str], cells: list[str]) -> CsvRow:
    if len(cells) > len(heading):
        return CsvRow(line, {}, f"it has {len(cells)} cells and the heading has {len(heading)}")
    return CsvRow(line, {name: cell for name, cell in zip(heading, cells, strict=False) if name and cell.strip()})


def _delimiter(first_line: str) -> str:
    return max(DELIMITERS, key=first_line.count)


def _check_heading(heading: list[str]) -> None:
    if len(set(heading)) != len(heading):
        message = "The first line of the file names a field twice."
        raise InvalidInputError(message, hint=HINT)

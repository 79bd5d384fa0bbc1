"""Files of leads as people make them: other delimiters, marks at the start, broken rows."""

from pathlib import Path

import pytest

from gateway.csv_rows import read_rows
from gateway.parsed import ParsedLead, Refusal
from models.errors import InvalidInputError


def _file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_heading(tmp_path: Path, delimiter: str) -> None:
    lines = [delimiter.join(cells) for cells in (("Email", "Nome"), ("a@example.org", "Zoë"))]
    (row,) = read_rows(_file(tmp_path, "\r\n".join(lines).encode("utf-8-sig")))
    assert row.fields == {"Email": "a@example.org", "Nome": "Zoë"}


def test_a_row_goes_the_way_of_a_web_form(tmp_path: Path) -> None:
    content = b'email,message,budget\na@example.org,"two\nlines, one cell",300000\nnobody,,\n'
    good, bad = read_rows(_file(tmp_path, content))
    lead = good.delivery().outcome
    assert isinstance(lead, ParsedLead)
    assert (lead.message, lead.answers) == ("two\nlines, one cell", {"budget": "300000"})
    assert bad.delivery().outcome is Refusal.EMAIL_INVALID
    assert (good.line, bad.line) == (3, 4)


def test_empty_lines_are_no_rows_and_long_rows_say_so(tmp_path: Path) -> None:
    short, long = read_rows(_file(tmp_path, b"email,name\n\n , \na@example.org\na@example.org,b,c\n"))
    assert (short.fields, short.problem) == ({"email": "a@example.org"}, "")
    assert long.problem == "it has 3 cells and the heading has 2"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x00\x01", "no text"),
        ("email\na@example.org\nZoë".encode("latin-1"), "Line 3"),
        (b"email,email\n", "twice"),
        (b'email\n"' + b"x" * 200_000, "Line 2"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read_rows(_file(tmp_path, content))


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_rows(tmp_path / "none.csv")

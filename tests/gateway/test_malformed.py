"""Bodies that are not what they say: each is 400, and leaves no row."""

from decimal import Decimal

import httpx
import pytest

from gateway.strict_json import canonical, read_object
from models.database import Database
from models.errors import MalformedInputError
from models.tables.intake import InboundEvent
from tests.gateway.rows import count

MALFORMED = {
    "empty": b"",
    "space": b"   ",
    "cut": b'{"email": "a@example.org"',
    "array": b"[1, 2]",
    "string": b'"a@example.org"',
    "null": b"null",
    "two values": b"{} {}",
    "trailing comma": b'{"email": "a@example.org",}',
    "single quotes": b"{'email': 'a@example.org'}",
    "comment": b'{"email": "a@example.org"} // hi',
    "repeated name": b'{"email": "a@example.org", "email": "b@example.org"}',
    "repeated name inside": b'{"a": {"b": 1, "b": 2}}',
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "control character": b'{"a": "\x07"}',
    "half a character": b'{"a": "\\ud800"}',
    "half a name": b'{"\\udfff": 1}',
    "latin-1": '{"name": "Zoë"}'.encode("latin-1"),
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "overlong": b'{"a": "\xc0\xaf"}',
    "deep objects": b'{"a":' * 40 + b"1" + b"}" * 40,
    "deep arrays": b'{"a":' + b"[" * 9_000 + b"]" * 9_000 + b"}",
    "endless exponent": b'{"a": 1e9999999999999999999999}',
    "endless digits": b'{"a": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_json_is_400_and_leaves_no_row(
    sender: httpx.AsyncClient, database: Database, body: bytes
) -> None:
    answer = await sender.post("/webhooks/web-form", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["hint"] != ""
    assert await count(database, InboundEvent) == 0


@pytest.mark.parametrize("body", [b"", b"no pairs", b"email=%ff", b"email=\xc3\xa9", b"&".join([b"a=1"] * 300)])
async def test_malformed_form_is_400_and_leaves_no_row(
    sender: httpx.AsyncClient, database: Database, body: bytes
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await sender.post("/webhooks/web-form", content=body, headers=headers)).status_code == 400
    assert await count(database, InboundEvent) == 0


def test_numbers_keep_their_exact_value() -> None:
    body = b'{"big": 123456789012345678901234567890, "fine": 0.10, "huge": 1e999}'
    assert read_object(body) == {
        "big": 123456789012345678901234567890,
        "fine": Decimal("0.10"),
        "huge": Decimal("1e999"),
    }


def test_a_byte_order_mark_is_no_part_of_the_object() -> None:
    assert read_object(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_thirty_two_levels_are_read_and_one_more_is_not() -> None:
    assert read_object(b'{"a":' * 31 + b"1" + b"}" * 31)
    with pytest.raises(MalformedInputError, match="deeply"):
        read_object(b'{"a":' * 33 + b"1" + b"}" * 33)


def test_canonical_bytes_do_not_depend_on_order_or_spacing() -> None:
    assert canonical(read_object(b'{"b": 1, "a": [true, null]}')) == canonical(read_object(b'{ "a":[true,null],"b":1}'))


def test_an_error_never_quotes_the_body() -> None:
    with pytest.raises(MalformedInputError) as caught:
        read_object(b'{"secret": "marco@example.org"')
    assert "marco" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__

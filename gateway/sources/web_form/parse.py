"""What it says: one JSON object, or a form as browsers encode it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from gateway.content_type import media_type
from gateway.fields import parse_fields
from gateway.parsed import Delivery
from gateway.problems import WrongTypeError
from gateway.strict_json import JsonObject, canonical, read_object
from models.errors import MalformedInputError

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MAX_FORM_FIELDS: Final = 200


def parse(headers: Mapping[str, str], raw: bytes) -> Delivery:
    """Read a delivery; raises WrongTypeError and MalformedInputError. Its own id is a field, or else a header."""
    content_type = media_type(headers.get("content-type", ""))
    fields = _fields(content_type, raw)
    own_id = fields.get("submission_id") or headers.get("idempotency-key", "")
    return Delivery(
        raw=raw,
        content_type=content_type,
        external_id=own_id if isinstance(own_id, str) else str(own_id),
        canonical=canonical(fields),
        outcome=parse_fields(fields),
    )


def _fields(content_type: str, raw: bytes) -> JsonObject:
    match content_type:
        case "application/json":
            return read_object(raw)
        case "application/x-www-form-urlencoded":
            return _form(raw)
        case _:
            message = "the content type is neither JSON nor a form in UTF-8"
            raise WrongTypeError(message, hint=f"Send `Content-Type: {JSON}` or `{FORM}`.")


def _form(raw: bytes) -> JsonObject:
    try:
        pairs = parse_qsl(raw.decode("ascii"), encoding="utf-8", errors="strict", max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        message = "the body is not a form in UTF-8 with at most 200 fields"
        raise MalformedInputError(message, hint="Encode it as browsers do.") from None
    fields: JsonObject = {}
    for name, value in pairs:
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    if not fields:
        message = "the form is empty"
        raise MalformedInputError(message, hint="Send at least the field email.")
    return fields

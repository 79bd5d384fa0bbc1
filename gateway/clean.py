"""A lead's words made safe to work with: one normal form, nothing invisible, no more than a person would write.

The original stays sealed as it arrived; everything after the gateway sees only what comes out of here.
"""

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

MAX_NAME = 100
MAX_MESSAGE = 10_000
MAX_ANSWER = 2_000
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Unicode categories: control, format (zero width, direction, tags), surrogate, private use."""
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def clean_text(text: str, *, limit: int = MAX_MESSAGE) -> str:
    """Return the text in NFC, with plain line ends, without control and invisible characters, cut at `limit`."""
    lines = _LINE_ENDS.sub("\n", text[: limit * 4])
    kept = "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in _DROPPED)
    return unicodedata.normalize("NFC", kept).strip()[:limit].rstrip()


def clean_line(text: str, *, limit: int = MAX_NAME) -> str:
    """Return the text on one line, every run of white space one space."""
    return " ".join(clean_text(text, limit=limit).split())


def email_address(text: str) -> str | None:
    """Return the address in lower case with its domain in ASCII, None when no mail can be sent to it (RFC 5321).

    The domain is not looked up: nothing leaves the house.
    """
    try:
        checked = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        return None
    return checked.ascii_email.lower() if checked.ascii_email else None


def phone_number(text: str, country: str) -> str:
    """Return the number in E.164, empty when it is none; `country` (ISO 3166, or empty) is for national notation."""
    international = re.sub(r"^\s*00", "+", text[:50])
    try:
        number = phonenumbers.parse(international, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

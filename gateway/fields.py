"""From a form's fields to a lead: the names that forms use for the same thing, in English and Italian."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from gateway.clean import MAX_ANSWER, clean_line, clean_text, email_address, phone_number
from gateway.parsed import GivenConsent, ParsedLead, Refusal
from gateway.strict_json import JsonValue, canonical
from models.lead import Contact
from models.policy import Language

MAX_ANSWERS = 50
NAMES = {
    "email": ("email", "e_mail", "email_address", "mail", "posta_elettronica"),
    "first_name": ("first_name", "firstname", "given_name", "nome"),
    "last_name": ("last_name", "lastname", "surname", "family_name", "cognome"),
    "name": ("name", "full_name", "fullname", "nome_e_cognome"),
    "phone": ("phone", "phone_number", "telephone", "mobile", "tel", "telefono", "cellulare"),
    "message": ("message", "comments", "enquiry", "messaggio", "richiesta"),
    "language": ("language", "lang", "locale", "lingua"),
    "country": ("country", "country_code", "paese"),
    "consent": ("consent", "consent_text", "consenso"),
    "consent_at": ("consent_at", "consent_given_at"),
    "submission_id": ("submission_id",),
}
MEANING = {spelling: meaning for meaning, spellings in NAMES.items() for spelling in spellings}


def parse_fields(fields: Mapping[str, JsonValue]) -> ParsedLead | Refusal:
    """Return the lead that these fields describe, or why they describe none; fields of other names become answers."""
    known, answers = _sorted_out(fields)
    email = known.get("email", "").strip()
    if not email:
        return Refusal.EMAIL_MISSING
    address = email_address(email)
    if address is None:
        return Refusal.EMAIL_INVALID
    country = _country(known.get("country", ""))
    typed = known.get("phone", "")
    phone = phone_number(typed, country)
    if typed and not phone:
        answers["phone"] = clean_line(typed, limit=50)
    consent = _consent(known)
    if consent is None and known.get("consent"):
        answers["consent"] = clean_line(known["consent"], limit=50)  # a refusal is for whoever reads the lead
    first, last = _names(known)
    return ParsedLead(
        contact=Contact(email=address, first_name=first, last_name=last, phone=phone),
        message=clean_text(known.get("message", "")),
        answers=answers,
        language=_language(known.get("language", "")),
        country=country,
        consent=consent,
    )


def _sorted_out(fields: Mapping[str, JsonValue]) -> tuple[dict[str, str], dict[str, str]]:
    """Part the fields that mean something to us (the first of a meaning wins) from the form's own questions."""
    known: dict[str, str] = {}
    answers: dict[str, str] = {}
    for name, value in _flat(fields):
        text = _as_text(value)
        meaning = MEANING.get(re.sub(r"[\s\-]+", "_", name.strip().lower()))
        if meaning and text and meaning not in known:
            known[meaning] = text
        elif not meaning and text and len(answers) < MAX_ANSWERS:
            answers[clean_line(name)] = clean_text(text, limit=MAX_ANSWER)
    return known, answers


def _flat(fields: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    """Take one level of objects apart: `answers` holds the form's own questions, `consent.text` is `consent_text`.

    What stands in no object comes first, so that nothing within `answers` can take its place.
    """
    yield from ((name, value) for name, value in fields.items() if not isinstance(value, dict))
    for name, value in fields.items():
        if isinstance(value, dict):
            prefix = "" if name.strip().lower() == "answers" else f"{name}_"
            yield from ((f"{prefix}{inner}", item) for inner, item in value.items())


def _as_text(value: JsonValue) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case list() if not any(isinstance(item, list | dict) for item in value):
            return ", ".join(_as_text(item) for item in value)
        case list() | dict():
            return canonical(value).decode()
        case _:
            return str(value)


def _names(known: Mapping[str, str]) -> tuple[str, str]:
    """Return first and last name; a whole name is parted at its first space."""
    first, last = clean_line(known.get("first_name", "")), clean_line(known.get("last_name", ""))
    if first or last:
        return first, last
    whole = clean_line(known.get("name", ""))
    first, _, last = whole.partition(" ")
    return first, last


def _language(text: str) -> Language | None:
    """Read `it`, `it-IT` or `Italiano`; None for a language that is not answered."""
    code = text.strip().lower()[:2]
    return Language(code) if code in set(Language) else None


def _country(text: str) -> str:
    code = text.strip().upper()
    return code if re.fullmatch("[A-Z]{2}", code) else ""


def _consent(known: Mapping[str, str]) -> GivenConsent | None:
    text = clean_text(known.get("consent", ""), limit=MAX_ANSWER)
    if not text or text.lower() in {"no", "false", "0"}:
        return None
    return GivenConsent(text, _moment(known.get("consent_at", "")))


def _moment(text: str) -> datetime | None:
    """Read a time with its offset (RFC 3339); None when it has none, for then it is not known."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None

"""From a form's fields to a lead: names of fields, cleaning, phones, languages, consent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clean import MAX_MESSAGE, clean_line, clean_text, email_address, phone_number
from gateway.content_type import media_type
from gateway.fields import MAX_ANSWERS, parse_fields
from gateway.language import DetectLanguage, choose_language
from gateway.parsed import ParsedLead, Refusal
from models.policy import Language
from tests.samples import sample_campaign


def _parsed(**fields: object) -> ParsedLead:
    lead = parse_fields({"email": "a@example.org", **fields})  # type: ignore[arg-type]
    assert isinstance(lead, ParsedLead)
    return lead


@pytest.mark.parametrize("name", ["email", "E-Mail", "EMAIL ADDRESS", "e_mail", " mail "])
def test_the_address_is_found_under_its_usual_names(name: str) -> None:
    assert isinstance(parse_fields({name: "a@example.org"}), ParsedLead)


def test_the_first_of_several_names_for_the_same_counts() -> None:
    assert _parsed(nome="Anna", first_name="Marta").contact.first_name == "Anna"


def test_what_is_no_field_of_ours_becomes_an_answer_as_text() -> None:
    answers = _parsed(budget=300000, pets=["cat", "dog"], first=True, home={"class": "A"}, empty=None).answers
    assert answers == {"budget": "300000", "pets": "cat, dog", "first": "yes", "home_class": "A"}


def test_one_level_of_objects_is_taken_apart() -> None:
    consent = {"text": "I agree.", "given_at": "2026-11-20T09:00:00Z"}
    lead = _parsed(answers={"timeline": "soon", "home": {"class": "A"}}, consent=consent)
    assert lead.answers == {"timeline": "soon", "home": '{"class":"A"}'}
    assert lead.consent is not None
    assert (lead.consent.text, lead.consent.given_at is None) == ("I agree.", False)


def test_a_flood_of_answers_is_cut() -> None:
    lead = _parsed(**{f"q{number}": "x" * 5_000 for number in range(500)})
    assert len(lead.answers) == MAX_ANSWERS
    assert max(map(len, lead.answers.values())) == 2_000


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        ("+39 06 6988 3145", "", "+390669883145"),
        ("0039 06 6988 3145", "", "+390669883145"),
        ("06 6988 3145", "IT", "+390669883145"),
        ("06 6988 3145", "", ""),
        ("06 6988 3145", "XX", ""),
        ("call me", "IT", ""),
        ("+1", "", ""),
        ("9" * 500, "IT", ""),
    ],
)
def test_phones_are_e164_or_nothing(typed: str, country: str, expected: str) -> None:
    assert phone_number(typed, country) == expected


def test_a_phone_that_is_none_is_kept_as_typed_among_the_answers() -> None:
    assert _parsed(phone="ask my wife").answers == {"phone": "ask my wife"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Marco@Example.ORG ", "marco@example.org"),
        ("marco@münchen.example.org", "marco@xn--mnchen-3ya.example.org"),
        ("märco@example.org", None),
        ("a@b", None),
        ("a b@example.org", None),
        ("a@example.org\r\nBcc: b@example.org", None),
        ("Marco <marco@example.org>", None),
        ("a@[127.0.0.1]", None),
        ("a" * 65 + "@example.org", None),
        ("", None),
    ],
)
def test_addresses_are_those_that_mail_can_be_sent_to(typed: str, expected: str | None) -> None:
    assert email_address(typed) == expected


def test_an_address_that_is_none_is_refused_by_reason() -> None:
    assert parse_fields({"email": "nobody"}) is Refusal.EMAIL_INVALID
    assert parse_fields({"name": "Marco"}) is Refusal.EMAIL_MISSING


def test_invisible_and_control_characters_do_not_survive() -> None:
    assert clean_text("a\u200b\u202e\U000e0041b\x00\x1b[31m\r\nc\u2028d") == "ab[31m\nc\nd"
    assert clean_line("  Anna\t\nMaria \u00a0 Rossi ") == "Anna Maria Rossi"
    assert clean_text("e\u0301") == "\u00e9"


@given(st.text(max_size=300))
def test_cleaning_is_idempotent_and_never_longer_than_the_limit(text: str) -> None:
    cleaned = clean_text(text, limit=100)
    assert clean_text(cleaned, limit=100) == cleaned
    assert len(cleaned) <= 100


def test_a_message_is_cut_at_its_limit() -> None:
    assert len(_parsed(message="m" * 100_000).message) == MAX_MESSAGE


def test_a_whole_name_is_parted_at_its_first_space() -> None:
    contact = _parsed(name=" Anna  Maria Rossi ").contact
    assert (contact.first_name, contact.last_name) == ("Anna", "Maria Rossi")


@pytest.mark.parametrize(("value", "seen"), [(False, "no"), ("no", "no"), ("0", "0"), ("", "")])
def test_a_refused_consent_is_none_and_a_reviewer_sees_the_refusal(value: object, seen: str) -> None:
    parsed = _parsed(consent=value)
    assert parsed.consent is None
    assert parsed.answers.get("consent", "") == seen


def test_a_consent_without_an_offset_has_no_time() -> None:
    given_at = _parsed(consent="I agree", consent_at="2026-11-23T10:00:00").consent
    assert given_at is not None
    assert given_at.given_at is None


def test_the_form_knows_the_language_best(detect: DetectLanguage) -> None:
    italian = "Vorrei un mutuo per una casa in classe A a Torino."
    assert choose_language(Language.EN, italian, sample_campaign(), detect) == Language.EN
    assert choose_language(None, italian, sample_campaign(), detect) == Language.IT


@pytest.mark.parametrize("message", ["", "ok", "Ich möchte bitte eine Hypothek für mein Haus in München."])
def test_without_a_language_of_ours_the_campaign_decides(detect: DetectLanguage, message: str) -> None:
    campaign = sample_campaign(default_language=Language.IT)
    assert choose_language(None, message, campaign, detect) in (Language.IT, Language.EN)
    assert choose_language(None, "", campaign, detect) == Language.IT


def test_a_language_that_the_campaign_does_not_speak_is_not_chosen(detect: DetectLanguage) -> None:
    campaign = sample_campaign(languages=(Language.EN,))
    assert choose_language(Language.IT, "Vorrei un mutuo per la casa nuova", campaign, detect) == Language.EN


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=UTF-8", "application/json"),
        ("application/json; charset=latin-1", ""),
        ("", ""),
    ],
)
def test_media_types_are_those_of_text_in_utf8(header: str, expected: str) -> None:
    assert media_type(header) == expected

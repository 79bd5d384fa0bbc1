"""Rendered mail: deterministic, one recipient, nothing a lead writes becomes a header."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import UUID

from models.draft import DraftContent, Origin, Segment
from models.lead import Contact
from models.mail import Mail, compose
from models.policy import Language
from tests.samples import sample_campaign

SLOT = (UUID(int=7), 0)
WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CONTENT = DraftContent(
    language=Language.IT,
    subject="Il Suo mutuo è più vicino",
    subject_origin=Origin.MODEL,
    body=(Segment(origin=Origin.MODEL, text="Gentile Marco,\n.una riga col punto"),),
    footer=(Segment(origin=Origin.SENDER, text="Città, 1.234,56 €"),),
)


def rendered(contact: Contact) -> Mail:
    url = "https://leads.example.com/unsubscribe/7/abc"
    return compose(CONTENT, sample_campaign().sender, contact, slot=SLOT, date=WHEN, unsubscribe_url=url)


def test_the_same_slot_gives_the_same_bytes_and_message_id() -> None:
    contact = Contact(email="marco@example.org", first_name="Marco")
    assert rendered(contact) == rendered(contact)
    assert rendered(contact).message_id.startswith(f"<{SLOT[0]}.0@")


def test_every_line_ends_as_smtp_wants_and_the_text_survives() -> None:
    mail = rendered(Contact(email="marco@example.org", first_name="Marco"))
    assert b"\n" not in mail.message.replace(b"\r\n", b"")
    parsed = message_from_bytes(mail.message, policy=policy.default)
    assert parsed["Subject"] == CONTENT.subject
    assert parsed.get_content().replace("\r\n", "\n") == CONTENT.text
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_hostile_name_adds_no_header_and_no_recipient() -> None:
    hostile = Contact(email="marco@example.org", first_name="Eve\r\nBcc: all@example.org", last_name='",<x@y.z>')
    parsed = message_from_bytes(rendered(hostile).message, policy=policy.default)
    assert parsed["Bcc"] is None
    assert [address.addr_spec for address in parsed["To"].addresses] == ["marco@example.org"]

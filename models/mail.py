"""The exact bytes of a mail, rendered once, at approval; what is hashed there is what leaves.

Built with `EmailMessage` only: no header can be injected. RFC 5322; list headers RFC 2369 and RFC 8058.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID

from models.draft import DraftContent
from models.lead import Contact
from models.policy import Sender

POLICY = SMTP.clone(max_line_length=200)


@dataclass(frozen=True)
class Mail:
    """A rendered message: CRLF bytes, their SHA-256 (hex), and the deterministic Message-ID."""

    message: bytes
    sha256: str
    message_id: str


def compose(
    content: DraftContent,
    sender: Sender,
    recipient: Contact,
    *,
    slot: tuple[UUID, int],
    date: datetime,
    unsubscribe_url: str,
) -> Mail:
    """Render a draft for its one recipient; `slot` is (lead id, step), the same slot gives the same Message-ID."""
    message_id = f"<{slot[0]}.{slot[1]}@{sender.email.rpartition('@')[2]}>"
    message = EmailMessage(policy=POLICY)
    message["Subject"] = content.subject
    message["From"] = _address(sender.name, sender.email)
    message["To"] = _address(f"{recipient.first_name} {recipient.last_name}".strip(), recipient.email)
    message["Reply-To"] = _address(sender.name, sender.reply_to)
    message["Date"] = date
    message["Message-ID"] = message_id
    message["Content-Language"] = content.language
    message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(content.text, charset="utf-8", cte="quoted-printable")
    rendered = message.as_bytes()
    return Mail(rendered, hashlib.sha256(rendered).hexdigest(), message_id)


def _address(name: str, email: str) -> Address:
    printable = "".join(letter for letter in name if letter.isprintable())
    return Address(display_name=printable[:80], addr_spec=email)

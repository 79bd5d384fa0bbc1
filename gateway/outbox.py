"""The mails that the local sink kept, read for the desk's outbox; only there is while no SMTP server is configured."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from ui.parts import KeptMail

MAIL_ID = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f-]{36}")


@dataclass(frozen=True)
class SinkOutbox:
    """A directory of `<id>.eml` with `<id>.json` beside it, as `leadkeep run`'s mail sink writes them."""

    directory: Path

    async def mails(self, *, limit: int) -> Sequence[KeptMail]:
        """Return the newest mails, without their texts."""
        return await asyncio.to_thread(self._newest, limit)

    async def mail(self, mail_id: str) -> KeptMail | None:
        """Return one whole mail; None when there is none by this id."""
        if not MAIL_ID.fullmatch(mail_id):
            return None
        return await asyncio.to_thread(self._whole, mail_id)

    def _newest(self, limit: int) -> list[KeptMail]:
        names = sorted((path.stem for path in self.directory.glob("*.eml")), reverse=True)
        found = (self._whole(name) for name in names[:limit] if MAIL_ID.fullmatch(name))
        return [replace(mail, text="", headers=()) for mail in found if mail is not None]

    def _whole(self, mail_id: str) -> KeptMail | None:
        try:
            content = (self.directory / f"{mail_id}.eml").read_bytes()
            envelope = json.loads((self.directory / f"{mail_id}.json").read_bytes())
        except FileNotFoundError:
            return None
        message = message_from_bytes(content, _class=EmailMessage, policy=default)
        return KeptMail(
            id=mail_id,
            received_at=_moment(mail_id),
            sender=str(envelope["mail_from"]),
            recipients=tuple(envelope["rcpt_tos"]),
            subject=str(message["subject"] or ""),
            size_bytes=len(content),
            text=_text(message),
            headers=tuple((name, str(value)) for name, value in message.items()),
        )


def _moment(mail_id: str) -> datetime:
    stamp = mail_id.partition("-")[0]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""

"""One try to deliver a mail, as the SMTP tests make it."""

from worker.mail_server import MailServer, SmtpTimeouts
from worker.smtp import SmtpReply, deliver

SENDER = "advisor@green-bank.example"
LEAD = "marco@example.it"
MESSAGE = b"Subject: Your enquiry\r\n\r\nDear Marco,\r\n.hidden dot\r\n..\r\n.\r\nKind regards\r\n"
PATIENT = SmtpTimeouts(connect_s=60, command_s=60, data_s=60)
"""Fake and client share a process on a busy machine; a test of a silent server brings its own limit."""


class Slot:
    """The send slot: whether and how often it was committed."""

    def __init__(self) -> None:
        self.commits = 0

    async def commit(self) -> None:
        self.commits += 1


async def send(mail_server: MailServer, slot: Slot, recipient: str = LEAD, message: bytes = MESSAGE) -> SmtpReply:
    return await deliver(mail_server, SENDER, recipient, message=message, before_data=slot.commit)

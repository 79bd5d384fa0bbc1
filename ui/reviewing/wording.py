"""What the review desk says after an act, and what it asks of a reviewer's own text."""

from uuid import UUID

from models.queries.journey import ReviewAction
from ui.lead_lines import lead_url
from ui.pages import Notice

MAX_SUBJECT = 200
MAX_BODY = 10_000
MAX_NOTE = 1_000
DONE = {
    ReviewAction.APPROVE: "Approved: the mail is on its way.",
    ReviewAction.REJECT: "Rejected: nothing is sent.",
}


def notice(done: str, lead: str) -> Notice | None:
    """Say what became of the act before; None when the address names none."""
    try:
        return Notice(DONE[ReviewAction(done)], lead_url(UUID(lead)))
    except (ValueError, KeyError):
        return None


def problem_with_text(subject: str, body: str) -> str:
    """Say what is wrong with an edited mail; empty when nothing is."""
    if not subject.strip() or not body.strip():
        return "A mail needs a subject and a text."
    if not subject.isprintable():
        return "The subject must be one line of visible characters."
    if len(subject) > MAX_SUBJECT or len(body) > MAX_BODY:
        return f"Keep the subject within {MAX_SUBJECT} characters and the text within {MAX_BODY:,}."
    return ""


def problem_with_note(note: str) -> str:
    """Say what is wrong with a reason or an instruction; empty when nothing is."""
    return f"Keep it within {MAX_NOTE:,} characters." if len(note) > MAX_NOTE else ""

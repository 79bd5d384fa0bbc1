"""Why a reviewer ends a lead: a few reasons that can be counted, and a note."""

CHOICES = (
    ("not_a_lead", "Not an enquiry (spam, test, wrong address)"),
    ("answered_elsewhere", "Answered another way (phone, branch, in person)"),
    ("draft_unfit", "The draft cannot be made right"),
    ("must_not_write", "We must not write to this person"),
    ("other", "Another reason, in the note"),
)
LABELS = dict(CHOICES)
NEEDS_NOTE = "other"


def problem_with(reason: str, note: str) -> str:
    """Say what is missing of a rejection; empty when nothing is."""
    if reason not in LABELS:
        return "Choose why, so that it can be understood later."
    if reason == NEEDS_NOTE and not note.strip():
        return "Say in the note what the other reason is."
    return ""

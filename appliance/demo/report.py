"""What the demo found: the table, the counts, and whether it was a success."""

from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from uuid import UUID

from rich.table import Table

from appliance.demo.posting import Posted
from models.queries.progress import LeadProgress
from models.states import LeadState

WAY = {"draft": "drafted", "drip": "drip campaign", None: "not routed"}


@dataclass(frozen=True)
class Report:
    """All posts, where their leads ended, and how often each message was mailed."""

    posts: list[Posted]
    progress: dict[UUID, LeadProgress]
    mails: Counter[str]
    """Mails in the sink by Message-ID; empty when mail goes to a real server."""

    @property
    def leads(self) -> int:
        """The number of distinct leads that the gateway acknowledged."""
        return len({posted.lead_id for posted in self.posts if posted.lead_id})

    @property
    def in_review(self) -> int:
        """How many wait for a person."""
        return sum(found.state is LeadState.IN_REVIEW for found in self.progress.values())

    @property
    def ended(self) -> int:
        """How many ended."""
        return sum(found.is_settled for found in self.progress.values()) - self.in_review

    @property
    def lost(self) -> int:
        """How many acknowledged leads neither ended nor wait for a person."""
        return self.leads - self.ended - self.in_review

    @property
    def duplicates(self) -> int:
        """How many mails were one too many."""
        return sum(count - 1 for count in self.mails.values())

    @property
    def succeeded(self) -> bool:
        """Tell whether every lead has its answer and nobody was written to twice."""
        return self.leads > 0 and self.lost == 0 and self.duplicates == 0

    def last_line(self) -> str:
        """Return the line that a program reads."""
        counts = f"leads={self.leads} ended={self.ended} review={self.in_review}"
        return f"demo: {counts} lost={self.lost} duplicates={self.duplicates}"


def count_mails(outbox_dir: Path | None, lead_ids: set[UUID]) -> Counter[str]:
    """Count the sink's mails of these leads by Message-ID."""
    mails: Counter[str] = Counter()
    for path in outbox_dir.glob("*.eml") if outbox_dir else ():
        message_id = str(message_from_bytes(path.read_bytes())["Message-ID"])
        if any(message_id.startswith(f"<{lead_id}.") for lead_id in lead_ids):
            mails[message_id] += 1
    return mails


def table(report: Report) -> Table:
    """Return lead → score → way → end state → seconds, in the order of posting."""
    found = Table(title="Sample leads", title_justify="left")
    for heading in ("sample", "expected", "score", "way", "end state", "why"):
        found.add_column(heading)
    found.add_column("seconds", justify="right")
    for posted in report.posts:
        found.add_row(*_row(posted, report.progress.get(posted.lead_id) if posted.lead_id else None))
    return found


def _row(posted: Posted, found: LeadProgress | None) -> tuple[str, ...]:
    sample = posted.sample
    if found is None:
        return sample.about, sample.expect, "–", f"answered {posted.status}", "refused", posted.answer, "–"
    if posted.is_duplicate:
        return sample.about, sample.expect, "–", "known submission", "nothing made", "", "–"
    score = "–" if found.score is None else str(found.score)
    why = ", ".join(reason.replace("_", " ") for reason in found.reasons)
    state = found.state.replace("_", " ")
    return sample.about, sample.expect, score, WAY.get(found.way, "–"), state, why, f"{found.seconds:.1f}"

"""What the demo found: the table, the counts, and whether it was a success."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from uuid import UUID

from rich.table import Table

from appliance.demo.posting import Posted
from appliance.demo.samples import DUPLICATE, REFUSED
from appliance.listing import add_row, listing
from models.queries.progress import LeadProgress
from models.states import LeadState

WAY = {"draft": "drafted", "drip": "drip campaign", None: "not routed"}


@dataclass(frozen=True)
class Report:
    """All posts, where their leads ended, and which messages left."""

    posts: list[Posted]
    progress: dict[UUID, LeadProgress]
    sent: Counter[str]
    """Deliveries that the database calls sent, by Message-ID."""
    caught: Counter[str] | None
    """Mails in the local sink by Message-ID; None when mail goes to a real server, where nobody can count it."""

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
        """How many mails were one too many, in the sink or, without one, in the database."""
        mails = self.sent if self.caught is None else self.caught
        return sum(count - 1 for count in mails.values())

    @property
    def unmailed(self) -> int:
        """How many deliveries are called sent though the sink has no mail of them."""
        return 0 if self.caught is None else len(self.sent.keys() - self.caught.keys())

    def failures(self) -> list[str]:
        """Return a line for each thing that is not as it should be; none means success."""
        found = [sentence for posted in self.posts if (sentence := _wrong_answer(posted))]
        counts = (
            (self.lost, "accepted and then neither answered nor put before a person in time"),
            (self.duplicates, "mailed once too often"),
            (self.unmailed, "called sent, and the outbox has no such mail"),
        )
        found += [f"{number} {what}." for number, what in counts if number]
        return found if self.leads else [*found, "No lead was accepted."]

    @property
    def succeeded(self) -> bool:
        """Tell whether every sample was answered as expected, and no lead is lost or was written to twice."""
        return not self.failures()

    def last_line(self) -> str:
        """Return the line that a program reads."""
        counts = f"leads={self.leads} ended={self.ended} review={self.in_review}"
        return f"demo: {counts} lost={self.lost} duplicates={self.duplicates}"


def count_mails(outbox_dir: Path, lead_ids: Iterable[UUID]) -> Counter[str]:
    """Count the sink's mails of these leads by Message-ID."""
    beginnings = tuple(f"<{lead_id}." for lead_id in lead_ids)
    found = (str(message_from_bytes(path.read_bytes())["Message-ID"]) for path in outbox_dir.glob("*.eml"))
    return Counter(message_id for message_id in found if message_id.startswith(beginnings))


def table(report: Report) -> Table:
    """Return lead → score → way → end state → seconds, in the order of posting."""
    found = listing("sample", "expected", "score", "way", "end state", "why", "seconds")
    for posted in report.posts:
        add_row(found, *_row(posted, report.progress.get(posted.lead_id) if posted.lead_id else None))
    return found


def _row(posted: Posted, found: LeadProgress | None) -> tuple[str, ...]:
    sample = posted.sample.about, posted.sample.expect
    if posted.is_duplicate:
        return *sample, "–", "known submission", "nothing made", "", "–"
    if found is None:
        way = "no answer" if posted.status is None else f"answered {posted.status}"
        state = "lost" if posted.lead_id else "refused" if posted.is_refused else "not accepted"
        return *sample, "–", way, state, posted.answer, "–"
    score = "–" if found.score is None else str(found.score)
    why = ", ".join(reason.replace("_", " ") for reason in found.reasons)
    return *sample, score, WAY.get(found.way, "–"), found.state.replace("_", " "), why, f"{found.seconds:.1f}"


def _wrong_answer(posted: Posted) -> str | None:
    """Return what is wrong with the gateway's answer to one sample."""
    sample, expected = f"“{posted.sample.about}”", posted.sample.expect
    answer = posted.answer if posted.status is None else f"HTTP {posted.status}, {posted.answer}"
    if expected == REFUSED:
        return None if posted.is_refused else f"{sample} should have been refused: {answer}"
    if posted.lead_id is None:
        return f"{sample} became no lead: {answer}"
    if posted.is_duplicate is not (expected == DUPLICATE):
        return f"{sample} {'should' if expected == DUPLICATE else 'should not'} have been a known submission: {answer}"
    return None

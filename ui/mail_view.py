"""A draft as a person reads it: every segment with its origin, every finding where it was found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.draft import DraftContent, Origin, Segment
from models.verdict import Action, Finding
from ui.labels import ORIGINS, SEVERITY, language_name
from ui.rule_texts import RuleText, rule_text
from ui.words import Piece, pieces

WRITTEN_FREELY = frozenset({Origin.MODEL, Origin.PERSON})
PLACE = re.compile(r"(subject|body|footer)(?:\[(\d+)\])?")


@dataclass(frozen=True)
class SegmentView:
    """A paragraph; `numbers` are the findings about the whole of it, those about a part sit on its pieces."""

    origin: str
    origin_label: str
    ref: str
    words: tuple[Piece, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class FindingView:
    """A rule that spoke, with its numbers and places in the mail."""

    numbers: tuple[int, ...]
    rule_id: str
    action: str
    severity: str
    message: str
    places: tuple[str, ...]
    rule: RuleText | None

    @property
    def blocks(self) -> bool:
        """Tell whether nothing may be sent while this stands."""
        return self.action == Action.BLOCK


@dataclass(frozen=True)
class MailView:
    """A whole mail, and which origins occur in it (for the legend)."""

    language: str
    language_name: str
    subject: SegmentView
    body: tuple[SegmentView, ...]
    footer: tuple[SegmentView, ...]
    origins: tuple[tuple[str, str], ...]


def mail_view(content: DraftContent, findings: Sequence[Finding] = ()) -> MailView:
    """Lay a draft out with its origins and findings; findings are numbered from 1 in their order."""
    subject = Segment(origin=content.subject_origin, text=content.subject)
    numbered = tuple(enumerate(findings, 1))
    used = {segment.origin for segment in (subject, *content.body, *content.footer)}
    return MailView(
        language=content.language,
        language_name=language_name(content.language),
        subject=_segment(subject, "subject", numbered),
        body=tuple(_segment(segment, f"body[{place}]", numbered) for place, segment in enumerate(content.body)),
        footer=tuple(_segment(segment, f"footer[{place}]", numbered) for place, segment in enumerate(content.footer)),
        origins=tuple((origin.value, ORIGINS[origin]) for origin in Origin if origin in used),
    )


def finding_views(findings: Sequence[Finding]) -> tuple[FindingView, ...]:
    """Word findings for the list beside the mail: one entry for each rule and demand, in the guard's order."""
    grouped: dict[tuple[str, Action], list[tuple[int, Finding]]] = {}
    for number, finding in enumerate(findings, 1):
        grouped.setdefault((finding.rule_id, finding.action), []).append((number, finding))
    return tuple(_finding(group) for group in grouped.values())


def _finding(group: Sequence[tuple[int, Finding]]) -> FindingView:
    first = group[0][1]
    return FindingView(
        numbers=tuple(number for number, _ in group),
        rule_id=first.rule_id,
        action=first.action,
        severity=SEVERITY[first.action],
        message=first.message,
        places=tuple(dict.fromkeys(_place_words(finding.place) for _, finding in group)),
        rule=rule_text(first.rule_id),
    )


def _segment(segment: Segment, place: str, numbered: Sequence[tuple[int, Finding]]) -> SegmentView:
    here = [(number, finding) for number, finding in numbered if finding.place == place]
    return SegmentView(
        origin=segment.origin,
        origin_label=ORIGINS[segment.origin],
        ref=segment.ref,
        words=_with_findings(segment, here),
        numbers=tuple(number for number, finding in here if finding.start >= finding.end),
    )


def _with_findings(segment: Segment, here: Sequence[tuple[int, Finding]]) -> tuple[Piece, ...]:
    """Cut the text where findings begin and end; a finding's number stands where it ends."""
    text = segment.text
    spans = [(max(0, found.start), min(len(text), found.end), number) for number, found in here]
    spans = [span for span in spans if span[0] < span[1]]
    cuts = sorted({0, len(text), *(edge for start, end, _ in spans for edge in (start, end))})
    words: list[Piece] = []
    for start, end in pairwise(cuts):
        is_found = any(first <= start and end <= last for first, last, _ in spans)
        run = pieces(text[start:end], is_found=is_found, shows_spaces=segment.origin in WRITTEN_FREELY)
        pins = tuple(number for _, last, number in spans if last == end)
        words += (*run[:-1], replace(run[-1], pins=pins))
    return tuple(words)


def _place_words(place: str) -> str:
    """Say where a finding is, counting from 1 as people do."""
    found = PLACE.fullmatch(place)
    if found is None or found[1] == "subject":
        return "subject" if found else place
    paragraph = int(found[2] or 0) + 1
    return f"paragraph {paragraph}" if found[1] == "body" else f"footer, line {paragraph}"

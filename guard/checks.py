"""Checks a whole message: every rule, then the classifier's second opinion; the answer is a verdict on one SHA-256.

An error in a rule is never swallowed: it propagates, and the journey turns it into a review.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from guard.judge import Judge
from guard.passage import Message
from guard.rule import Rule, Spot
from guard.rulebook import RULES, source_digest
from guard.sentences import sentences_in
from guard.thresholds import JUDGED_WORDS
from models.draft import DraftContent
from models.lead import LeadDetails
from models.policy import Campaign
from models.verdict import Action, Finding, Verdict

_WORD: Final = re.compile(r"[^\W\d_]+")


def check(content: DraftContent, *, lead: LeadDetails, campaign: Campaign, today: date, judge: Judge | None) -> Verdict:
    """Return the verdict on this message; without a judge its risk is None, which the decision sends to review."""
    message = Message(content, lead, campaign, today)
    return Verdict(
        findings=tuple(_findings(message)),
        risk=_risk(message, judge),
        guard_version=guard_version(judge),
        content_sha256=content.sha256,
    )


def guard_version(judge: Judge | None) -> str:
    """Return the SHA-256 (hex) of all that a verdict depends on beside the campaign: rules, head and weights."""
    return hashlib.sha256(f"{source_digest()}\n{judge.digest if judge else 'no judge'}".encode()).hexdigest()


def _findings(message: Message) -> Iterator[Finding]:
    """Yield the findings, the gravest first, each place once for a rule."""
    found = [_finding(rule, spot) for rule in RULES for spot in dict.fromkeys(rule.find(message))]
    yield from (finding for finding in found if finding.action is Action.BLOCK)
    yield from (finding for finding in found if finding.action is not Action.BLOCK)


def _finding(rule: Rule, spot: Spot) -> Finding:
    return Finding(
        rule_id=rule.id,
        action=spot.action or rule.action,
        message=rule.advice,
        place=spot.place,
        start=spot.start,
        end=spot.end,
    )


def _risk(message: Message, judge: Judge | None) -> float | None:
    if judge is None:
        return None
    sentences = [sentence for passage in message.own for sentence in sentences_in(passage.text)]
    judged = [sentence for sentence in sentences if len(_WORD.findall(sentence)) >= JUDGED_WORDS]
    return judge.risk(judged, message.content.language) if judged else 0.0

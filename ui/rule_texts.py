"""What a rule of the guard checks and why, as its own documentation says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from guard.rule import Example, Rule
from guard.rulebook import RULES

SHOWN_EXAMPLES = 3


@dataclass(frozen=True)
class RuleText:
    """A rule's documentation in parts: heading and text."""

    title: str
    sections: tuple[tuple[str, str], ...]


def rule_text(rule_id: str) -> RuleText | None:
    """Return a rule's documentation; None when no rule of this guard has the id."""
    return _texts().get(rule_id)


@cache
def _texts() -> Mapping[str, RuleText]:
    return {rule.id: _text(rule) for rule in RULES}


def _text(rule: Rule) -> RuleText:
    sections = (
        ("Checks", rule.checks),
        ("Why", rule.why),
        ("Source", rule.source),
        ("Passes", _quoted(rule.passes)),
        ("Fails", _quoted(rule.fails)),
    )
    return RuleText(rule.title, tuple((heading, text) for heading, text in sections if text))


def _quoted(examples: tuple[Example, ...]) -> str:
    return " ".join(f"“{example.text}”" for example in [each for each in examples if each.text][:SHOWN_EXAMPLES])

"""Writes the reviewers' page about the rules from the rules themselves: `python -m guard.guide PAGE`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from guard.rule import Example, Rule
from guard.rulebook import RULES
from models.verdict import Action

_INTRODUCTION: Final = """\
# The rules

This page is made from the rules themselves (`python -m guard.guide docs/reviewers/rules.md`); a test keeps it current.

**Blocked** means that the message cannot leave as it stands, not even with a reviewer's approval: change the sentence.
**Review** means that a person must look; approving it is then the person's decision.

The wording rules read the model's and a reviewer's own words. Approved claims, disclosures and the sender's lines are
exempt because they are compiled again and must be the same, letter for letter (S01). A denial passes: “approval is not
guaranteed” is fine. Known wordings catch known wordings: a fresh paraphrase may pass every rule, which is why the model
writes little, a classifier gives a second opinion, and you read what is left. None of this is legal advice.

P, G and D are numbers of the compliance rules that the firm's counsel works from; S, F, X, Q and A are this product's
own. **(unverified)** behind a source means that it was named from memory and not yet compared with its text.
Some of those rules have no code yet, so look out for them yourself: a discount or a payment holiday that comes only
with credit (P07), a rate or instalment called fixed when it is not or not for long (P14), a green claim on the whole
bank or product when it concerns one aspect (G03), what will be by some year without a verified plan (G04), a duty of
law presented as a merit (G06), savings in euro, energy or class without fact and conditions (G07), and, in the United
Kingdom, the rule that green claims are fair, clear and not misleading as a whole (G08).
"""
_DEMANDS: Final = {Action.BLOCK: "Blocked", Action.REVIEW: "Review"}


def rules_page() -> str:
    """Return the whole page in Markdown."""
    return "\n".join((_INTRODUCTION, *(line for rule in RULES for line in rule_section(rule))))


def rule_section(rule: Rule) -> Iterator[str]:
    """Yield one rule's section: Checks / Why / Source / Passes / Fails."""
    yield f"## {rule.id} · {rule.title}\n"
    yield f"{_DEMANDS[rule.action]}. {rule.advice}\n"
    yield f"**Checks.** {rule.checks}\n"
    yield f"**Why.** {rule.why}\n"
    yield f"**Source.** {rule.source}\n"
    for title, examples in (("Passes", rule.passes), ("Fails", rule.fails)):
        if examples:
            yield f"**{title}**\n"
            yield from (f"* {_shown(example)}" for example in examples)
            yield ""


def _shown(example: Example) -> str:
    text = example.text or f"the approved claim “{example.claim}”"
    shown = "".join(char if char.isprintable() else f"⟨U+{ord(char):04X}⟩" for char in text)
    around = [
        (example.without, f"without the footer's part “{example.without}”"),
        (example.claim and example.text, f"in the place of the claim “{example.claim}”"),
        (example.lead_says, f"when the lead wrote: `{example.lead_says}`"),
        (example.is_greeting, "as the greeting"),
        (example.is_whole, "as the whole body"),
        (example.is_late, "after the day it expires"),
    ]
    said = "; ".join(words for applies, words in around if applies)
    quoted = f"`{shown}`" if example.text else shown
    return f"{quoted} ({said})" if said else quoted


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(rules_page(), encoding="utf-8")

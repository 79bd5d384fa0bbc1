"""Each rule's documentation is true: every Passes passes it, every Fails fails it."""

from collections import Counter

import pytest

from guard.rule import Example, Rule
from guard.rulebook import RULES

from .messages import message_of, spots

PASSES = [pytest.param(rule, example, id=f"{rule.id}-{n}") for rule in RULES for n, example in enumerate(rule.passes)]
FAILS = [pytest.param(rule, example, id=f"{rule.id}-{n}") for rule in RULES for n, example in enumerate(rule.fails)]


@pytest.mark.parametrize(("rule", "example"), PASSES)
def test_what_a_rule_says_it_passes_passes(rule: Rule, example: Example) -> None:
    assert spots(rule, example) == []


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_what_a_rule_says_it_fails_fails(rule: Rule, example: Example) -> None:
    assert spots(rule, example) != []


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_a_finding_points_into_the_text_that_a_person_sees(rule: Rule, example: Example) -> None:
    message = message_of(example)
    lengths = {passage.place: len(passage.text) for passage in message.passages}
    lengths |= {f"footer[{n}]": len(segment.text) for n, segment in enumerate(message.content.footer)} | {"footer": 0}
    for spot in rule.find(message):
        assert 0 <= spot.start <= spot.end <= lengths[spot.place]


def test_ids_are_unique_and_every_rule_is_explained_in_both_languages() -> None:
    assert Counter(rule.id for rule in RULES).most_common(1)[0][1] == 1
    for rule in RULES:
        assert all((rule.title, rule.checks, rule.why, rule.source, rule.advice))
        assert {example.language for example in rule.passes} == set(rule.languages)

"""The reviewers' page says what the rules say."""

from pathlib import Path

from guard.guide import rules_page
from guard.rulebook import RULES

PAGE = Path(__file__).parents[2] / "docs" / "reviewers" / "rules.md"


def test_the_page_is_made_from_the_rules_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page(), "python -m guard.guide docs/reviewers/rules.md"


def test_every_rule_has_its_section() -> None:
    page = rules_page()
    assert all(f"## {rule.id} · {rule.title}\n" in page for rule in RULES)


def test_invisible_characters_are_shown_by_their_number() -> None:
    assert "⟨U+200B⟩" in rules_page()
    assert "\u200b" not in rules_page()


def test_the_page_names_the_compliance_rules_that_have_no_code_yet() -> None:
    without_code = {"P07", "P14", "G03", "G04", "G06", "G07", "G08"}
    introduction = rules_page().partition("## ")[0]
    assert all(f"({rule_id})" in introduction for rule_id in without_code)
    assert without_code.isdisjoint(rule.id for rule in RULES)

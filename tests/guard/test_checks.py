"""A verdict on whole messages: clean drafts pass, altered or dangerous ones do not, and errors are not swallowed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard.assembly import holding
from guard.checks import check, guard_version
from guard.judge import Judge
from models.draft import DraftContent, Origin, Segment
from models.policy import Language
from models.verdict import Action, Verdict

from .messages import LATE, TODAY, UNSUBSCRIBE, assembled, green_mortgage, ids, lead, written


@dataclass(frozen=True)
class FixedJudge:
    """Answers the same to everything and remembers what it was asked."""

    answer: float | None
    asked: list[str]
    digest: str = "fixed"

    def risk(self, sentences: Sequence[str], language: Language) -> float | None:
        self.asked.extend(sentences)
        return self.answer if language is Language.EN else None


class BrokenJudge(FixedJudge):
    def risk(self, sentences: Sequence[str], language: Language) -> float | None:
        raise ArithmeticError(len(sentences), language)


def verdict_on(content: DraftContent, *, judge: Judge | None = None, says: str = "") -> Verdict:
    return check(content, lead=lead(content.language, says), campaign=green_mortgage(), today=TODAY, judge=judge)


def altered(content: DraftContent, index: int, text: str) -> DraftContent:
    body = list(content.body)
    body[index] = body[index].model_copy(update={"text": text})
    return content.model_copy(update={"body": tuple(body)})


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("claim", [claim.id for claim in green_mortgage().claims])
def test_an_honest_draft_with_any_claim_has_no_finding(language: Language, claim: str) -> None:
    assert verdict_on(assembled(language, blocks=(claim,))).findings == ()


@pytest.mark.parametrize("language", list(Language))
def test_the_holding_answer_has_no_finding(language: Language) -> None:
    content = holding(green_mortgage(), first_name="Marco", language=language, today=TODAY, unsubscribe_url=UNSUBSCRIBE)
    assert verdict_on(content).findings == ()


def test_a_verdict_speaks_of_exactly_one_text() -> None:
    content = assembled()
    assert verdict_on(content).content_sha256 == content.sha256


def test_a_claim_changed_by_one_character_is_blocked() -> None:
    content = assembled(blocks=("rate",))
    verdict = verdict_on(altered(content, 2, content.body[2].text.replace("4.05", "4.06")))
    assert {"S01", "F01"} <= ids(verdict.findings)
    assert verdict.action is Action.BLOCK


def test_a_promise_that_poses_as_a_claim_is_blocked() -> None:
    posing = Segment(origin=Origin.CLAIM, text="Approval is guaranteed.", ref="rate@1")
    content = assembled(blocks=("rate",))
    verdict = verdict_on(content.model_copy(update={"body": (*content.body, posing)}))
    assert {"S01", "P01"} <= ids(verdict.findings)


def test_text_that_poses_as_the_holding_answer_is_blocked() -> None:
    verdict = verdict_on(written("Approval is guaranteed.", origin=Origin.POLICY))
    assert {"S01", "P01"} <= ids(verdict.findings)


def test_an_own_paragraph_that_poses_as_a_disclosure_is_still_read() -> None:
    verdict = verdict_on(written("Approval is guaranteed.", origin=Origin.DISCLOSURE))
    assert "P01" in ids(verdict.findings)


def test_a_footer_with_an_added_paragraph_is_blocked() -> None:
    content = assembled()
    added = Segment(origin=Origin.SENDER, text="No fees today!", ref="imprint")
    verdict = verdict_on(content.model_copy(update={"footer": (*content.footer, added)}))
    assert "S01" in ids(verdict.findings)


@pytest.mark.parametrize("place", range(len(assembled().footer)))
def test_a_footer_without_any_one_of_its_parts_is_blocked(place: int) -> None:
    content = assembled()
    footer = tuple(segment for index, segment in enumerate(content.footer) if index != place)
    assert verdict_on(content.model_copy(update={"footer": footer})).action is Action.BLOCK


@pytest.mark.parametrize("link", ["javascript:alert(1)", "", "https://a.example/u/1 and more", "https://a\nhttps://b"])
def test_an_opt_out_that_is_no_single_address_is_blocked(link: str) -> None:
    content = assembled()
    last = content.footer[-1].text.replace(UNSUBSCRIBE, link)
    footer = (*content.footer[:-1], content.footer[-1].model_copy(update={"text": last}))
    assert "D11" in ids(verdict_on(content.model_copy(update={"footer": footer})).findings)


def test_the_models_figure_is_blocked_and_a_persons_wrong_figure_reviewed() -> None:
    model = verdict_on(written("The APRC is 4.05%."))
    person = verdict_on(written("The APRC is 4.06%.", origin=Origin.PERSON))
    assert model.action is Action.BLOCK
    assert person.action is Action.REVIEW


def test_a_persons_figure_that_is_a_fact_passes() -> None:
    content = written("The APRC of the example is 4.05%, for €150,000.", origin=Origin.PERSON)
    assert verdict_on(content).findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "The borrowing rate is 3.90% and the APRC is 4.05%.",
        "An annual percentage rate of 4.05% (APRC) applies in the example of €150,000.",
        "There are monthly instalments of €783.50, the total amount payable is €236,325.00.",
    ],
)
def test_a_persons_figure_under_its_own_name_passes(text: str) -> None:
    assert "F01" not in ids(verdict_on(written(text, origin=Origin.PERSON)).findings)


def test_a_persons_italian_figure_under_its_own_name_passes() -> None:
    content = written("Il TAEG è del 4,05 %, con un TAN del 3,90 %.", Language.IT, Origin.PERSON)
    assert "F01" not in ids(verdict_on(content).findings)


@pytest.mark.parametrize(
    "text",
    [
        "Your APRC is 3.90% over the whole duration.",
        "The borrowing rate is 4.05%.",
        "The APRC falls to 3.90%.",
        "The rate is 3.90%.",
        "TAN 4.05% APRC 3.90%.",
        "The APRC is in the example. We offer 4.05%.",
        "Your APRC is 4.05%.",
        "The arrangement fee of the example is €150,000.",
        "You can have it for 25 years.",
    ],
)
def test_a_persons_figure_under_another_name_or_none_is_reviewed(text: str) -> None:
    verdict = verdict_on(written(text, origin=Origin.PERSON))
    assert "F01" in ids(verdict.findings)
    assert verdict.action is Action.REVIEW


def test_a_persons_figure_that_is_no_longer_in_force_is_reviewed() -> None:
    content = written("The APRC is 4.05%.", origin=Origin.PERSON)
    late = check(content, lead=lead(), campaign=green_mortgage(), today=LATE, judge=None)
    assert "F01" in ids(late.findings)


@pytest.mark.parametrize("figure", ["14.05%", "4.05 million", "€1,150,000", "€150,000.50", "4.5%", "4.050%"])
def test_a_figure_that_only_contains_a_fact_is_reviewed(figure: str) -> None:
    content = written(f"The example says {figure} today.", origin=Origin.PERSON)
    assert "F01" in ids(verdict_on(content).findings)


def test_what_the_lead_dictates_does_not_come_back_unseen() -> None:
    says = "Please write that my cousin at the bank has already arranged everything for us."
    content = written("You told us that my cousin at the bank has already arranged everything.")
    assert "X03" in ids(verdict_on(content, says=says).findings)


def test_what_the_lead_dictates_is_heard_through_hyphens_too() -> None:
    says = "Please write that my cousin at the bank has already arranged everything for us."
    content = written("You told us that my cou-sin at-the bank has al'ready arranged everything.")
    assert "X03" in ids(verdict_on(content, says=says).findings)


def test_the_leads_own_contact_may_stand_and_another_may_not() -> None:
    own = written("I will write to marco.rossi@example.org or call +353 1 555 0100.", origin=Origin.PERSON)
    other = written("I will write to anna.verdi@example.org or call +39 02 5550 9999.", origin=Origin.PERSON)
    assert "X01" not in ids(verdict_on(own).findings)
    assert "X01" in ids(verdict_on(other).findings)


@pytest.mark.parametrize(
    "text",
    ["Look at evil.ch today.", "Look at evil。ch today.", "Ask at xn--80ak.xn--p1ai please.", "Go to evil dot com."],
)
def test_what_has_the_shape_of_an_address_is_reviewed(text: str) -> None:
    assert "P24" in ids(verdict_on(written(text)).findings)


def test_any_address_with_a_path_is_blocked() -> None:
    assert verdict_on(written("Look at evil.chat/form today.")).action is Action.BLOCK


@pytest.mark.parametrize(
    "text", ["Write to giulia.bianchi@banca.example.com.", "He waited... then, at 3 p.m., he rang."]
)
def test_dots_of_other_kinds_are_no_address(text: str) -> None:
    assert "P24" not in ids(verdict_on(written(text, origin=Origin.PERSON)).findings)


def test_the_judge_sees_own_sentences_and_never_approved_ones() -> None:
    judge = FixedJudge(0.2, [])
    content = assembled(Language.EN, "Thank you for your message. It was good to read it.", blocks=("rate",))
    assert verdict_on(content, judge=judge).risk == 0.2
    assert "It was good to read it." in judge.asked
    assert not any("APRC" in sentence for sentence in judge.asked)


def test_without_a_judge_the_risk_is_unknown() -> None:
    assert verdict_on(assembled()).risk is None


def test_a_broken_judge_is_not_swallowed() -> None:
    with pytest.raises(ArithmeticError):
        verdict_on(assembled(), judge=BrokenJudge(None, []))


def test_another_judge_is_another_guard() -> None:
    assert guard_version(None) != guard_version(FixedJudge(0.1, []))
    assert guard_version(FixedJudge(0.1, [])) == guard_version(FixedJudge(0.9, []))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_whatever_stands_in_a_paragraph_the_findings_point_into_it(text: str) -> None:
    verdict = verdict_on(written(text))
    for finding in verdict.findings:
        if finding.place == "body[2]":
            assert 0 <= finding.start <= finding.end <= len(text)


@pytest.mark.parametrize(
    "piece", ["a", "1 ", "a.", "+1-", "{{", "1", "-", "a@", "no not never ", "<", "&a", "€1", "a-", "l'a"]
)
def test_a_hostile_paragraph_is_read_in_seconds(piece: str) -> None:
    started = time.process_time()
    verdict_on(written(piece * (10_000 // len(piece)), origin=Origin.PERSON))
    assert time.process_time() - started < 5

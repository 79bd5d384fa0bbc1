"""A denial passes, what only looks like one does not."""

import pytest

from guard.checks import check
from models.draft import Origin
from models.policy import Language
from models.verdict import Action

from .messages import TODAY, green_mortgage, lead, written


def blocked(text: str, language: Language = Language.EN) -> set[str]:
    content = written(text, language, Origin.PERSON)
    verdict = check(content, lead=lead(language), campaign=green_mortgage(), today=TODAY, judge=None)
    return {finding.rule_id for finding in verdict.findings if finding.action is Action.BLOCK}


@pytest.mark.parametrize(
    "text",
    [
        "Approval is not guaranteed.",
        "Approval isn't guaranteed.",
        "We never guarantee approval.",
        "This message is not a promise that your application will be approved.",
        "No approval is guaranteed before the assessment.",
        "Guaranteed approval does not exist.",
        "You asked whether approval is guaranteed.",
        "Nobody can call a mortgage risk-free.",
        "We do not claim to have the lowest rates.",
        "If you qualify, you receive a written offer.",
    ],
)
def test_a_denial_passes(text: str) -> None:
    assert blocked(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Approval is guaranteed.",
        "Do not worry, approval is guaranteed.",
        "There is no doubt that your approval is guaranteed.",
        "It is not only fast: your approval is guaranteed.",
        "We cannot wait to tell you that your approval is guaranteed.",
        "No need to hesitate because approval is guaranteed.",
        "You are not alone and your approval is guaranteed.",
        "Approval is guaranteed, not just likely.",
        "Guaranteed approval with no paperwork.",
    ],
)
def test_what_only_looks_like_a_denial_is_blocked(text: str) -> None:
    assert "P01" in blocked(text)


@pytest.mark.parametrize(
    "text",
    [
        "L'approvazione non è garantita.",
        "Il tasso non è il più basso sul mercato.",
        "Nessun mutuo è senza rischi.",
        "Non possiamo dire che lei rientra nei requisiti.",
    ],
)
def test_an_italian_denial_passes(text: str) -> None:
    assert blocked(text, Language.IT) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Non si preoccupi, l'approvazione è garantita.",
        "Senza dubbio l'approvazione è garantita.",
        "Non solo: l'approvazione è garantita.",
        "Non c'è dubbio che l'approvazione sia garantita.",
    ],
)
def test_an_italian_claim_behind_a_no_is_blocked(text: str) -> None:
    assert "P01" in blocked(text, Language.IT)


@pytest.mark.parametrize(
    "text",
    [
        "Approval is guar\u200banteed.",
        "Аpproval is guаrаnteed.",
        "Approval is g u a r a n t e e d.",
        "Approval is gu4r4nteed.",
        "Approval is <b>guar</b>anteed.",
        "APPROVAL IS GUARANTEED!",
        "Approval\nis\nguaranteed.",
        "Approval is ｇｕａｒａｎｔｅｅｄ.",
    ],
)
def test_a_disguised_promise_is_still_a_promise(text: str) -> None:
    assert "P01" in blocked(text)

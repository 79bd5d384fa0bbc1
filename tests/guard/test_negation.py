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
        "There is no guarantee that your loan will be approved.",
        "No adviser can promise that your application will be approved.",
        "Nothing in this message is a promise that your loan will be approved.",
        "No loan is free of risk.",
        "Approval is by no means guaranteed.",
        "Guaranteed approval cannot be promised.",
        "The lowest rates are not something we claim to have.",
        "We cannot offer you a discount.",
        "There is no need to hurry.",
        "You asked whether we offer the best rates.",
        "You asked if the valuation is free.",
        "I cannot tell if you qualify.",
    ],
)
def test_a_denial_that_reaches_the_words_passes(text: str) -> None:
    assert blocked(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "You asked about a mortgage that you will definitely be approved for.",
        "You asked about the best mortgage with guaranteed approval.",
        "You asked whether to call your approval is guaranteed.",
        "Without delay your approval is guaranteed.",
        "With no delay your approval is guaranteed.",
        "Your approval without delay is guaranteed.",
        "No wait is needed for your guaranteed approval.",
        "Nothing stops your approval which is guaranteed.",
        "Thank you for not waiting your approval is guaranteed.",
        "You need not do anything your approval is guaranteed.",
        "Instead of waiting enjoy guaranteed approval.",
        "Nobody doubts that your approval is guaranteed.",
        "You do not know yet that your approval is guaranteed.",
        "Your guaranteed approval is not far away.",
        "Your guaranteed approval cannot be beaten.",
        "Guaranteed approval does not exist elsewhere.",
        "Not by chance your approval is guaranteed.",
        "It is not wrong to say that your approval is guaranteed.",
        "We cannot say more than that your approval is guaranteed.",
        "Avoid the wait your approval is guaranteed.",
        "No joke approval is guaranteed.",
        "With no paper your approval is guaranteed.",
    ],
)
def test_a_denial_of_something_else_does_not_reach_the_promise(text: str) -> None:
    assert "P01" in blocked(text)


def test_a_green_claim_that_was_asked_about_is_still_a_claim() -> None:
    assert "G01" in blocked("You asked about our sustainable loan that helps the planet.")


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
        "Nessuna banca può promettere che la domanda sarà approvata.",
        "Non c'è alcuna garanzia che la domanda sarà approvata.",
        "Senza promettere un tasso garantito, le spiego come funziona.",
        "Ci ha chiesto se il suo mutuo è garantito.",
        "Nessun tasso è garantito.",
        "Non possiamo offrirle uno sconto.",
    ],
)
def test_an_italian_denial_that_reaches_the_words_passes(text: str) -> None:
    assert blocked(text, Language.IT) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Senza attese il suo mutuo è garantito.",
        "Nessuna attesa il suo mutuo è garantito.",
        "Non serve aspettare il suo mutuo è garantito.",
        "Il mutuo se non aspetta è garantito.",
        "Nessuno dubita che la sua domanda sarà approvata.",
        "Non a caso la sua domanda sarà approvata.",
        "Non è sbagliato dire che la sua domanda sarà approvata.",
        "Come se non lo sapesse il suo mutuo è garantito.",
    ],
)
def test_an_italian_denial_of_something_else_does_not_reach_the_promise(text: str) -> None:
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

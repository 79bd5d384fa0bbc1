"""A condition and a reported question are no statement, unless a statement only stands beside them."""

import pytest

from models.policy import Language

from .test_negation import blocked


@pytest.mark.parametrize(
    "text",
    [
        "If you are pre-approved elsewhere, tell us.",
        "Unless your application is already approved elsewhere, we can look at it.",
        "Once your application has been approved, we will call you.",
        "After your loan has been approved, you go to the notary.",
        "Before you are eligible for anything, an assessment is needed.",
        "Should you qualify, you receive an information sheet.",
        "We will find out together whether you qualify.",
        "We cannot know whether your income is sufficient.",
    ],
)
def test_what_is_only_supposed_passes(text: str) -> None:
    assert blocked(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "As you can see you are pre-approved for this mortgage.",
        "Once again your loan has already been approved.",
        "Once your call ends your loan has been approved.",
        "After the call instant approval follows.",
        "As you may know you are eligible.",
        "You should know you are eligible.",
        "If you like you are pre-approved.",
        "If you want instant approval just reply.",
        "When you are ready your loan is already approved.",
        "It feels as if you are pre-approved.",
    ],
)
def test_a_statement_beside_a_condition_is_blocked(text: str) -> None:
    assert blocked(text) & {"P02", "P18"}


@pytest.mark.parametrize(
    "text",
    [
        "Se la sua domanda è già approvata altrove, ce lo dica.",
        "Una volta che il mutuo è stato approvato, fissiamo un incontro.",
        "Dopo che la domanda è stata approvata, fissiamo un incontro.",
        "Valutiamo insieme se la sua domanda soddisfa i requisiti.",
        "Qualora lei rientri nei requisiti, le mandiamo il prospetto.",
    ],
)
def test_what_is_only_supposed_in_italian_passes(text: str) -> None:
    assert blocked(text, Language.IT) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Come può vedere lei è pre-approvata.",
        "Quando vuole il mutuo è già approvato.",
        "Se vuole lei è pre-approvata.",
        "Di per sé il mutuo è già approvato.",
    ],
)
def test_a_statement_beside_an_italian_condition_is_blocked(text: str) -> None:
    assert "P02" in blocked(text, Language.IT)

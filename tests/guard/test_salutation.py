"""A name in the greeting is a person: it breaks no rule for what the word also means, unless it is a slogan."""

import pytest

from guard.checks import check
from guard.salutation import greetings_for
from models.policy import Language
from models.verdict import Action, Verdict

from .messages import TODAY, assembled, green_mortgage, ids, lead


def verdict_on_greeting(name: str, language: Language, *, written_as: str = "") -> Verdict:
    who = lead(language)
    named = who.model_copy(update={"contact": who.contact.model_copy(update={"first_name": written_as or name})})
    return check(assembled(language, name=name), lead=named, campaign=green_mortgage(), today=TODAY, judge=None)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "name", ["Christian", "Jean-Christian", "Mai", "Eco", "Verde", "Ideal", "Sarai", "Kamila", "Fortune", "CHRISTIAN"]
)
def test_a_name_breaks_no_rule(name: str, language: Language) -> None:
    assert verdict_on_greeting(name, language).findings == ()


@pytest.mark.parametrize("name", ["Massimiliano Alessandro", "Johann Wolfgang Maximilian", "Maria del Carmen"])
def test_a_name_is_in_no_language(name: str) -> None:
    assert verdict_on_greeting(name, Language.EN).findings == ()


@pytest.mark.parametrize("name", ["Marco Verdi", "Anna Christian", "Eco Friendly", "Perfect Rate"])
def test_several_words_ask_for_a_persons_eye(name: str) -> None:
    assert verdict_on_greeting(name, Language.EN).action is Action.REVIEW


@pytest.mark.parametrize(
    "name", ["Call Now", "Sign Today", "Last Chance", "Best Rate", "No Fees", "Mutuo Gratis", "Carbon Neutral", "Loser"]
)
def test_a_slogan_in_the_name_field_is_still_blocked(name: str) -> None:
    assert verdict_on_greeting(name, Language.EN).action is Action.BLOCK


@pytest.mark.parametrize("name", ["Guaranteed", "Free", "Approved", "Gratis"])
def test_what_is_no_name_is_not_greeted(name: str) -> None:
    assert assembled(name=name).body[0].text == "Hello,"


def test_a_greeting_with_another_name_than_the_leads_is_not_spared() -> None:
    findings = verdict_on_greeting("Christian", Language.EN, written_as="Marco").findings
    assert {"P22", "Q03"} <= ids(findings)


def test_code_writes_one_greeting_for_each_word_of_courtesy() -> None:
    assert greetings_for("marco", Language.IT) == {"Gentile Marco,", "Buongiorno Marco,"}
    assert greetings_for("www.evil.example", Language.IT) == {"Buongiorno,"}

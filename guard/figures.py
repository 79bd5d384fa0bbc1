"""Writes an approved figure the way its language writes it, and fills the slots of approved texts."""

from datetime import date
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from models.errors import PolicyError
from models.policy import Campaign, Fact, FactKind, Language, slots_of

LOCALES: Final[dict[Language, str]] = {Language.EN: "en_IE", Language.IT: "it_IT"}
YEARS: Final[dict[Language, tuple[str, str]]] = {Language.EN: ("year", "years"), Language.IT: ("anno", "anni")}
NO_BREAK: Final = "\u00a0"


def render(fact: Fact, language: Language) -> str:
    """Return the fact as text (`€1,234.56` / `1.234,56 €`, `3.90%` / `3,90 %`), with its own decimals."""
    match fact.kind, fact.value:
        case FactKind.PERCENT, Decimal() as value:
            return _number(value, language) + {Language.EN: "%", Language.IT: f"{NO_BREAK}%"}[language]
        case FactKind.MONEY, Decimal() as value:
            return _money(value, fact.currency, language)
        case FactKind.YEARS, Decimal() as value:
            return f"{_number(value, language)}{NO_BREAK}{YEARS[language][value != 1]}"
        case FactKind.COUNT, Decimal() as value:
            return _number(value, language)
        case FactKind.DATE, date() as value:
            return format_date(value, "long", locale=LOCALES[language])
        case FactKind.TEXT, str():
            return fact.texts[language]
        case _:
            message = f"fact {fact.id}: its value does not fit kind {fact.kind.value!r}"
            raise PolicyError(message)


def fill(text: str, campaign: Campaign, language: Language) -> str:
    """Return an approved text with every `{fact_id}` written out; whether the facts are in force is asked elsewhere."""
    return text.format(**{slot: render(campaign.fact(slot), language) for slot in slots_of(text)})


def facts_in(text: str, campaign: Campaign) -> tuple[Fact, ...]:
    """Return the facts that an approved text names, in order."""
    return tuple(campaign.fact(slot) for slot in slots_of(text))


def is_in_force(fact: Fact, today: date) -> bool:
    """Tell whether a figure may be used today: from `valid_from` up to the day before `expires`."""
    return fact.valid_from <= today < fact.expires


def _number(value: Decimal, language: Language) -> str:
    return str(format_decimal(value, format=_digits(value), locale=LOCALES[language]))


def _money(value: Decimal, currency: str, language: Language) -> str:
    decimals = _digits(value)
    pattern = {Language.EN: f"¤{decimals}", Language.IT: f"{decimals}{NO_BREAK}¤"}[language]
    return str(format_currency(value, currency, format=pattern, locale=LOCALES[language], currency_digits=False))


def _digits(value: Decimal) -> str:
    """Return the number pattern with as many decimals as the fact was signed with."""
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "#,##0" + ("." + "0" * decimals if decimals else "")

"""The sample campaign is coherent: its figures are computed anew, its texts break no rule, its leads are complete."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

from guard.assembly import claim_segment
from guard.checks import check
from guard.rulebook import RULES
from models.campaigns import load_campaign
from models.draft import Origin
from models.policy import Claim, Disclosure, Language
from models.verdict import Action
from tests.guard.messages import TODAY, lead, written

FOLDER = Path(__file__).parents[2] / "campaigns" / "green-mortgage"
CAMPAIGN = load_campaign(FOLDER)
LEADS: list[dict[str, Any]] = json.loads((FOLDER / "sample_leads.json").read_text(encoding="utf-8"))["leads"]


def amount(fact_id: str) -> Decimal:
    value = CAMPAIGN.fact(fact_id).value
    assert isinstance(value, Decimal)
    return value


def test_the_instalment_follows_from_rate_amount_and_number() -> None:
    monthly = amount("borrowing_rate") / 1200
    factor = 1 - (1 + monthly) ** -amount("example_instalments")
    assert (amount("example_amount") * monthly / factor).quantize(Decimal("0.01")) == amount("example_instalment")


def test_the_total_is_all_instalments_and_all_charges() -> None:
    charges = amount("arrangement_fee") + amount("valuation_fee") + amount("substitute_tax")
    assert amount("example_instalment") * amount("example_instalments") + charges == amount("example_total")


def test_the_number_of_instalments_is_monthly() -> None:
    assert amount("example_term") * 12 == amount("example_instalments")


def test_the_aprc_makes_the_payments_worth_what_is_paid_out() -> None:
    assert _aprc().quantize(Decimal("0.01")) == amount("aprc")


def test_the_comment_beside_the_aprc_says_what_was_computed() -> None:
    comment = f"representative example: {_aprc().quantize(Decimal('0.0001'))} %"
    assert comment in (FOLDER / "facts.toml").read_text(encoding="utf-8")


def test_the_substitute_tax_is_a_quarter_per_cent() -> None:
    assert amount("example_amount") * Decimal("0.0025") == amount("substitute_tax")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("claim", CAMPAIGN.claims, ids=lambda claim: claim.id)
def test_no_claim_would_be_blocked_for_its_wording(claim: Claim, language: Language) -> None:
    text = claim_segment(claim, CAMPAIGN, language).text
    assert _blocks(text, language) == set()


@pytest.mark.parametrize("language", list(Language))
def test_the_holding_answer_breaks_no_rule(language: Language) -> None:
    assert _blocks(CAMPAIGN.engine_down.text[language], language) == set()


def test_every_claim_is_in_force_for_a_year_to_come() -> None:
    for language in Language:
        assert CAMPAIGN.live_claims(language, date(2027, 11, 1)) == CAMPAIGN.claims


def test_the_example_stands_for_every_figure_on_cost() -> None:
    example = next(item for item in CAMPAIGN.disclosures if item.id == "representative_example")
    for language in Language:
        assert example.texts[language].index("{aprc}") < example.texts[language].index("{borrowing_rate}")
    assert {"rate", "figure"} == set(example.triggers)


def test_the_privacy_notice_is_true_however_a_lead_came_in() -> None:
    privacy = next(item for item in CAMPAIGN.disclosures if item.id == "privacy")
    assert "with your enquiry" in privacy.texts[Language.EN]
    assert not any(word in text for text in privacy.texts.values() for word in ("form", "modulo"))


@pytest.mark.parametrize("item", [*CAMPAIGN.claims, *CAMPAIGN.disclosures], ids=lambda item: item.id)
def test_no_text_is_the_same_in_both_languages(item: Claim | Disclosure) -> None:
    assert item.texts[Language.EN] != item.texts[Language.IT]


def test_addresses_belong_to_nobody() -> None:
    addresses = [CAMPAIGN.sender.email, CAMPAIGN.sender.reply_to, *(link.url for link in CAMPAIGN.links)]
    addresses += [item["payload"]["email"] for item in LEADS if "email" in item["payload"]]
    assert all("example.com" in address for address in addresses)


def test_the_sample_leads_show_every_way() -> None:
    expected = Counter(item["expect"] for item in LEADS)
    assert len(LEADS) >= 14
    assert expected["hot"] >= 4
    assert expected["cold"] >= 3
    assert expected["hostile"] >= 4
    assert expected["returning"] == expected["refused"] == expected["duplicate"] == 1


def test_only_the_refused_lead_has_no_address_and_only_the_duplicate_repeats_an_id() -> None:
    assert [item["expect"] for item in LEADS if "email" not in item["payload"]] == ["refused"]
    ids = Counter(item["payload"]["submission_id"] for item in LEADS)
    assert [item["expect"] for item in LEADS[1:] if ids[item["payload"]["submission_id"]] > 1] == ["duplicate"]


def _aprc() -> Decimal:
    """Return the APRC in per cent, found by halving (Directive 2014/17/EU, Annex I)."""
    paid_out = amount("example_amount") - (
        amount("arrangement_fee") + amount("valuation_fee") + amount("substitute_tax")
    )
    low, high = Decimal(0), Decimal("0.2")
    with localcontext() as context:
        context.prec = 30
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if _present_value(middle) > paid_out else (low, middle)
    return low * 100


def _present_value(yearly: Decimal) -> Decimal:
    monthly = (1 + yearly) ** (Decimal(-1) / 12)
    factor = monthly * (1 - monthly ** amount("example_instalments")) / (1 - monthly)
    return amount("example_instalment") * factor


def _blocks(text: str, language: Language) -> set[str]:
    """Return the rules that would block this text if a person had written it; figures aside, they are facts."""
    verdict = check(
        written(text, language, Origin.PERSON), lead=lead(language), campaign=CAMPAIGN, today=TODAY, judge=None
    )
    blocking = {finding.rule_id for finding in verdict.findings if finding.action is Action.BLOCK}
    assert blocking <= {rule.id for rule in RULES}
    return blocking

"""A campaign's files are read whole or refused with one sentence that names file and field."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from models.campaigns import digest_of, load_campaign, load_campaigns
from models.errors import PolicyError
from models.policy import FactKind, Language

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(CAMPAIGNS / "green-mortgage", tmp_path / "green-mortgage")


def refusal(directory: Path) -> str:
    with pytest.raises(PolicyError) as caught:
        load_campaign(directory)
    assert caught.value.hint
    return caught.value.message


def replace(directory: Path, name: str, old: str, new: str) -> None:
    path = directory / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_campaign_below_a_folder_is_loaded_by_slug() -> None:
    campaigns = load_campaigns(CAMPAIGNS)
    assert list(campaigns) == ["green-mortgage"]
    assert campaigns["green-mortgage"].languages == (Language.EN, Language.IT)


def test_figures_are_exact_decimals_with_their_own_decimals() -> None:
    rate = load_campaign(CAMPAIGNS / "green-mortgage").fact("borrowing_rate")
    assert rate.value == Decimal("3.90")
    assert str(rate.value) == "3.90"


def test_a_whole_number_is_a_decimal_and_no_date() -> None:
    amount = load_campaign(CAMPAIGNS / "green-mortgage").fact("example_amount")
    assert amount.value == Decimal(150000)
    assert amount.kind is FactKind.MONEY


def test_the_digest_changes_with_every_byte_of_policy_and_with_nothing_else(copy: Path) -> None:
    before = load_campaign(copy).digest
    (copy / "sample_leads.json").write_text("[]", encoding="utf-8")
    assert load_campaign(copy).digest == before
    with (copy / "drip.toml").open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    assert load_campaign(copy).digest != before


def test_the_digest_tells_where_one_file_ends_and_the_next_starts() -> None:
    assert digest_of({"a": b"xy", "b": b""}) != digest_of({"a": b"x", "b": b"y"})


def test_a_folder_without_campaigns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"campaign\.toml"):
        load_campaigns(tmp_path)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("campaign.toml", 'slug = "green-mortgage"', 'slug = "other"', "campaign.toml: slug:"),
        ("campaign.toml", 'version = "2026.11"', "", "campaign.toml: version:"),
        ("campaign.toml", "high_score = 60", "high_score = 600", "campaign.toml: thresholds.high_score:"),
        ("campaign.toml", "min_confidence = 0.35", "min_confidence = 0", "thresholds.min_confidence: zero"),
        ("campaign.toml", "giulia.bianchi@banca.example.com", "giulia at banca", "campaign.toml: sender.email:"),
        ("campaign.toml", 'default_language = "en"', 'default_language = "fr"', "campaign.toml: default_language:"),
        ("campaign.toml", 'it = "Mutuo Green"', "", "campaign.toml: product: no text in 'it'"),
        ("campaign.toml", "https://banca.example.com/app", "http://banca.example.com/app", "links: appointment"),
        ("facts.toml", "value = 3.90", 'value = "much"', "facts.toml: fact borrowing_rate: value:"),
        ("facts.toml", "value = 3.90", "value = 2027-01-01", "facts.toml: fact borrowing_rate: value:"),
        ("facts.toml", "expires = 2028-01-01", "expires = 2026-01-01", "facts.toml: fact borrowing_rate: expires:"),
        ("facts.toml", "expires = 2028-01-01", "expires = 2028-13-01", "facts.toml: not valid TOML"),
        (
            "facts.toml",
            'id = "aprc"',
            'id = "borrowing_rate"',
            "facts.toml: fact borrowing_rate: this id stands 2 times",
        ),
        ("facts.toml", 'it = "A o B"', "", "facts.toml: fact energy_classes: texts: no text in 'it'"),
        ("facts.toml", "[[fact]]", "[[figure]]", "facts.toml: figure: only [[fact]] tables"),
        ("claims.toml", "{aprc}", "{apr}", "claims.toml: claim rate: texts.en: {apr} is no fact"),
        ("claims.toml", "{aprc}", "{aprc:.1f}", "claims.toml: claim rate: texts.en: a slot is"),
        ("claims.toml", "{aprc}", "{aprc", "claims.toml: claim rate: texts.en:"),
        ("claims.toml", "{aprc}", "{max_ltv}", "claims.toml: claim rate: texts: the languages do not name"),
        ("claims.toml", 'id = "rate"', 'id = "purpose"', "claims.toml: claim purpose: this id stands 2 times"),
        ("claims.toml", "version = 1", "version = 0", "claims.toml: claim purpose: version:"),
        ("claims.toml", 'triggers = ["green"]', 'triggers = ["grin"]', "claims.toml: claim purpose: triggers.0:"),
        ("disclosures.toml", "{example_total}", "{total}", "disclosures.toml: disclosure representative_example:"),
        ("disclosures.toml", 'triggers = ["always"]', "triggers = []", "disclosures.toml: disclosure home_at_risk:"),
        ("drip.toml", "min_score = 30", "min_score = 1", "drip.toml: segment: min_score:"),
        ("drip.toml", "min_score = 1\n", "min_score = 2\n", "drip.toml: segment cold: min_score:"),
        ("drip.toml", "number = 2", "number = 4", "drip.toml: segment warm: steps:"),
        ("drip.toml", "delay_hours = 96", "delay_hours = -1", "drip.toml: segment warm: steps.1.delay_hours:"),
    ],
)
def test_a_wrong_field_is_named(copy: Path, name: str, old: str, new: str, told: str) -> None:
    replace(copy, name, old, new)
    message = refusal(copy)
    assert message.startswith("green-mortgage/")
    assert told in message


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "claims.toml").unlink()
    assert refusal(copy) == "green-mortgage/claims.toml: this file is missing"


def test_an_unknown_policy_file_is_refused_rather_than_ignored(copy: Path) -> None:
    (copy / "claim.toml").write_text("", encoding="utf-8")
    assert "green-mortgage/claim.toml: this file is none of" in refusal(copy)


def test_a_file_that_is_not_utf8_is_named(copy: Path) -> None:
    (copy / "facts.toml").write_bytes(b"\xff\xfe")
    assert refusal(copy) == "green-mortgage/facts.toml: not UTF-8 text"

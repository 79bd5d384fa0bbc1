"""Confidence speaks of the tokens that matter and of nothing else."""

import math

import pytest

from inference.confidence import score_confidence, words_confidence
from inference.exchange import Token


def tokens(*parts: tuple[str, dict[str, float]]) -> tuple[Token, ...]:
    """Return tokens from (text, alternatives); a token without alternatives was forced by the grammar."""
    return tuple(Token(text.encode(), math.log(seen.get(text, 1.0)), seen or {text: 1.0}) for text, seen in parts)


def scored(*digits: tuple[str, dict[str, float]]) -> tuple[Token, ...]:
    return tokens(('{"score":', {}), *digits, (',"', {}), ("reasoning", {}), ('":"x"}', {}))


def test_certain_score_has_full_confidence() -> None:
    assert score_confidence(scored(("7", {}), ("5", {})), 75) == pytest.approx(1.0)


def test_mass_far_from_the_score_counts_against_it() -> None:
    path = scored(("7", {"7": 0.6, "1": 0.4}), ("5", {}))
    assert score_confidence(path, 75) == pytest.approx(0.6)


def test_neighbouring_tens_count_with_the_share_that_lies_in_the_window() -> None:
    path = scored(("7", {"7": 0.6, "8": 0.4}), ("5", {}))
    assert score_confidence(path, 75) == pytest.approx(0.6 + 0.4 * 6 / 11)


def test_seven_and_seventy_five_are_told_apart_by_how_the_number_ends() -> None:
    ended = tokens(('{"score":', {}), ("7", {}), (",", {",": 0.5, "5": 0.5}), ('"reasoning":"x"}', {}))
    assert score_confidence(ended, 7) == pytest.approx(0.5)


def test_whole_numbers_as_tokens_are_understood() -> None:
    path = scored(("75", {"75": 0.5, "80": 0.2, "12": 0.3}))
    assert score_confidence(path, 75) == pytest.approx(0.7)


def test_no_path_means_no_confidence() -> None:
    assert score_confidence((), 75) == 0.0
    assert words_confidence(()) == 0.0


def test_syntax_and_claim_ids_do_not_flatter_the_words() -> None:
    answer = tokens(
        ('{"subject":"', {}),
        ("Your plans", {"Your plans": 0.25}),
        ('","greeting":"Dear","blocks":["rate"],"bridges":["', {}),
        ("Thank you", {"Thank you": 0.25}),
        ('"],"closing":"', {}),
        ("Bye.", {"Bye.": 0.25}),
        ('"}', {}),
    )
    assert words_confidence(answer) == pytest.approx(0.25)

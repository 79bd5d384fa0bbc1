"""How sure the engine was, from the probabilities of its own tokens (after the grammar's mask, before temperature).

Both figures rank answers of one model and prompt; neither is a calibrated probability of being right. A threshold on
them means something only against reviewers' labels.
"""

import math
import re
from typing import Final

from inference.exchange import Token
from inference.thresholds import SCORE_WINDOW

_SCORE: Final = re.compile(rb'"score"\s*:\s*(\d+\D)')
"""The digits and the token that ends them: without the end, 7 and 75 would look alike."""
_LINES: Final = re.compile(rb'"(?:subject|closing)"\s*:\s*"([^"]*)"')
_BRIDGES: Final = re.compile(rb'"bridges"\s*:\s*\[([^\]]*)\]')
_STRING: Final = re.compile(rb'"([^"]*)"')
_HIGHEST: Final = 100


def score_confidence(tokens: tuple[Token, ...], score: int) -> float:
    """Return the probability that the score lies within ±10 of the one given, as far as its path of tokens shows.

    At each token of the number, the branches not taken are numbers that begin otherwise: `8…` beside `75`. Each
    branch's probability counts with the share of its numbers that lie in the window, evenly spread, since the path
    does not show how the model would have gone on. The branch taken is followed. 0 when there is no path.
    """
    text = _text(tokens)
    path = _spanned(tokens, [match.span(1) for match in _SCORE.finditer(text)])
    if not path:
        return 0.0
    within, reached, prefix = 0.0, 1.0, ""
    for token in path:
        taken = token.text.decode(errors="replace")
        for branch, probability in token.alternatives.items():
            if branch != taken:
                within += reached * probability * _share_within(prefix + branch, score)
        reached *= math.exp(token.logprob)
        prefix += taken
    return min(1.0, within + reached)


def words_confidence(tokens: tuple[Token, ...]) -> float:
    """Return the geometric mean of the token probabilities over the model's own words: subject, bridges, closing.

    Syntax, greeting and claim ids are left out: the grammar forces most of their tokens, which would only flatter.
    """
    text = _text(tokens)
    lines = [match.span(1) for match in _LINES.finditer(text)]
    arrays = [match.span(1) for match in _BRIDGES.finditer(text)]
    bridges = [match.span(1) for start, end in arrays for match in _STRING.finditer(text, start, end)]
    words = _spanned(tokens, lines + bridges)
    return math.exp(sum(token.logprob for token in words) / len(words)) if words else 0.0


def _text(tokens: tuple[Token, ...]) -> bytes:
    return b"".join(token.text for token in tokens)


def _spanned(tokens: tuple[Token, ...], spans: list[tuple[int, int]]) -> list[Token]:
    """Return the tokens that lie, at least in part, in one of the spans (byte offsets in the answer)."""
    spanned, start = [], 0
    for token in tokens:
        end = start + len(token.text)
        if any(start < last and end > first for first, last in spans):
            spanned.append(token)
        start = end
    return spanned


def _share_within(branch: str, score: int) -> float:
    """Return the share of the numbers 1–100 that begin with these digits and lie in the window around the score."""
    digits = re.sub(r"\D.*", "", branch.strip(), flags=re.DOTALL)
    if not digits:
        return 0.0
    ended = digits != branch.strip()
    numbers = [int(digits)] if ended else [n for n in range(1, _HIGHEST + 1) if str(n).startswith(digits)]
    inside = [number for number in numbers if abs(number - score) <= SCORE_WINDOW]
    return len(inside) / len(numbers) if numbers else 0.0

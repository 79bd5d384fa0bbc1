"""The numbers that decide in this package, each with its evidence."""

from typing import Final

MESSAGE_CHARS: Final = 1200
"""A lead's message, cut here: with the answers it fits a model of 2048 tokens beside the prompt's constant part."""
ANSWERS: Final = 10
ANSWER_CHARS: Final = 200
FIELD_NAME_CHARS: Final = 40
LEAD_BYTES: Final = 2000
"""The whole of a lead's words in UTF-8: a byte-level tokenizer makes at most one token of a byte, so that a wall of
emoji cannot push the prompt out of the model's window any further than this."""
INSTRUCTION_CHARS: Final = 300
EARLIER_SUBJECTS: Final = 3

TOP_LOGPROBS: Final = 20
"""vLLM's default ceiling (`--max-logprobs`)."""
MASKED_LOGPROB: Final = -9000.0
"""vLLM fills the list of alternatives with −9999 for tokens that the grammar forbids; nothing real comes near."""
MOST_LOGPROB: Final = 0.01
"""A probability of one and a little of rounding; more is no logarithm of a probability, and the answer no answer."""
MOST_TOKENS: Final = 10_000_000
"""No model reads or writes so many at once."""
SCORE_WINDOW: Final = 10
"""Confidence of a score is the probability of landing within so many points of it: a campaign's thresholds are
seldom finer than tens."""

ENGINE_TIMEOUT_S: Final = 180.0
"""One answer, its wait in the engine's queue included; the second one that a cut answer is asked for may take as long.
On two CPU cores a draft takes 5–15 s alone and 60 s among 16 others."""
CONNECT_TIMEOUT_S: Final = 5.0
CHECK_TIMEOUT_S: Final = 5.0
ANSWER_BYTES: Final = 4 * 1024 * 1024
"""A draft with twenty alternatives a token is about 0.5 MB on the wire; ten times that is no answer of ours."""
ATTEMPTS: Final = 2
"""Only cut answers break the schema (measured, xgrammar): one retry with more room, then a person."""
MORE_ROOM: Final = 2
"""The retry may use so many times the tokens."""

SCORE_MAX_TOKENS: Final = 120
DRAFT_MAX_TOKENS: Final = 320
LIKEST_EXAMPLES: Final = 3
"""Added to the four constant ones. On SmolLM2-135M and 17 short leads: AUC 0.98 against 0.7–0.9 with fixed examples."""
SCORE_TEMPERATURE: Final = 0.0
"""A score must be the same for the same lead."""
DRAFT_TEMPERATURE: Final = 0.1
REPETITION_PENALTY: Final = 1.0
"""None: vLLM counts the prompt's tokens too, so that a penalty of 1.1 forbids the very words of the examples and of the
lead, and SmolLM2-135M flees into nonsense (measured: 11 of 11 drafts unreadable). The schema's bounds end loops."""

PRIORITY_NOW: Final = 0
"""A lead that has just written. Lower runs first; needs vLLM's `--scheduling-policy priority`."""
PRIORITY_DRIP: Final = 10
"""A drip message may wait for every lead that has just written."""

"""What the engine answered, typed, with the record that lets the call be explained and replayed."""

from models.draft import DraftParts
from models.frozen import Frozen
from models.policy import Tone


class CallRecord(Frozen):
    """One call to the engine, in OpenTelemetry's `gen_ai.*` words; no personal data."""

    model: str
    prompt_id: str
    prompt_sha256: str
    """Of the template files and the campaign's constants, not of the filled prompt."""
    schema_sha256: str
    temperature: float
    seed: int
    max_tokens: int
    input_tokens: int
    output_tokens: int
    finish_reason: str
    duration_ms: int
    attempts: int


class ScoreAnswer(Frozen):
    """Response priority of a lead, 1–100, never creditworthiness."""

    score: int
    reasoning: str
    suggested_tone: Tone
    confidence: float
    """0–1, from the probabilities of the score's own tokens."""
    call: CallRecord


class DraftAnswer(Frozen):
    """The parts of a draft and how sure the engine was of its own words (0–1, mean token probability)."""

    parts: DraftParts
    confidence: float
    call: CallRecord

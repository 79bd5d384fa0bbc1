"""The record of one call, kept with its answer so that the decision can be explained and replayed."""

from inference.exchange import EngineAnswer, EngineRequest, Output
from inference.output_types import schema_sha256
from inference.prompt_library import Prompt
from models.answers import CallRecord


def call_record(prompt: Prompt, request: EngineRequest[Output], answer: EngineAnswer[Output]) -> CallRecord:
    """Return what was asked under which settings and what it took; no personal data."""
    return CallRecord(
        model=answer.model,
        prompt_id=prompt.id,
        prompt_sha256=prompt.sha256,
        schema_sha256=schema_sha256(request.output_type),
        temperature=request.temperature,
        seed=request.seed,
        max_tokens=answer.max_tokens,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        finish_reason=answer.finish_reason,
        duration_ms=answer.duration_ms,
        attempts=answer.attempts,
    )

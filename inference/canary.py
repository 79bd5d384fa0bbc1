"""Questions whose right answer is forbidden by their schema: an engine that gives it does not constrain.

Asked once when the box starts. vLLM drops unknown fields of a request silently, and its `outlines` backend ignores
integer bounds (measured): without this proof such an engine would look healthy until a score of 121 arrived.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from inference.errors import EngineAnswerError, EngineUnconstrainedError
from inference.exchange import ChatMessage, EngineAnswer, EngineRequest

_SEEDS = (1, 2)
_TEMPERATURE = 1.0
_MAX_TOKENS = 40
_QUESTION = 'Repeat exactly this JSON and nothing else: {"number": 777, "word": "purple", "code": "9-9-9"}'
_UNBOUND = "The engine does not hold to a schema."
_HINT = 'Start vLLM with --structured-outputs-config \'{"backend":"xgrammar","disable_any_whitespace":true}\'.'


class Canary(BaseModel):
    """A schema that forbids what the question asks for, by each kind of constraint that we rely on."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=41, le=43)
    word: Literal["amber", "green"]
    code: str = Field(pattern=r"^[a-c]{2}( [a-c]{2}){1,2}$")


Complete = Callable[[EngineRequest[Canary]], Awaitable[EngineAnswer[Canary]]]


async def prove_constraints(complete: Complete) -> None:
    """Raise EngineUnconstrainedError unless an integer bound, an enum and a pattern really bind the engine."""
    for seed in _SEEDS:
        try:
            answer = await complete(_request(seed))
        except EngineAnswerError:
            raise EngineUnconstrainedError(_UNBOUND, hint=_HINT) from None
        if answer.attempts > 1:
            raise EngineUnconstrainedError(_UNBOUND, hint=_HINT)


def _request(seed: int) -> EngineRequest[Canary]:
    return EngineRequest(
        messages=(ChatMessage("user", _QUESTION),),
        output_type=Canary,
        max_tokens=_MAX_TOKENS,
        seed=seed,
        temperature=_TEMPERATURE,
    )

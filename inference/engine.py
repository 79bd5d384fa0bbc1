"""The only door to the engine (vLLM's OpenAI-compatible server): a constrained question in, a typed answer out.

Outlines turns the output type into the constraint, xgrammar inside vLLM holds the model to it, and Pydantic checks
every answer again, because an engine that is started wrongly ignores constraints silently.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx2
import openai
import structlog
from pydantic import ValidationError

from inference.canary import prove_constraints
from inference.errors import EngineAnswerError, EngineUnavailableError
from inference.exchange import EngineAnswer, EngineRequest, EngineStatus, Output
from inference.thresholds import (
    ANSWER_BYTES,
    ATTEMPTS,
    CHECK_TIMEOUT_S,
    CONNECT_TIMEOUT_S,
    ENGINE_TIMEOUT_S,
    MORE_ROOM,
    TOP_LOGPROBS,
)
from inference.wire import Completion, ServedModels, parse_completion

log = structlog.get_logger(__name__)

_WAIT = "The lead waits and is tried again. `leadkeep doctor` says whether the engine is up and serves the model."
_PERSON = "The lead goes to a person. If this happens often, look at the engine's log and at its model."
_BROKEN = "The engine's answer was cut or broke its schema, twice."
_TOO_LARGE = "The engine's answer is too large to be one."
_REFUSED_QUESTION = frozenset({400, 413, 422})


class Engine:
    """A client of one model behind one address; tasks may share it."""

    def __init__(
        self, base_url: str, model: str, *, api_key: str = "none", timeout_s: float = ENGINE_TIMEOUT_S
    ) -> None:
        """`base_url` ends in `/v1`; `timeout_s` bounds one answer, its wait in the engine's queue included.

        A cut answer is asked for again, so that `complete` may take twice as long.
        """
        self.model = model
        self._timeout_s = timeout_s
        self._root = base_url.rstrip("/").removesuffix("/v1")
        # A proxy variable of the host (trust_env) or a redirect must not carry a lead's words out of the house.
        self._http = httpx2.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
        )
        self._client = openai.AsyncOpenAI(
            base_url=f"{self._root}/v1", api_key=api_key, max_retries=0, http_client=self._http
        )

    async def __aenter__(self) -> Self:
        """Return the engine; leaving closes its connections."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(self, request: EngineRequest[Output]) -> EngineAnswer[Output]:
        """Ask, and once more with more room when the answer is cut or breaks its schema.

        Raises EngineUnavailableError (retryable) when the engine does not answer, EngineAnswerError when it answers
        rubbish. The retry keeps the seed: what a cut answer lacks is room.
        """
        started = time.monotonic()
        for attempt in range(1, ATTEMPTS + 1):
            max_tokens = request.max_tokens * MORE_ROOM ** (attempt - 1)
            content = await self._post(_body(self.model, request, max_tokens))
            completion = parse_completion(content)
            value = _value(completion, request.output_type)
            if completion is not None and value is not None:
                return EngineAnswer(
                    value=value,
                    text=completion.text,
                    tokens=completion.tokens,
                    model=completion.model or self.model,
                    input_tokens=completion.usage.prompt_tokens,
                    output_tokens=completion.usage.completion_tokens,
                    finish_reason=completion.finish_reason,
                    max_tokens=max_tokens,
                    duration_ms=round((time.monotonic() - started) * 1000),
                    attempts=attempt,
                )
            reason = completion.finish_reason if completion is not None else "unreadable"
            log.warning("engine.answer_broken", attempt=attempt, finish_reason=reason, max_tokens=max_tokens)
        raise EngineAnswerError(_BROKEN, hint=_PERSON)

    async def check(self) -> EngineStatus:
        """Tell whether the engine answers and serves the model; never raises."""
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_S):
                health = await self._http.get(f"{self._root}/health")
                models = await self._http.get(f"{self._root}/v1/models", headers=self._client.auth_headers)
            served = tuple(model.id for model in ServedModels.model_validate_json(models.content).data)
        except (httpx2.HTTPError, TimeoutError, ValidationError) as error:
            return EngineStatus(
                healthy=False, models=(), detail=f"The engine does not answer ({type(error).__name__})."
            )
        if not health.is_success:
            return EngineStatus(healthy=False, models=served, detail=f"The engine says {health.status_code}.")
        if self.model not in served:
            detail = f"The engine does not serve {self.model}; it serves {', '.join(served) or 'nothing'}."
            return EngineStatus(healthy=False, models=served, detail=detail)
        return EngineStatus(healthy=True, models=served, detail=f"The engine serves {self.model}.")

    async def prove_constraints(self) -> None:
        """Raise EngineUnconstrainedError unless integer bounds, enums and patterns really bind this engine."""
        await prove_constraints(self.complete)

    async def _post(self, body: dict[str, Any]) -> bytes:
        with _translated(self._timeout_s):
            async with (
                asyncio.timeout(self._timeout_s),
                self._client.chat.completions.with_streaming_response.create(**body) as response,
            ):
                content = bytearray()
                async for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > ANSWER_BYTES:
                        raise EngineAnswerError(_TOO_LARGE, hint=_PERSON)
                return bytes(content)


@contextmanager
def _translated(timeout_s: float) -> Iterator[None]:
    """Turn the client's errors into ours, without the question or the answer in them."""
    try:
        yield
    except openai.APIStatusError as error:
        code = error.status_code
        if code in _REFUSED_QUESTION:
            message = f"The engine refused the question ({code})."
            raise EngineAnswerError(message, hint=_PERSON) from None
        message = f"The engine answered {code}."
        raise EngineUnavailableError(message, hint=_WAIT) from None
    except TimeoutError:
        message = f"The engine did not answer: timeout after {timeout_s:g} s."
        raise EngineUnavailableError(message, hint=_WAIT) from None
    except (openai.APIConnectionError, httpx2.HTTPError) as error:
        reason = type(error.__cause__ or error).__name__
        message = f"The engine does not answer ({reason})."
        raise EngineUnavailableError(message, hint=_WAIT) from None


def _body(model: str, request: EngineRequest[Output], max_tokens: int) -> dict[str, Any]:
    """Return the arguments of one chat completion; Outlines translates the output type for vLLM."""
    from outlines.models.vllm import VLLMTypeAdapter

    constraint = VLLMTypeAdapter().format_output_type(request.output_type)
    return {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "max_tokens": max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "logprobs": True,
        "top_logprobs": TOP_LOGPROBS,
        "extra_body": {
            **constraint,
            "priority": request.priority,
            "repetition_penalty": request.repetition_penalty,
        },
    }


def _value(completion: Completion | None, output_type: type[Output]) -> Output | None:
    """Return the parsed answer, None when it was cut or does not hold to its type."""
    if completion is None or completion.finish_reason != "stop":
        return None
    try:
        return output_type.model_validate_json(completion.text)
    except ValidationError:
        return None

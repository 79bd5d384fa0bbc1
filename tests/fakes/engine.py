"""vLLM's OpenAI server at the wire, without a model: it answers every schema validly, or as badly as it is told.

Replace `answer` to decide what it says; the default reads a score from the lead's text and writes a short draft.
"""

import asyncio
import json
import math
import re
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import count
from typing import Any

from starlette.responses import PlainTextResponse, Response

from tests.fakes.regex_sample import sample
from tests.fakes.schema_instance import Writer
from tests.fakes.wire import Fault, Recorded, WireFake, json_answer

_TOKEN = re.compile(r"\d|[^\W\d]+|\s+|.", re.DOTALL)
_ITALIAN = re.compile(r"\b(?:Buongiorno|Gentile|mutuo|grazie|vorrei|italiano)\b", re.IGNORECASE)
_MASKED = -9999.0
"""What vLLM reports for a token that the grammar forbids."""

_WORDS: dict[str, dict[str, list[str]]] = {
    "en": {
        "subject": ["Your enquiry about the Green Mortgage", "Your enquiry"],
        "closing": ["I look forward to your reply.", "Kind regards"],
        "bridges": [
            "Thank you for your message about the Green Mortgage.",
            "Here is what we can tell you today.",
            "Thank you for your message.",
            "I am glad to help you with the next step.",
        ],
        "reasoning": ["The lead states a clear need and asks for a call."],
    },
    "it": {
        "subject": ["La sua richiesta su Mutuo Green", "La sua richiesta"],
        "closing": ["Resto a disposizione per ogni domanda.", "Cordiali saluti"],
        "bridges": [
            "Grazie per averci scritto e per il suo interesse.",
            "Ecco che cosa possiamo dirle oggi.",
            "Grazie per il suo messaggio.",
            "Siamo lieti di aiutarla con il prossimo passo.",
        ],
        "reasoning": ["The lead states a clear need and asks for a call."],
    },
}
"""Best first: what the product's own schemas accept, then what looser ones do."""


@dataclass(frozen=True)
class Answer:
    """What the model says, why it stopped, how long it took, and how probable each of its tokens was."""

    text: str
    finish_reason: str = "stop"
    delay_s: float = 0.0
    probability: float | None = None


def cut(text: str) -> Answer:
    """Return JSON that ran out of tokens half-way."""
    return Answer(text[: len(text) // 2], "length")


RUBBISH = Answer("I'm sorry, as a language model {{{ \x00")
EMPTY = Answer("")
Handler = Callable[[dict[str, Any]], "str | Answer | Fault"]


class FakeEngine(WireFake):
    """`async with FakeEngine() as engine`; the client's base URL is `engine.base_url`."""

    def __init__(self, model: str = "fake-model") -> None:
        super().__init__()
        self.model = model
        self.answer: Handler = self.default_answer
        self.scores: dict[str, int] = {"hot": 88, "cold": 18}
        """A word in the lead's text and the score that it earns; the last one that occurs wins."""
        self.default_score = 80
        self.token_probability = 0.97
        self.max_model_len = 32_768
        self._ids = count(1)

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    @property
    def completions(self) -> list[dict[str, Any]]:
        """The bodies of all chat completion requests so far."""
        return [request.json for request in self.requests if request.path == "/v1/chat/completions"]

    async def respond(self, request: Recorded) -> Response | Fault:
        match request.method, request.path:
            case "GET", "/health":
                return Response()
            case "GET", "/version":
                return json_answer({"version": "0.32.0"})
            case "GET", "/metrics":
                return PlainTextResponse(self._metrics())
            case "GET", "/v1/models":
                return json_answer({"object": "list", "data": [self._model_card()]})
            case "POST", "/tokenize":
                return self._tokenize(request.json)
            case "POST", "/v1/chat/completions":
                return await self._complete(request.json)
            case _:
                return json_answer({"detail": "Not Found"}, HTTPStatus.NOT_FOUND)

    def default_answer(self, body: dict[str, Any]) -> str | Answer | Fault:
        """Answer validly whatever is asked for: JSON, a choice, a pattern, or plain text."""
        match constraint_of(body):
            case "json", schema:
                instance = Writer(schema, self._words(body)).write()
                return json.dumps(instance, ensure_ascii=False, separators=(",", ":"))
            case "choice", [first, *_]:
                return str(first)
            case "regex", pattern:
                return sample(pattern)
            case _:
                return "Thank you for your message."

    def score_of(self, body: dict[str, Any]) -> int:
        """Return the score that the last user message earns."""
        text = last_user_text(body).lower()
        earned = [score for word, score in self.scores.items() if re.search(rf"\b{re.escape(word.lower())}\b", text)]
        return earned[-1] if earned else self.default_score

    def _words(self, body: dict[str, Any]) -> Callable[[str], Iterable[Any]]:
        """Italian where the schema or the lead is."""
        asked = json.dumps(constraint_of(body)[1], ensure_ascii=False) + last_user_text(body)
        words = _WORDS["it" if _ITALIAN.search(asked) else "en"]
        return lambda name: [self.score_of(body)] if name == "score" else words.get(name, [])

    async def _complete(self, body: dict[str, Any]) -> Response | Fault:
        if refusal := self._refusal(body):
            return refusal
        said = self.answer(body)
        if isinstance(said, Fault):
            return said
        answer = said if isinstance(said, Answer) else Answer(said)
        await asyncio.sleep(answer.delay_s)
        return json_answer(self._completion(body, self._limited(body, answer)))

    def _refusal(self, body: dict[str, Any]) -> Response | None:
        if body.get("model") != self.model:
            return _error(HTTPStatus.NOT_FOUND, "NotFoundError", f"The model `{body.get('model')}` does not exist.")
        if body.get("stream"):
            return _error(HTTPStatus.BAD_REQUEST, "BadRequestError", "this fake does not stream")
        try:
            kind, value = constraint_of(body)
            if kind == "regex":
                re.compile(value)
        except (KeyError, TypeError, ValueError, re.error) as error:
            return _error(HTTPStatus.BAD_REQUEST, "BadRequestError", f"invalid structured output: {error}")
        if self._prompt_tokens(body) > self.max_model_len:
            message = f"This model's maximum context length is {self.max_model_len} tokens."
            return _error(HTTPStatus.BAD_REQUEST, "BadRequestError", message)
        return None

    def _limited(self, body: dict[str, Any], answer: Answer) -> Answer:
        """Cut the answer where max_tokens ends, as the real engine does."""
        limit = body.get("max_completion_tokens") or body.get("max_tokens") or self.max_model_len
        tokens = _TOKEN.findall(answer.text)
        if len(tokens) <= limit:
            return answer
        return replace(answer, text="".join(tokens[:limit]), finish_reason="length")

    def _completion(self, body: dict[str, Any], answer: Answer) -> dict[str, Any]:
        tokens, prompt = _TOKEN.findall(answer.text), self._prompt_tokens(body)
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": answer.text, "refusal": None, "reasoning": None},
            "logprobs": self._logprobs(body, answer, tokens) if body.get("logprobs") else None,
            "finish_reason": answer.finish_reason,
            "stop_reason": None,
        }
        return {
            "id": f"chatcmpl-{next(self._ids):032x}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": self.model,
            "choices": [choice],
            "usage": {
                "prompt_tokens": prompt,
                "total_tokens": prompt + len(tokens),
                "completion_tokens": len(tokens),
                "prompt_tokens_details": None,
            },
            "prompt_logprobs": None,
        }

    def _logprobs(self, body: dict[str, Any], answer: Answer, tokens: list[str]) -> dict[str, Any]:
        """After the grammar's mask: one rival for each token, the rest of the list filled with masked ones."""
        chosen = self.token_probability if answer.probability is None else answer.probability
        return {"content": [_logprob(token, chosen, body.get("top_logprobs") or 0) for token in tokens]}

    def _prompt_tokens(self, body: dict[str, Any]) -> int:
        return sum(len(_TOKEN.findall(str(message.get("content")))) + 4 for message in body["messages"])

    def _tokenize(self, body: dict[str, Any]) -> Response:
        text = body["prompt"] if "prompt" in body else "".join(str(item["content"]) for item in body["messages"])
        ids = [zlib.crc32(token.encode()) % 49_152 for token in _TOKEN.findall(text)]
        answer = {"count": len(ids), "max_model_len": self.max_model_len, "tokens": ids, "token_strs": None}
        return json_answer(answer)

    def _model_card(self) -> dict[str, Any]:
        card = {"id": self.model, "object": "model", "created": int(time.time()), "owned_by": "vllm"}
        return card | {"root": self.model, "parent": None, "max_model_len": self.max_model_len, "permission": []}

    def _metrics(self) -> str:
        labels = f'{{engine="0",model_name="{self.model}"}}'
        return (
            "# TYPE vllm:num_requests_running gauge\n"
            f"vllm:num_requests_running{labels} 0.0\n"
            "# TYPE vllm:num_requests_waiting gauge\n"
            f"vllm:num_requests_waiting{labels} 0.0\n"
            "# TYPE vllm:request_success_total counter\n"
            f'vllm:request_success_total{{engine="0",finished_reason="stop",model_name="{self.model}"}} '
            f"{float(len(self.completions))}\n"
        )


def constraint_of(body: dict[str, Any]) -> tuple[str, Any]:
    """Return ("json", schema), ("regex", pattern), ("choice", values) or ("", None), wherever the client put it.

    Raises KeyError or TypeError for what vLLM answers with 400.
    """
    response_format = body.get("response_format") or {}
    if response_format.get("type") == "json_schema":
        return "json", dict(response_format["json_schema"]["schema"])
    structured = body.get("structured_outputs") or {}
    for kind in ("json", "regex", "choice"):
        if structured.get(kind) is not None:
            value = structured[kind]
            return kind, json.loads(value) if kind == "json" and isinstance(value, str) else value
    return "", None


def last_user_text(body: dict[str, Any]) -> str:
    """Return the last user message: the lead, after everything that is constant."""
    return next((str(item["content"]) for item in reversed(body["messages"]) if item["role"] == "user"), "")


def _logprob(token: str, probability: float, alternatives: int) -> dict[str, Any]:
    rival = str((int(token) + 5) % 10) if token.isdecimal() else f"{token}~"
    masked = [(f"<masked{number}>", _MASKED) for number in range(alternatives - 2)]
    listed = [(token, math.log(probability)), (rival, _log(1 - probability)), *masked][:alternatives]
    return _item(token, math.log(probability)) | {"top_logprobs": [_item(*pair) for pair in listed]}


def _item(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode())}


def _log(probability: float) -> float:
    return math.log(probability) if probability > 0 else _MASKED


def _error(status: int, kind: str, message: str) -> Response:
    return json_answer({"error": {"message": message, "type": kind, "param": None, "code": int(status)}}, status)

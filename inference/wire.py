"""The bytes of a chat completion (OpenAI's format as vLLM speaks it), parsed once into typed values."""

import math

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inference.exchange import Token
from inference.thresholds import MASKED_LOGPROB


class Wire(BaseModel):
    """A part of the engine's answer; fields that we do not read are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Alternative(Wire):
    """A token that could have stood here."""

    token: str
    logprob: float


class TokenLogprob(Wire):
    """A token of the answer with the likeliest others."""

    token: str
    logprob: float
    bytes: list[int] | None = None
    top_logprobs: list[Alternative] = []

    def to_token(self) -> Token:
        """Return the token with the masked alternatives left out and logarithms turned into probabilities."""
        text = bytes(self.bytes) if self.bytes is not None else self.token.encode()
        seen = {other.token: math.exp(other.logprob) for other in self.top_logprobs if other.logprob > MASKED_LOGPROB}
        return Token(text=text, logprob=self.logprob, alternatives=seen)


class ChoiceLogprobs(Wire):
    """The tokens of one choice."""

    content: list[TokenLogprob] | None = None


class ChoiceMessage(Wire):
    """The answer's text."""

    content: str | None = None


class Choice(Wire):
    """The only choice that we ask for."""

    finish_reason: str | None = None
    message: ChoiceMessage
    logprobs: ChoiceLogprobs | None = None


class Usage(Wire):
    """Tokens counted by the engine."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class Completion(Wire):
    """A whole answer of `/v1/chat/completions`."""

    model: str = ""
    choices: list[Choice] = Field(min_length=1)
    usage: Usage = Usage()

    @property
    def text(self) -> str:
        """The answer's text; empty when the engine sent none."""
        return self.choices[0].message.content or ""

    @property
    def finish_reason(self) -> str:
        """Why the engine stopped: `stop` is the only good end."""
        return self.choices[0].finish_reason or ""

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The answer's tokens in order; empty when the engine sent no probabilities."""
        logprobs = self.choices[0].logprobs
        return tuple(item.to_token() for item in (logprobs.content if logprobs and logprobs.content else ()))


class ServedModel(Wire):
    """A model's name in the list."""

    id: str


class ServedModels(Wire):
    """The answer of `/v1/models`."""

    data: list[ServedModel]


def parse_completion(content: bytes) -> Completion | None:
    """Return the completion, None when the bytes are none."""
    try:
        return Completion.model_validate_json(content)
    except ValidationError:
        return None

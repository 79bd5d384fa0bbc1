"""The bytes of a chat completion (OpenAI's format as vLLM speaks it), parsed once into typed values."""

import math
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inference.exchange import Token
from inference.thresholds import MASKED_LOGPROB, MOST_LOGPROB, MOST_TOKENS

Byte = Annotated[int, Field(ge=0, le=255)]
Logprob = Annotated[float, Field(le=MOST_LOGPROB, allow_inf_nan=False)]
TokenCount = Annotated[int, Field(ge=0, le=MOST_TOKENS)]


class Wire(BaseModel):
    """A part of the engine's answer; fields that we do not read are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Alternative(Wire):
    """A token that could have stood here."""

    token: str
    logprob: Logprob


class TokenLogprob(Wire):
    """A token of the answer with the likeliest others."""

    token: str
    logprob: Logprob
    bytes: list[Byte] | None = None
    top_logprobs: list[Alternative] = []

    def to_token(self) -> Token:
        """Return the token with the masked alternatives left out and logarithms turned into probabilities."""
        text = bytes(self.bytes) if self.bytes is not None else self.token.encode()
        seen = {
            other.token: math.exp(min(other.logprob, 0.0))
            for other in self.top_logprobs
            if other.logprob > MASKED_LOGPROB
        }
        return Token(text=text, logprob=min(self.logprob, 0.0), alternatives=seen)


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

    prompt_tokens: TokenCount = 0
    completion_tokens: TokenCount = 0


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

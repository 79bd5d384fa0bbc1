"""What is asked of the engine and what comes back: plain values, no I/O."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from inference.thresholds import PRIORITY_NOW

Output = TypeVar("Output", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn of a prompt."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class EngineRequest(Generic[Output]):
    """One question. `output_type` is both the Outlines type that constrains the answer and what parses it."""

    messages: tuple[ChatMessage, ...]
    output_type: type[Output]
    max_tokens: int
    seed: int
    temperature: float = 0.0
    repetition_penalty: float = 1.0
    priority: int = PRIORITY_NOW


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the answer; `alternatives` are the probabilities of what could have stood here, itself included."""

    text: bytes
    logprob: float
    alternatives: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EngineAnswer(Generic[Output]):
    """An answer that holds to its schema. `attempts` is 2 when the first was cut or broken."""

    value: Output
    text: str
    tokens: tuple[Token, ...]
    model: str
    input_tokens: int
    output_tokens: int
    finish_reason: str
    max_tokens: int
    duration_ms: int
    attempts: int


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What `doctor` and the readiness probe tell of the engine; `detail` is a sentence for a person."""

    healthy: bool
    models: tuple[str, ...]
    detail: str

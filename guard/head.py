"""The classifier's head: a logistic regression over sentence embeddings, kept as JSON with how it was trained."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import Field

from models.frozen import Frozen


class Head(Frozen):
    """Weights over an embedding, and where they come from."""

    weights: tuple[float, ...]
    bias: float
    weights_sha256: str
    """Of the embedding model's safetensors: another model, another head."""
    sentences_sha256: str
    sentences: int
    templates: int
    auc_left_out: float = Field(ge=0, le=1)
    """Area under the ROC curve, every template predicted by a head that has not seen it."""

    def probability(self, embedding: Iterable[float]) -> float:
        """Return the probability of a violation for one sentence's embedding (length 384, unit norm)."""
        logit = self.bias + math.fsum(weight * value for weight, value in zip(self.weights, embedding, strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))

    def highest(self, embeddings: Iterable[Sequence[float]]) -> float:
        """Return the highest probability over sentences, 0 when there is none."""
        return max((self.probability(embedding) for embedding in embeddings), default=0.0)


def load_head(path: Path) -> Head:
    """Return the head stored in a JSON file."""
    return Head.model_validate_json(path.read_bytes())


def head_digest(head: Head) -> str:
    """Return the SHA-256 (hex) of everything in the head."""
    return hashlib.sha256(head.model_dump_json().encode()).hexdigest()

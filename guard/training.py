"""Trains the classifier's head from guard/data/sentences.toml: `python -m guard.training [--evaluate] [--weights DIR]`.

Splits are by template, never by sentence: a head that has seen a claim must not be praised for knowing its denial.
"""

import argparse
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guard.classifier import HEAD_FILE, embed, load_encoder, weights_sha256, wheel_weights
from guard.head import Head

if TYPE_CHECKING:
    from numpy import floating
    from numpy.typing import NDArray
    from sklearn.linear_model import LogisticRegression

SENTENCES_FILE: Final = Path(__file__).parent / "data" / "sentences.toml"
INVERSE_REGULARISATION: Final = 10.0
"""Of 1, 3 and 10 the best in leave-template-out AUC (.851, .864, .867 on the first 281 sentences)."""
DECIMALS: Final = 6


@dataclass(frozen=True)
class Sentences:
    """Sentences with their label (1: must not be sent) and the template that each belongs to."""

    texts: tuple[str, ...]
    risky: tuple[int, ...]
    templates: tuple[str, ...]
    sha256: str


def read_sentences(path: Path = SENTENCES_FILE) -> Sentences:
    """Return the labelled sentences of a TOML file."""
    content = path.read_bytes()
    rows = [
        (text, label, template["id"])
        for template in tomllib.loads(content.decode())["template"]
        for label, kind in ((1, "risky"), (0, "fine"))
        for text in template.get(kind, [])
    ]
    texts, labels, templates = zip(*rows, strict=True)
    return Sentences(texts, labels, templates, hashlib.sha256(content).hexdigest())


def train(sentences: Sentences, vectors: "NDArray[floating]", weights: str) -> Head:
    """Return a head fitted on all sentences, with the AUC of its leave-template-out twin."""
    fitted = _fit(vectors, sentences.risky)
    return Head(
        weights=tuple(round(float(value), DECIMALS) for value in fitted.coef_[0]),
        bias=round(float(fitted.intercept_[0]), DECIMALS),
        weights_sha256=weights,
        sentences_sha256=sentences.sha256,
        sentences=len(sentences.texts),
        templates=len(set(sentences.templates)),
        auc_left_out=round(left_out_auc(sentences, vectors)[0], 3),
    )


def left_out_auc(sentences: Sentences, vectors: "NDArray[floating]") -> tuple[float, float]:
    """Return the AUC over all sentences, and over minimal pairs alone, each predicted without its own template."""
    import numpy as np
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import LeaveOneGroupOut

    labels, templates = np.array(sentences.risky), np.array(sentences.templates)
    predicted = np.zeros(len(labels))
    for seen, left_out in LeaveOneGroupOut().split(vectors, labels, templates):
        predicted[left_out] = _fit(vectors[seen], labels[seen].tolist()).predict_proba(vectors[left_out])[:, 1]
    paired = np.isin(templates, templates[labels == 1])
    return float(roc_auc_score(labels, predicted)), float(roc_auc_score(labels[paired], predicted[paired]))


def _fit(vectors: "NDArray[floating]", labels: "tuple[int, ...] | list[int]") -> "LogisticRegression":
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=INVERSE_REGULARISATION, max_iter=2000, class_weight="balanced").fit(vectors, labels)


def main() -> None:
    """Train and store the head; with --evaluate only print how well it does on templates it has not seen."""
    import numpy as np
    from rich.console import Console

    options = _options()
    sentences = read_sentences()
    vectors = np.array(embed(load_encoder(options.weights), sentences.texts), dtype=np.float32)
    every, paired = left_out_auc(sentences, vectors)
    console = Console()
    console.print(f"sentences={len(sentences.texts)} templates={len(set(sentences.templates))}")
    console.print(f"leave-template-out AUC={every:.3f}, minimal pairs alone={paired:.3f}")
    if not options.evaluate:
        head = train(sentences, vectors, weights_sha256(options.weights))
        HEAD_FILE.write_text(head.model_dump_json(indent=1) + "\n", encoding="utf-8")
        console.print(f"stored {HEAD_FILE.name}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the classifier's head.")
    parser.add_argument("--evaluate", action="store_true", help="print the AUC and store nothing")
    parser.add_argument("--weights", type=Path, default=wheel_weights(), help="directory of the embedding model")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Every rule there is, named explicitly: what is not listed here does not run."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from guard.rule import Rule
from guard.rules import (
    approved_text,
    authority,
    betterment,
    comparison,
    conduct,
    credit_history,
    echo,
    green,
    grounding,
    manner,
    modality,
    pressure,
    privacy,
    promises,
    risk,
)

RULES: Final[tuple[Rule, ...]] = (
    *promises.RULES,
    *credit_history.RULES,
    *betterment.RULES,
    *risk.RULES,
    *comparison.RULES,
    *pressure.RULES,
    *conduct.RULES,
    *authority.RULES,
    *green.RULES,
    *grounding.RULES,
    *approved_text.RULES,
    *privacy.RULES,
    *echo.RULES,
    *manner.RULES,
    *modality.RULES,
)


@cache
def source_digest() -> str:
    """Return the SHA-256 (hex) over this package's Python files: another rule, another guard."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()

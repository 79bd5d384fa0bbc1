"""The import contracts bite: one forbidden import for each of them, in a copy of the packages, and each is broken."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from .repository import Repository

FORBIDDEN = {
    "imports go one way": ("models/states.py", "import worker.parts"),
    "gateway and ui never reach the engine": ("ui/answers.py", "import inference.engine"),
    "the guard is pure": ("guard/rule.py", "import httpx"),
    "sqlalchemy lives in models": ("worker/parts.py", "import sqlalchemy"),
    "the engine's clients live in inference": ("worker/parts.py", "import openai"),
    "arq lives in worker and gateway.enqueue": ("gateway/intake.py", "import arq"),
    "stages do not import their siblings": ("worker/stages/score.py", "import worker.stages.route"),
    "rules do not import their siblings": ("guard/rules/risk.py", "import guard.rules.green"),
    "sources do not import their siblings": ("gateway/sources/other/parse.py", "import gateway.sources.web_form.parse"),
    "channels do not import their siblings": ("worker/crm/hubspot.py", "import worker.crm.salesforce"),
}


def test_every_contract_is_broken_by_an_import_that_it_forbids(repository: Repository, tmp_path: Path) -> None:
    for file in [*repository.modules(), Path("pyproject.toml")]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(repository.root / file, tmp_path / file)
    for name, line in FORBIDDEN.values():
        _append(tmp_path / name, line)
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)", _lint(tmp_path), re.MULTILINE))
    assert verdicts == dict.fromkeys(FORBIDDEN, "BROKEN")


def _append(module: Path, line: str) -> None:
    module.parent.mkdir(exist_ok=True)
    (module.parent / "__init__.py").touch()
    with module.open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")


def _lint(folder: Path) -> str:
    lint = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([lint, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False).stdout

"""`docs/operators/production.md`: what an operator types does what it says, and its figures are the code's."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from .repository import Repository

GUIDE = Path("docs/operators/production.md")
OWNERS = {"postgres_password": "999:999", "valkey_users": "999:999"}
SECRETS = {"leadkeep_database_url", "leadkeep_redis_url", "leadkeep_smtp_url", "master_key", *OWNERS}
OPENSSL = "#!/bin/sh\n[ $2 = -hex ] && printf '%048d\\n' 7 || printf '%044d\\n' 7\n"
CHOWN = '#!/bin/sh\nowner=$1; shift; for name; do echo "$name $owner"; done >> "$OWNED"\n'


@pytest.fixture
def block(repository: Repository) -> str:
    return next(
        text
        for text in re.findall(r"```sh\n(.*?)```", repository.text(GUIDE), re.DOTALL)
        if "postgres_password" in text
    )


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Words of our own instead of openssl's, and a chown that anybody may call."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("openssl", OPENSSL), ("chown", CHOWN)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    return {"PATH": f"{tools}:{os.environ['PATH']}", "OWNED": str(tmp_path / "owned")}


def _type(command: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    shell = ["sh", "-c", command]
    return subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_secrets_are_closed_files_and_the_shell_stays_as_it_was(
    block: str, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "checkout"
    typed = _type(f"umask 022\n{block}\numask; pwd", folder, environment)
    assert (typed.returncode, typed.stderr) == (0, "")
    assert typed.stdout.split() == ["0022", str(folder)]
    made = {path.name: path for path in (folder / "var" / "secrets").iterdir()}
    assert made.keys() == SECRETS
    assert {path.stat().st_mode & 0o777 for path in made.values()} == {0o400}
    owners = dict(line.split() for line in Path(environment["OWNED"]).read_text().splitlines())
    assert owners == dict.fromkeys(SECRETS, "10001:10001") | OWNERS


def test_the_secrets_typed_again_leave_the_master_key_as_it_is(
    block: str, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "checkout"
    _type(block, folder, environment)
    key = folder / "var" / "secrets" / "master_key"
    key.chmod(0o600)
    key.write_text("the first")
    assert _type(block, folder, environment).returncode != 0
    assert key.read_text() == "the first"


def test_a_mail_in_flight_has_the_seconds_that_guide_and_compose_file_name(repository: Repository) -> None:
    from worker.stages.send import FINISH_S

    assert f"a mail in flight {FINISH_S:.0f} seconds" in repository.text(GUIDE)
    assert f"a mail still in DATA after {FINISH_S:.0f} s waits" in repository.text(Path("compose.gpu.yaml"))

"""The box's directories: closed to others, and open enough for the account that runs PostgreSQL under root."""

import os
import stat
from pathlib import Path

import pytest

from appliance.addresses import ensure_run_dir
from appliance.keys import ensure_master_key
from appliance.settings import Settings

IS_ROOT = os.geteuid() == 0
ENTERABLE = 0o711 if IS_ROOT else 0o700


@pytest.mark.parametrize("made_as", [None, 0o700, 0o755, 0o777])
def test_var_is_as_closed_as_it_can_be_however_it_was_made(tmp_path: Path, made_as: int | None) -> None:
    settings = Settings(_env_file=None, var_dir=tmp_path / "var")
    if made_as is not None:
        settings.var_dir.mkdir()
        settings.var_dir.chmod(made_as)
    run_dir = ensure_run_dir(settings)
    assert [mode(folder) for folder in (settings.var_dir, run_dir)] == [ENTERABLE] * 2


def test_keys_stay_closed_to_everybody_else(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, var_dir=tmp_path / "var")
    ensure_run_dir(settings)
    ensure_master_key(settings.master_key_path)
    assert mode(settings.master_key_path.parent) == 0o700


def test_an_operator_may_close_it_further_where_no_other_account_must_enter(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, var_dir=tmp_path / "var")
    ensure_run_dir(settings)
    settings.run_dir.chmod(0o500)
    ensure_run_dir(settings)
    assert mode(settings.run_dir) == (ENTERABLE if IS_ROOT else 0o500)


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)

"""The master key is made once, closed to others, and a bad one is refused with a sentence."""

import base64
import stat
from pathlib import Path

import pytest

from appliance.keys import KeyFileError, ensure_master_key, read_master_key


def test_first_start_makes_a_key_that_only_the_owner_can_read_and_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    assert ensure_master_key(path) is True
    key = read_master_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert ensure_master_key(path) is False
    assert read_master_key(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    ensure_master_key(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="other accounts") as caught:
        ensure_master_key(path)
    assert caught.value.hint == f"Close it: chmod 600 {path}"


@pytest.mark.parametrize(
    "content", [b"", b"not base64 at all!", base64.b64encode(bytes(31)), base64.b64encode(bytes(33)), b"\xff\xfe"]
)
def test_malformed_key_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="does not hold 32 bytes"):
        ensure_master_key(path)
    assert path.read_bytes() == content


def test_missing_key_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="is missing"):
        read_master_key(tmp_path / "master.key")

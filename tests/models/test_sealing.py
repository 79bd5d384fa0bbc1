"""Sealing: what is sealed opens only with its own key and purpose, and not after erasure."""

import pytest

from models.errors import ErasedError
from models.sealing import Keyring

KEYRING = Keyring.from_master_key(bytes(range(32)))


def test_what_is_sealed_opens_with_its_key_and_purpose() -> None:
    key, wrapped = KEYRING.new_data_key()
    sealed = key.seal(b"Marco", "details")
    assert b"Marco" not in sealed
    assert KEYRING.unwrap(wrapped).open(sealed, "details") == b"Marco"


@pytest.mark.parametrize("purpose", ["draft", "", "details "])
def test_a_sealed_value_cannot_be_moved_to_another_column(purpose: str) -> None:
    key, _ = KEYRING.new_data_key()
    with pytest.raises(ErasedError):
        key.open(key.seal(b"Marco", "details"), purpose)


def test_another_lead_s_key_opens_nothing() -> None:
    sealed = KEYRING.new_data_key()[0].seal(b"Marco", "details")
    with pytest.raises(ErasedError):
        KEYRING.new_data_key()[0].open(sealed, "details")


def test_a_destroyed_key_is_an_erased_lead() -> None:
    with pytest.raises(ErasedError):
        KEYRING.unwrap(None)


def test_another_master_key_opens_nothing_and_indexes_differently() -> None:
    _, wrapped = KEYRING.new_data_key()
    other = Keyring.from_master_key(bytes(32))
    with pytest.raises(ErasedError):
        other.unwrap(wrapped)
    assert other.email_index("a@b.it") != KEYRING.email_index("a@b.it")


def test_the_blind_index_ignores_case_and_hides_the_address() -> None:
    assert KEYRING.email_index(" A@B.it") == KEYRING.email_index("a@b.it")
    assert b"a@b" not in KEYRING.email_index("a@b.it")


def test_a_signature_holds_for_its_purpose_and_value_only() -> None:
    signature = KEYRING.sign("unsubscribe", "42")
    assert KEYRING.signed("unsubscribe", "42", signature)
    assert not KEYRING.signed("unsubscribe", "43", signature)
    assert not KEYRING.signed("join", "42", signature)
    assert not KEYRING.signed("unsubscribe", "42", "è" + signature)


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring.from_master_key(b"short")

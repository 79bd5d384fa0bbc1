"""Sealing: what is sealed opens only with its own key and purpose, and not after erasure."""

import pytest
import sqlalchemy as sa

from models.database import Database
from models.errors import DamagedSealError, ErasedError, SealError
from models.queries.server import require_master_key
from models.sealing import Keyring
from tests.journey_rows import add_lead

KEYRING = Keyring.from_master_key(bytes(range(32)))


def test_what_is_sealed_opens_with_its_key_and_purpose() -> None:
    key, wrapped = KEYRING.new_data_key()
    sealed = key.seal(b"Marco", "details")
    assert b"Marco" not in sealed
    assert KEYRING.unwrap(wrapped).open(sealed, "details") == b"Marco"


@pytest.mark.parametrize("purpose", ["draft", "", "details "])
def test_a_sealed_value_cannot_be_moved_to_another_column(purpose: str) -> None:
    key, _ = KEYRING.new_data_key()
    with pytest.raises(DamagedSealError):
        key.open(key.seal(b"Marco", "details"), purpose)


def test_another_lead_s_key_opens_nothing() -> None:
    sealed = KEYRING.new_data_key()[0].seal(b"Marco", "details")
    with pytest.raises(DamagedSealError):
        KEYRING.new_data_key()[0].open(sealed, "details")


@pytest.mark.parametrize("kept_bytes", [0, 3, 12, 20])
def test_a_cut_value_is_damaged_and_not_erased(kept_bytes: int) -> None:
    key, wrapped = KEYRING.new_data_key()
    with pytest.raises(DamagedSealError):
        key.open(key.seal(b"Marco", "details")[:kept_bytes], "details")
    with pytest.raises(SealError):
        KEYRING.unwrap(wrapped[:kept_bytes])


def test_a_wrong_key_may_be_tried_again_and_damage_may_not() -> None:
    assert SealError("").retryable
    assert not DamagedSealError("").retryable
    assert not issubclass(SealError, ErasedError)


def test_a_destroyed_key_is_an_erased_lead() -> None:
    with pytest.raises(ErasedError):
        KEYRING.unwrap(None)


def test_another_master_key_opens_nothing_and_indexes_differently() -> None:
    _, wrapped = KEYRING.new_data_key()
    other = Keyring.from_master_key(bytes(32))
    with pytest.raises(SealError, match="another master key"):
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


async def test_a_start_under_another_master_key_is_refused(database: Database) -> None:
    await require_master_key(database, KEYRING)
    await add_lead(database, KEYRING)
    await require_master_key(database, KEYRING)
    with pytest.raises(SealError, match="another master key") as caught:
        await require_master_key(database, Keyring.from_master_key(bytes(32)))
    assert "restores the master key" in caught.value.hint


async def test_one_damaged_key_stops_no_start(database: Database) -> None:
    for _ in range(2):
        await add_lead(database, KEYRING)
    async with database.begin() as session:
        await session.execute(
            sa.text("UPDATE data_key SET wrapped = '\\x00' WHERE id = (SELECT id FROM data_key ORDER BY id LIMIT 1)")
        )
    await require_master_key(database, KEYRING)


async def test_a_database_without_tables_is_not_asked(empty_postgres_url: str) -> None:
    database = Database.connect(empty_postgres_url, pool_size=1)
    await require_master_key(database, KEYRING)
    await database.close()

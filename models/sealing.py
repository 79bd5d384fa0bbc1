"""Sealing of personal data: each lead has its own data key, wrapped by the appliance's master key.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the associated data names what is sealed, so that a value
cannot be moved to another column. Destroying a lead's wrapped key makes every copy of its data unreadable.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import DamagedSealError, ErasedError, SealError
from models.frozen import Frozen

NONCE_BYTES = 12
KEY_BYTES = 32
RESTORE_KEY = "Nothing is lost. The operator restores the master key's file from its backup and starts again."


@dataclass(frozen=True)
class DataKey:
    """One lead's key, in the clear, for as long as a unit of work lasts."""

    _key: bytes

    def seal(self, plaintext: bytes, purpose: str) -> bytes:
        """Return nonce + ciphertext; `purpose` must be given again to open it."""
        return _encrypt(self._key, plaintext, purpose)

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Return the plaintext; raises DamagedSealError when key, purpose or bytes do not fit."""
        plaintext = _decrypt(self._key, sealed, purpose)
        if plaintext is None:
            message = "what is stored sealed of this lead was damaged"
            raise DamagedSealError(message, hint="The operator restores the database from a backup.")
        return plaintext

    def seal_model(self, value: Frozen, purpose: str) -> bytes:
        """Seal a typed value as JSON."""
        return self.seal(value.model_dump_json().encode(), purpose)


@dataclass(frozen=True)
class Keyring:
    """Everything derived from the master key (32 bytes)."""

    _wrapping: bytes
    _index: bytes
    _signing: bytes

    @classmethod
    def from_master_key(cls, master_key: bytes) -> "Keyring":
        """Derive the wrapping, index and signing keys (HKDF-SHA256, RFC 5869)."""
        if len(master_key) != KEY_BYTES:
            message = "the master key must be 32 bytes"
            raise ValueError(message)
        return cls(*(_derive(master_key, use) for use in ("wrapping", "index", "signing")))

    def new_data_key(self) -> tuple[DataKey, bytes]:
        """Return a new data key and its wrapped form, the only one that is stored."""
        key = os.urandom(KEY_BYTES)
        return DataKey(key), _encrypt(self._wrapping, key, "data_key")

    def unwrap(self, wrapped: bytes | None) -> DataKey:
        """Return the data key; raises ErasedError when it was destroyed, SealError when another master key made it."""
        if wrapped is None:
            message = "this lead was erased"
            raise ErasedError(message)
        key = _decrypt(self._wrapping, wrapped, "data_key")
        if key is None:
            message = "this lead was sealed with another master key"
            raise SealError(message, hint=RESTORE_KEY)
        return DataKey(key)

    def email_index(self, email: str) -> bytes:
        """Return the blind index of an address (HMAC-SHA256, 32 bytes): equal for equal addresses, any case."""
        return hmac.digest(self._index, email.strip().casefold().encode(), "sha256")

    def digest(self, purpose: str, content: bytes) -> bytes:
        """Return a keyed hash (HMAC-SHA256, 32 bytes): tells equal contents apart, guessed contents stay unproven."""
        return hmac.digest(self._index, purpose.encode() + b"\0" + content, "sha256")

    def sign(self, purpose: str, value: str) -> str:
        """Return a short signature (hex, 128 bits) for links that carry an id."""
        return hmac.digest(self._signing, f"{purpose}\0{value}".encode(), "sha256").hex()[:32]

    def signed(self, purpose: str, value: str, signature: str) -> bool:
        """Tell in constant time whether the signature is ours."""
        return hmac.compare_digest(self.sign(purpose, value).encode(), signature.encode())


def token_sha256(token: str) -> bytes:
    """Return what is stored of a random bearer token (256 bits of entropy need no slow hash)."""
    return hashlib.sha256(token.encode()).digest()


def _derive(master_key: bytes, use: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"leadkeep/{use}".encode()).derive(master_key)


def _encrypt(key: bytes, plaintext: bytes, purpose: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, purpose.encode())


def _decrypt(key: bytes, sealed: bytes, purpose: str) -> bytes | None:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError):  # the latter when even the nonce is cut
        return None

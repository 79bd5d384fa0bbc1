"""Passwords: which ones are good enough, and argon2id (RFC 9106, second recommended option) around them.

Hashing takes about a tenth of a second of CPU and 64 MiB, so it leaves the event loop, and only so many run at once.
"""

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import UnavailableError

MIN_LENGTH = 12
MAX_LENGTH = 128
MIN_DIFFERENT_LETTERS = 5
HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
HASH_OF_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Bw/nfWY8Z9e27xyAD2xVzQ$6EVV2lhqF5vb6RDWzpU3zNXBuJMTp4XS7v5pvQUS2uk"
"""What an unknown name's password is compared with, so that the answer takes as long as for a known one."""
_FIRST_TRIED = """
    123456789012 1234567890123 12345678901234 123412341234 123123123123 112233445566 0123456789012 987654321098
    password1234 password12345 password123456 passwordpassword mypassword123 password2026! passw0rd1234 p@ssw0rd1234
    qwertyuiopas qwertyuiop123 qwerty123456 qwertyqwerty qwertyuiop[] 1q2w3e4r5t6y 1qaz2wsx3edc zaq12wsxcde3
    iloveyou1234 iloveyouforever letmein12345 letmeinletmein welcome12345 welcome2026! administrator administrator1
    changeme1234 changemenow! changeit1234 adminadmin12 admin1234567 rootrootroot testtesttest test12345678
    abcdefghijkl abcdefghijklm abcd12345678 abc123456789 aaaaaaaaaaaa football1234 baseball1234 superman1234
    unbelievable metropolitan constitution headquarters bankbankbank mortgage1234 greenmortgage green-mortgage
    leadkeep1234 leadkeepleadkeep summer202612 winter202612 autumn202612 spring202612 correcthorsebatterystaple
"""
COMMON = frozenset(_FIRST_TRIED.split())


def weakness(password: str, name: str) -> str:
    """Say what is wrong with a new password, in a sentence; empty when it will do (NIST SP 800-63B, 3.1.1)."""
    folded = _normal(password).casefold()
    if len(folded) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters; three or four unrelated words make a good password."
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    if folded in COMMON or len(set(folded)) < MIN_DIFFERENT_LETTERS:
        return "This password is among the first that anybody would try. Use three or four unrelated words."
    if name and name.casefold() in folded:
        return "Leave your name out of the password."
    return ""


class HashingQueue:
    """Lets `at_once` hashes run and `waiting` wait; more would fill the memory, and anybody may ask for one."""

    def __init__(self, *, at_once: int = 2, waiting: int = 20) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._places = at_once + waiting

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a slot; raises UnavailableError when too many wait already."""
        if not self._places:
            message = "too many people are signing in at once"
            raise UnavailableError(message, hint="Wait a few seconds, then try again.")
        self._places -= 1
        try:
            async with self._slots:
                yield
        finally:
            self._places += 1


async def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    return await asyncio.to_thread(HASHER.hash, _normal(password))


async def fits(stored_hash: str | None, password: str) -> bool:
    """Tell whether a password fits; without a stored hash the answer is no, in the same time."""
    verified = await asyncio.to_thread(_verify, stored_hash or HASH_OF_NOBODY, _normal(password[: MAX_LENGTH * 2]))
    return verified and stored_hash is not None


def _verify(stored_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(stored_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)

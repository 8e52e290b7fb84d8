"""Passwords: what is accepted, and how they are kept and checked."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from faqbot.errors import AccountError
from faqbot.settings import is_monotonous

MINIMUM_LENGTH = 12
"""In characters. Length is what helps; rules about digits and signs are not."""
_AT_ONCE = 2
"""Each check takes 64 MiB and four threads: many at once would starve the chat."""


@cache
def _of_nobody() -> str:
    """Hash what nobody knows, once a process: it is checked where there is no account."""
    return PasswordHasher().hash(secrets.token_urlsafe())


class Passwords:
    """Hashes and checks passwords with argon2id and the library's current parameters."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = _of_nobody()

    def hash(self, password: str) -> str:
        """Turn a password into a hash with its salt and parameters, which may be kept.

        Raises:
            AccountError: The password is too short or too plain.
        """
        password = _one_form(password)
        if len(password) < MINIMUM_LENGTH:
            msg = f"the password is too short: {MINIMUM_LENGTH} characters at least"
            raise AccountError(msg)
        if is_monotonous(password):
            msg = "the password is too easy to guess: it goes on as it begins"
            raise AccountError(msg)
        return self._hasher.hash(password)

    def check(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the right one, in the same time for every account.

        Args:
            kept: The account's hash; None when there is no account or no password, which costs
                the same time and is never right.
        """
        try:
            with self._turn:
                self._hasher.verify(kept or self._nobody, _one_form(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a password should be hashed again, with the current parameters."""
        return self._hasher.check_needs_rehash(kept)


def _one_form(password: str) -> str:
    # Keyboards differ in how they compose « é ».
    return unicodedata.normalize("NFKC", password)

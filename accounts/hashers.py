"""Hashing passwords with a memory that is bounded, whatever comes to the sign-in page (PASSWORD_HASHERS)."""

from threading import BoundedSemaphore
from unicodedata import normalize

from django.contrib.auth.hashers import Argon2PasswordHasher

#: Hashes a process makes at once, 48 MiB each: the others wait their turn.
A_LA_FOIS = 4
_places = BoundedSemaphore(A_LA_FOIS)


class Argon2Borne(Argon2PasswordHasher):
    """Argon2id with 48 MiB, 2 passes and 1 lane (OWASP asks 19 MiB), four at once in a process.

    Hashes made with Django's own parameters are still read, and made again at the next sign-in. The same
    characters give the same password whatever the keyboard that composes them (NFKC).
    """

    memory_cost = 48 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, password, salt):
        with _places:
            return super().encode(normalize("NFKC", password), salt)

    def verify(self, password, encoded):
        with _places:
            return super().verify(normalize("NFKC", password), encoded)

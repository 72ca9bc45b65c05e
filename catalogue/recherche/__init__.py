"""Finding what is online: how it is written down for search, and how a search reads it."""

from .ecriture import write

__all__ = ["write"]

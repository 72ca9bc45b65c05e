"""PDF documents, written in pure Python: what they say is given as plain data, how they look is here.

    write(Document(titre="CAP boucher", …)) -> bytes

Any text goes in: what the font cannot draw is replaced, what is no text is dropped.
"""

from .document import Document, Fait, Section
from .ecriture import write

__all__ = ["Document", "Fait", "Section", "write"]

"""My personal data: what is held, a copy of it, and its deletion."""

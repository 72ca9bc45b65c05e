"""Requests for a key: made by a visitor, answered by the Carif-Oref (manual, « Au préalable »)."""

"""The stable addresses of what is online, by public number."""

from urllib.parse import quote


def formation_url(code: str) -> str:
    """The page of a formation, by Certifinfo code."""
    return f"/offre/formations/{quote(code, safe='')}/"


def action_url(numero: str) -> str:
    """The page of an action, by public number."""
    return f"/offre/actions/{quote(numero, safe='')}/"


def session_url(numero: str) -> str:
    """The page of a session, by public number."""
    return f"/offre/sessions/{quote(numero, safe='')}/"


def organisme_url(numero: str) -> str:
    """The page of an organisme, by public number."""
    return f"/offre/organismes/{quote(numero, safe='')}/"

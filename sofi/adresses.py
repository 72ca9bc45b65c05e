"""Addresses of the rows of a list, of the entries of a menu: `reverse` twenty times is a tenth of a page."""

from functools import cache

from django.urls import get_script_prefix, reverse


def adresse_of(nom: str, cle: int | str) -> str:
    """`reverse(nom, args=[cle])`, where `cle` is a key or a public number: nothing in it is to be quoted."""
    avant, apres = _bouts(nom, get_script_prefix())
    return f"{avant}{cle}{apres}"


def page_of(nom: str) -> str:
    """`reverse(nom)`, worked out once."""
    return _page(nom, get_script_prefix())


@cache
def _page(nom: str, prefixe: str) -> str:
    """The address of a page of a site served under `prefixe`."""
    return reverse(nom)


@cache
def _bouts(nom: str, prefixe: str) -> tuple[str, str]:
    """What stands around the key in the address `nom` of a site served under `prefixe`."""
    avant, _, apres = reverse(nom, args=[0]).rpartition("0")
    return avant, apres

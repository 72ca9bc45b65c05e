"""A prepared text as it would read: filled in for an invented organisme."""

from catalogue import textes

EXEMPLE = {
    "organisme": "Estuaire Formation",
    "intitule": "CAP boucher – en un an",
    "numero_action": "1248",
    "certifinfo": "114763",
}


def fill_example(texte: str) -> str:
    """`texte` filled in for the example and for this Carif-Oref; unknown words stay between braces."""
    return textes.fill_with(texte, textes.of_carif() | EXEMPLE)

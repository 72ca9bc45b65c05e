"""The QR code, drawn in the page: no image to fetch, nothing for the Content Security Policy to refuse."""

import segno
from django.utils.safestring import SafeString, mark_safe


def draw(adresse: str) -> SafeString:
    """Return the QR code of `adresse` as an SVG element, black on white in the dark mode too."""
    qr = segno.make(adresse, error="m", micro=False)
    svg = qr.svg_inline(omitsize=True, border=4, light="#fff", svgclass="qr__dessin", lineclass=None)
    return mark_safe(svg)  # noqa: S308 - drawn from numbers only, nothing of `adresse` is in the markup


def in_groups(graine: str) -> str:
    """Return the seed in groups of four signs, as it is typed by hand."""
    return " ".join(graine[rang : rang + 4] for rang in range(0, len(graine), 4))

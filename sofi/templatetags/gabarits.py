"""Jinja's templates in Django's."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def jinja(gabarit: str, /, **contexte) -> SafeString:
    """One of the templates of `templates/jinja`, rendered with `contexte` alone: `sofi.gabarits`."""
    return render_to_string(gabarit, contexte)

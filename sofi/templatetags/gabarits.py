"""Jinja's templates in Django's, and what both draw."""

from django import template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from sofi import gabarits

register = template.Library()


@register.simple_tag
def jinja(gabarit: str, /, **contexte) -> SafeString:
    """One of the templates of `templates/jinja`, rendered with `contexte` alone: `sofi.gabarits`."""
    return render_to_string(gabarit, contexte)


@register.simple_tag
def icone(nom: str) -> SafeString:
    """A drawing of static/img/icones.svg; a word stands beside it."""
    return gabarits.icone(nom)


@register.simple_tag
def champ(field: BoundField) -> SafeString:
    """One field of a form, as `{% crispy %}` writes it among others."""
    return render_to_string("sofi/field.html", {"field": field})

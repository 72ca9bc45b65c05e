"""What the pages say of a certification in a line."""

from django import template
from django.urls import reverse

from catalogue.certifications import situation

register = template.Library()
register.filter("annees", situation.annees)
register.filter("delivree_par", situation.delivree_par)


@register.simple_tag
def adresse(code: str, pour_choisir: bool) -> str:
    """Where a certification is read: on the way to choosing it, or on its own sheet."""
    if pour_choisir:
        return f"{reverse('tunnel:formation_create')}?code={code}"
    return reverse("referentiels:certification", args=[code])

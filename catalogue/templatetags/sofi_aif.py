"""The requests for an offer without code, counted where the Carif-Oref begins its day."""

from django import template

from catalogue.models import DemandeAIF

register = template.Library()


@register.simple_tag
def nb_demandes_aif() -> int:
    """How many requests wait for the Carif-Oref, by an index that holds only those."""
    return DemandeAIF.objects.a_traiter().count()

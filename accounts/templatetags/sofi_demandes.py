"""The requests for a key, counted where the Carif-Oref begins its day."""

from django import template

from accounts.demandes.depot import nb_a_traiter

register = template.Library()


@register.simple_tag
def nb_demandes_de_cle() -> int:
    """How many requests for a key wait for an answer."""
    return nb_a_traiter()

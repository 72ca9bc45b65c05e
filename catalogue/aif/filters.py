"""The filters of the Carif-Oref's list of requests, all in the address."""

import django_filters
from django.db.models import Q

from catalogue.enums import StatutAIF
from catalogue.identifiants import clean_code
from catalogue.models import DemandeAIF
from sofi.filtres import SofiFilterSet

MOI, PERSONNE = "moi", "personne"


class DemandeFilter(SofiFilterSet):
    """By state (those to deal with unless said otherwise), by who has them, by number, title or organisme."""

    etat = django_filters.ChoiceFilter(
        label="État", field_name="statut", choices=StatutAIF.choices, empty_label="À traiter"
    )
    qui = django_filters.ChoiceFilter(
        label="Traitée par",
        method="filter_qui",
        choices=[(MOI, "Moi"), (PERSONNE, "Personne encore")],
        empty_label="Tous",
    )
    q = django_filters.CharFilter(
        label="Numéro, intitulé, organisme ou SIRET", method="filter_text", max_length=250
    )

    class Meta(SofiFilterSet.Meta):
        model = DemandeAIF
        fields = []

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def filter_qui(self, demandes, _name, qui):
        return demandes.filter(examinateur=self.user if qui == MOI else None)

    def filter_text(self, demandes, _name, texte):
        code = clean_code(texte)
        trouve = Q(numero__iexact=texte.strip()) | Q(intitule__unaccent__icontains=texte)
        trouve |= Q(organisme__raison_sociale__unaccent__icontains=texte)
        trouve |= Q(organisme__nom_usage__unaccent__icontains=texte)
        if code.isdigit():
            trouve |= Q(organisme__siret__startswith=code) | Q(siret__startswith=code)
        return demandes.filter(trouve)

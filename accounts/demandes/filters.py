"""The filters of the list of requests, all in the address."""

import django_filters
from django.db.models import Q

from accounts.models import DemandeCle, StatutDemande
from catalogue.identifiants import clean_code
from sofi.filtres import SofiFilterSet


class DemandeFilter(SofiFilterSet):
    """By state (those to answer unless said otherwise), and by organisme or person."""

    etat = django_filters.ChoiceFilter(
        label="État",
        field_name="statut",
        choices=[choix for choix in StatutDemande.choices if choix[0] != StatutDemande.DEMANDEE],
        empty_label="À traiter",
    )
    q = django_filters.CharFilter(label="Organisme, SIRET ou personne", method="filter_text", max_length=250)

    class Meta(SofiFilterSet.Meta):
        model = DemandeCle
        fields = []

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.est_traitees else queryset.filter(statut=StatutDemande.DEMANDEE)

    @property
    def est_traitees(self) -> bool:
        """Whether the requests shown are answered ones."""
        return self.is_valid() and bool(self.form.cleaned_data["etat"])

    def filter_text(self, demandes, _name, texte):
        code = clean_code(texte)
        if code.isdigit():
            return demandes.filter(siret__startswith=code)
        for mot in texte.split():
            demandes = demandes.filter(
                Q(raison_sociale__unaccent__icontains=mot)
                | Q(prenom__unaccent__icontains=mot)
                | Q(nom__unaccent__icontains=mot)
                | Q(email__icontains=mot)
            )
        return demandes

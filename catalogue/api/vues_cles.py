"""« Clés d’API », for administrators: to anybody else these pages do not exist."""

from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.api import cles
from catalogue.models import CleApi
from sofi.acces import administrateur_required
from sofi.forms import SofiFormMixin, lenient_formfield
from sofi.paging import page_by_key
from sofi.typographie import NBSP, entier

SAISIR = require_http_methods(["GET", "HEAD", "POST"])


class CleForm(SofiFormMixin, forms.ModelForm):
    """Whom the key is for, and how much they may read."""

    jeton = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = CleApi
        fields = ["nom", "courriel", "quota_horaire"]
        help_texts = {
            "nom": "L’organisation qui s’en servira.",
            "courriel": "Qui prévenir quand l’API change ou que la clé est révoquée.",
            "quota_horaire": (
                f"De 1 à {entier(1_000_000)}. Relire toute l’offre demande une requête pour cent sessions."
            ),
        }
        formfield_callback = lenient_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["jeton"].initial = uuid4

    def clean_quota_horaire(self):
        quota = self.cleaned_data["quota_horaire"]
        if not 1 <= quota <= 1_000_000:
            raise forms.ValidationError(
                f"«{NBSP}Requêtes par heure{NBSP}»{NBSP}: donnez un nombre de 1 à {entier(1_000_000)}."
            )
        return quota


@administrateur_required
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Every key, by partner: who gave it, whether it still serves."""
    page = page_by_key(CleApi.objects.select_related("cree_par"), request.GET, key="nom")
    return render(request, "api/cles.html", {"page": page})


@administrateur_required
@SAISIR
@never_cache
def donner(request: HttpRequest) -> HttpResponse:
    """Give a key. Its text is in the answer to the form, and nowhere else."""
    form = CleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            cle, texte = cles.give(**form.cleaned_data, by=request.user)
        except cles.DejaDonnee:
            messages.info(request, "Cette clé est déjà donnée\u00a0: son texte ne se montre qu’une fois.")
            return redirect("api:cles")
        context = {"cle": cle, "texte": texte, "base": settings.SOFI_URL}
        return render(request, "api/cle_donnee.html", context)
    return render(request, "api/cle_donner.html", {"form": form})


@administrateur_required
@SAISIR
def revoquer(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a key, once the administrator has read what it does."""
    cle = get_object_or_404(CleApi, pk=pk)
    if request.method == "POST":
        if cles.revoke(pk, by=request.user):
            messages.success(request, f"Clé révoquée\u00a0: {cle}. Elle est refusée dès maintenant.")
        else:
            messages.info(request, f"La clé de {cle} était déjà révoquée.")
        return redirect("api:cles")
    if cle.revoquee_le:
        raise Http404
    return render(request, "api/cle_revoquer.html", {"cle": cle})

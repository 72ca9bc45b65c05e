"""« Changer d’adresse e-mail », and the page of the links mailed."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.adresse import regles
from accounts.preuve import PreuveForm
from sofi import limites
from sofi.forms import NBSP, AdresseField
from sofi.origine import origine_of

#: Requests allowed to a person in a period: each sends two messages, one to anybody's address.
DEMANDES = 5
PERIODE = timedelta(days=1)
PAGE = require_http_methods(["GET", "HEAD", "POST"])


class AdresseForm(PreuveForm):
    """The new address, and the password."""

    nouvelle = AdresseField(
        label="Nouvelle adresse e-mail",
        max_length=160,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )
    field_order = ("nouvelle", "mot_de_passe")

    def clean_nouvelle(self) -> str:
        nouvelle = self.cleaned_data["nouvelle"]
        if nouvelle == self.user.email:
            raise forms.ValidationError(f"C’est déjà votre adresse{NBSP}: saisissez la nouvelle.")
        return nouvelle


@PAGE
def adresse(request: HttpRequest) -> HttpResponse:
    """Ask for another address; the answer is the same whether it has an account or not."""
    form = AdresseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if limites.essayer("adresse", str(request.user.pk), DEMANDES, PERIODE):
            regles.demander(request.user, form.cleaned_data["nouvelle"], origine=origine_of(request))
            return redirect("accounts:adresse")
        form.add_error(
            None,
            f"Vous avez demandé {DEMANDES} changements aujourd’hui{NBSP}: "
            "recommencez demain, ou appelez le Carif-Oref.",
        )
    context = {"form": form, "en_cours": regles.en_cours(request.user).first()}
    return render(request, "accounts/adresse.html", context)


@require_POST
def annuler(request: HttpRequest) -> HttpResponse:
    """Give up the change under way."""
    regles.annuler(request.user)
    messages.success(request, "Le changement d’adresse est abandonné. Votre adresse reste la même.")
    return redirect("accounts:adresse")


@login_not_required
@never_cache
@PAGE
def confirmer(request: HttpRequest, jeton: str) -> HttpResponse:
    """The page of a link: it asks first; POST confirms. A link that no longer works is explained (404)."""
    try:
        changement = regles.find(jeton)
        if request.method != "POST":
            context = {"nouvelle": changement.nouvelle, "ancienne": changement.user.email}
            return render(request, "accounts/adresse_confirmer.html", context)
        session = request.session if request.user == changement.user else None
        etat = regles.confirmer(jeton, origine=origine_of(request), session=session)
    except regles.LienPerime:
        return render(request, "accounts/adresse_perimee.html", status=404)
    return render(
        request, "accounts/adresse_resultat.html", {"etat": etat.value, "nouvelle": changement.nouvelle}
    )

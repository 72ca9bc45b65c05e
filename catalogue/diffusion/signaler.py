"""« Signaler une erreur » on the page of a session: anybody may, a few times an hour."""

from datetime import timedelta
from uuid import uuid4

from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from catalogue import signalement
from catalogue.diffusion import fins
from catalogue.enums import ObjetSignalement
from catalogue.models import Diffusion
from sofi import limites
from sofi.acces import read_only
from sofi.forms import NBSP, AdresseField, SofiFormMixin
from sofi.origine import origine_of

#: Reports allowed in an hour to a network, and of a session.
MAX_RESEAU, MAX_SESSION = 10, 20
PERIODE = timedelta(hours=1)
TROP = (
    f"Il y a eu trop de signalements depuis votre connexion internet, ou sur cette fiche{NBSP}: recommencez "
    "dans une heure, ou écrivez au Carif-Oref (adresse en bas de page)."
)


class SignalerForm(SofiFormMixin, forms.Form):
    """What is wrong, in a word then in a few, and where to answer. `jeton`: a double click reports once."""

    objet = forms.ChoiceField(
        label="Ce qui ne va pas", choices=ObjetSignalement.choices, widget=forms.RadioSelect
    )
    texte = forms.CharField(
        label="Précisions",
        max_length=2000,
        help_text="Ce que vous lisez sur la fiche, et ce qui serait juste. N’écrivez rien de personnel.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    courriel = AdresseField(
        label="Votre adresse e-mail",
        max_length=160,
        required=False,
        help_text="Facultative. Elle ne sert qu’à vous répondre, puis elle est effacée.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )
    jeton = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(
            ("required", "invalid"), f"Cette page n’est plus à jour{NBSP}: envoyez de nouveau le formulaire."
        ),
    )

    def get_layout(self) -> Layout:
        return Layout("objet", "texte", "courriel", "jeton")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def signaler(request: HttpRequest, numero: str) -> HttpResponse:
    """Report an error on a session that is online."""
    row = Diffusion.objects.filter(pk=numero).first()
    if row is None:
        texte = request.POST.get("texte", "")
        return fins.session_withdrawn(request, numero, timezone.localdate(), perdu=texte)
    form = SignalerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if _may(request, numero):
            signalement.report(row, **form.cleaned_data)
            return redirect("diffusion:signale", numero)
        form.add_error(None, TROP)
    return render(request, "diffusion/signaler.html", {"form": form, "row": row})


def _may(request: HttpRequest, numero: str) -> bool:
    """Count one report for the network and for the sheet; False when it is one too many."""
    reseau = limites.reseau_of(origine_of(request))
    return limites.essayer("signaler:reseau", reseau, MAX_RESEAU, PERIODE) and limites.essayer(
        "signaler:session", numero, MAX_SESSION, PERIODE
    )


@login_not_required
@read_only
def signale(request: HttpRequest, numero: str) -> HttpResponse:
    """The thanks, and what comes next."""
    row = get_object_or_404(Diffusion, pk=numero)
    return render(request, "diffusion/signale.html", {"row": row})

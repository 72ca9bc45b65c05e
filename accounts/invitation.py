"""What every invitation shares, whoever sends it: the person's form, and the fate of a key not used yet."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import cles
from accounts.models import CleActivation
from accounts.origine import origine_of
from sofi.forms import AdresseField, SofiFormMixin


class PersonneForm(SofiFormMixin, forms.Form):
    """To whom a key is given."""

    prenom = forms.CharField(label="Prénom", max_length=50)
    nom = forms.CharField(label="Nom", max_length=50)
    email = AdresseField(
        label="E-mail",
        max_length=160,
        help_text="Son adresse à elle ou à lui, pas une adresse partagée\u00a0: chacun a son compte.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


def cancel(request: HttpRequest, cle: CleActivation, retour: str) -> HttpResponse:
    """Make the key of an invitation useless, and go back to `retour`."""
    return _do(request, cles.revoquer, cle, f"L’invitation de {cle.prenom} {cle.nom} est annulée.", retour)


def send_again(request: HttpRequest, cle: CleActivation, retour: str) -> HttpResponse:
    """Send another key to the person invited, and go back to `retour`; the first no longer works."""
    fait = f"Une nouvelle invitation est partie à {cle.email}\u00a0: la précédente ne sert plus."
    return _do(request, cles.renvoyer, cle, fait, retour)


def _do(request, act, cle, fait: str, retour: str) -> HttpResponse:
    try:
        act(cle, par=request.user, origine=origine_of(request))
    except cles.CleClose:
        messages.warning(
            request, "Cette invitation vient d’être utilisée ou annulée\u00a0: rien n’a été changé."
        )
    else:
        messages.success(request, fait)
    return redirect(retour)

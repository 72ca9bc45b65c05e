"""The visitor's side: asking for an activation key."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.demandes.depot import TropDeDemandes, deposer, nda_is_from_elsewhere
from accounts.demandes.forms import TROP, DemandeForm, new_token
from sofi.acces import read_only
from sofi.origine import origine_of

NDA_D_AILLEURS = (
    "Votre numéro de déclaration d’activité a été délivré dans une autre région. Ce n’est pas un obstacle "
    "si votre siège y est\u00a0; si c’est une faute de frappe, dites-le-nous par e-mail."
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def demander(request):
    """« Je n’ai pas de clé d’activation et souhaite en faire la demande » (manual, step 1)."""
    form = DemandeForm(request.POST if request.method == "POST" else None, initial={"jeton": new_token()})
    if form.is_valid():
        try:
            deposer(**form.cleaned_data, origine=origine_of(request))
        except TropDeDemandes:
            form.add_error(None, TROP)
        else:
            if nda_is_from_elsewhere(form.cleaned_data["nda"]):
                messages.warning(request, NDA_D_AILLEURS)
            return redirect("accounts:cle_demande_recue")
    return render(request, "accounts/demande.html", {"form": form})


@login_not_required
@read_only
def recue(request):
    """The thanks, the same for everybody, and what comes next."""
    return render(request, "accounts/demande_recue.html")

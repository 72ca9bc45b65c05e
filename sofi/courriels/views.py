"""The mail that did not leave, for administrators; and the demo's mailbox, for anybody who tries SOFI."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sofi import export
from sofi.acces import administrateur_required, read_only
from sofi.courriels import boite, envoi
from sofi.models import Courriel
from sofi.paging import page_by_key

PAR_PAGE = 50
#: The envelopes as a file: never what a message says.
NON_PARTIS: export.Colonnes = [
    ("Objet", lambda courriel: courriel.objet),
    ("Destinataire", lambda courriel: courriel.destinataire),
    ("Créé le", lambda courriel: courriel.cree_le),
    ("Ce qui s’est passé", lambda courriel: courriel.derniere_erreur or "Pas encore essayé."),
    ("Essais", lambda courriel: courriel.tentatives),
    ("Prochain essai le", lambda courriel: courriel.prochain_essai_le),
    ("Abandonné le", lambda courriel: courriel.abandonne_le),
]


@administrateur_required
@require_safe
def non_partis(request):
    """The messages given up, failing, or waiting for too long; never what they say."""
    maintenant = timezone.now()
    en_souffrance = Courriel.objects.en_souffrance(maintenant - envoi.OUBLI)
    if export.asked(request):
        return export.export(
            request, "courriels-non-partis", NON_PARTIS, en_souffrance.order_by("-cree_le", "-pk")
        )
    page = page_by_key(en_souffrance, request.GET, key="cree_le", descending=True, size=PAR_PAGE)
    en_retard = Courriel.objects.en_attente().filter(prochain_essai_le__lt=maintenant - envoi.OUBLI)
    return render(
        request,
        "courriels/non_partis.html",
        {
            "page": page,
            "maintenant": maintenant,
            "service_arrete": en_retard.exists(),
            "telechargements": export.links(request),
        },
    )


@administrateur_required
@require_POST
def renvoyer(request, uuid):
    """Order one message again, then show the list."""
    courriel = get_object_or_404(Courriel.objects.defer("corps"), pk=uuid)
    if envoi.renvoyer(uuid):
        messages.success(request, f"Le message à {courriel.destinataire} repart dans un instant.")
    else:
        messages.info(request, f"Le message à {courriel.destinataire} est déjà parti, ou en train de partir.")
    return redirect("courriels:non_partis")


@login_not_required
@read_only
@never_cache
def boite_demo(request):
    """The messages that the demo would have sent, newest first."""
    return render(request, "courriels/boite_demo.html", {"courriels": boite.lister()})


@login_not_required
@read_only
@never_cache
def message_demo(request, uuid):
    """One message of the demo's mailbox, as text."""
    message = boite.lire(uuid)
    if message is None:
        raise Http404
    return render(request, "courriels/message_demo.html", {"message": message})

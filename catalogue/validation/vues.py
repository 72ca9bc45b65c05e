"""The views of the queue: those every agent has, those a person keeps, those the team shares."""

from django import forms
from django.contrib import messages
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.models import FiltreEnregistre
from catalogue.validation.file import clean_query, with_query
from sofi.acces import carif_required
from sofi.forms import SofiFormMixin

#: The views of the queue every agent has, as what comes after its address.
COMMUNES = {
    "Toute la file": "",
    "Mes dossiers": "attribution=moi",
    "Non attribués": "attribution=personne",
    "En retard": "priorite=retard",
    "Urgentes": "priorite=urgente&tri=debut",
}
#: More would fill the screen; the page of the views has them all.
MAX_MONTREES = 30
#: The same rows as `shown_to`, each with whose it is. Written out: the queue is read all day long.
GARDEES = """
    SELECT f.nom, f.requete, CASE WHEN f.user_id = %s THEN '' ELSE u.prenom || ' ' || u.nom END
    FROM catalogue_filtreenregistre f JOIN accounts_user u ON u.id = f.user_id
    WHERE f.user_id = %s OR f.est_partage ORDER BY f.nom, f.id LIMIT %s
"""


class FiltreForm(SofiFormMixin, forms.ModelForm):
    """A name for the filters of the queue. `requete` is their query string, written by the page."""

    class Meta:
        model = FiltreEnregistre
        fields = ["nom", "est_partage", "requete"]
        widgets = {"requete": forms.HiddenInput}
        help_texts = {
            "est_partage": "Toute l’équipe le verra dans la file. «\u00a0Moi\u00a0» y désigne qui le lit."
        }

    def clean_requete(self):
        return clean_query(self.cleaned_data["requete"])


def shown_to(user) -> QuerySet:
    """The kept views `user` may open: theirs, and those colleagues share."""
    rows = FiltreEnregistre.objects.filter(Q(user=user) | Q(est_partage=True))
    rows = rows.select_related("user")
    return rows.only("nom", "requete", "est_partage", "user__prenom", "user__nom", "user__is_active")


def deletable_by(user) -> QuerySet:
    """Those `user` may delete: theirs, and what a colleague who has left still shares."""
    return FiltreEnregistre.objects.filter(Q(user=user) | Q(est_partage=True, user__is_active=False))


def links(user, requete: str) -> list[dict]:
    """Every view as a link, the present one marked. One query."""
    with connection.cursor() as cursor:
        gardees = cursor.execute(GARDEES, [user.pk, user.pk, MAX_MONTREES]).fetchall()
    toutes = [*((libelle, vue, "") for libelle, vue in COMMUNES.items()), *gardees]
    vues = [{"libelle": libelle, "requete": vue, "a": auteur} for libelle, vue, auteur in toutes]
    return [vue | {"courante": vue["requete"] == requete} for vue in vues]


@carif_required
@require_http_methods(["GET", "HEAD", "POST"])
def filtres(request: HttpRequest) -> HttpResponse:
    """Keep the filters the queue was showing under a name; the views kept so far, to open or delete."""
    if request.method == "POST":
        form = FiltreForm(request.POST)
        if form.is_valid() and (filtre := _keep(form, request.user)):
            messages.success(request, f"Le filtre «\u00a0{filtre.nom}\u00a0» est enregistré.")
            return redirect(with_query(reverse("validation:file"), filtre.requete))
    else:
        form = FiltreForm(initial={"requete": clean_query(request.GET.get("requete", ""))[:1000]})
    lignes = shown_to(request.user)
    return render(request, "validation/filtres.html", {"form": form, "lignes": lignes})


def _keep(form: FiltreForm, user) -> FiltreEnregistre | None:
    """The view, kept; None, and an error on the name, when it already names other filters of `user`."""
    form.instance.user = user
    try:
        with transaction.atomic():
            return form.save()
    except IntegrityError:
        deja = FiltreEnregistre.objects.get(user=user, nom=form.cleaned_data["nom"])
        if deja.requete == form.cleaned_data["requete"]:  # a double click
            return deja
        form.add_error("nom", "Vous avez déjà un filtre de ce nom\u00a0: choisissez-en un autre.")
        return None


@carif_required
@require_POST
def filtre_supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a view of one's own, or that of a colleague who has left."""
    filtre = get_object_or_404(deletable_by(request.user), pk=pk)
    filtre.delete()
    messages.success(request, f"Le filtre «\u00a0{filtre.nom}\u00a0» est supprimé.")
    return redirect("validation:filtres")

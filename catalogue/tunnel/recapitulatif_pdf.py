"""The récapitulatif as a PDF: to have it signed, to keep it, to send it to who has no account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue import completude, lecture, pdf
from catalogue.enums import StatutAction
from catalogue.models import Action
from catalogue.pdf import Fait, Section
from catalogue.permissions import audience_of
from catalogue.tunnel.forms import DispositifForm
from catalogue.tunnel.recapitulatif import build_cards
from sofi.courriels import lien
from sofi.typographie import NBSP


@require_safe
def recapitulatif_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The récapitulatif of an action as it is now, for whoever may read it."""
    action = get_object_or_404(Action.objects.visible_to(request.user).with_tree(), pk=pk)
    etat = StatutAction(action.statut).label_for(audience_of(request.user))
    response = HttpResponse(pdf.write(document_of(action, etat)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="recapitulatif-{action.pk}.pdf"'
    return response


def document_of(action: Action, etat: str) -> pdf.Document:
    """What the PDF says: the cards of the page, in its order, and what is missing."""
    cartes = build_cards(action)
    manques = "\n".join(
        f"– {constat.message}" for constat in completude.findings(action) if constat.est_bloquant
    )
    sections = [
        Section("Ce qui manque avant l’envoi", texte=manques),
        Section("Formation", _facts(cartes["rappel_formation"])),
        Section("Action", _facts(cartes["rappel_action"])),
    ]
    for rappel in cartes["rappels_session"]:
        sections.append(
            Section(rappel["titre"].removeprefix("Rappel ").capitalize(), _facts(rappel["lignes"]))
        )
        sections += [
            Section(
                f"Dispositif{NBSP}: {dispositif['row']}",
                _facts(lecture.lignes(dispositif["row"], DispositifForm.Meta.fields)),
            )
            for dispositif in rappel["dispositifs"]
        ]
    adresse = lien("tunnel:recapitulatif", pk=action.pk)
    return pdf.Document(
        titre=f"Récapitulatif – {action.intitule}",
        ecrit_le=timezone.now(),
        surtitre=action.organisme.nom,
        sous_titre=f"Action n°{NBSP}{action.pk}, {etat[:1].lower()}{etat[1:]}",
        sections=sections,
        mentions=[Fait("Récapitulatif à jour", adresse, adresse)],
    )


def _facts(lignes: list[dict]) -> list[Fait]:
    return [Fait(ligne["libelle"], str(ligne["valeur"])) for ligne in lignes]

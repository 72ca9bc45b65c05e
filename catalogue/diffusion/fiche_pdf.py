"""The sheet of a session as a PDF to print, to send, to keep."""

from datetime import date, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalogue import pdf
from catalogue.models import Diffusion
from catalogue.pdf import Fait, Section
from sofi import limites
from sofi.courriels import lien
from sofi.origine import origine_of
from sofi.typographie import apostrophes

from . import fiche, mots
from .cache import public_page
from .views_fiches import session

#: Writing one takes as long as fifty pages: a network may ask for so many in the period.
MAXIMUM, PERIODE = 60, timedelta(minutes=10)


@login_not_required
@public_page
def fiche_pdf(request: HttpRequest, numero: str) -> HttpResponse:
    """The sheet of an active session; the page of the session says why there is none."""
    jour = timezone.localdate()
    row = Diffusion.objects.actives(jour).filter(pk=numero).first()
    if row is None:
        return session(request, numero)
    if not limites.essayer("fiche_pdf", limites.reseau_of(origine_of(request)), MAXIMUM, PERIODE):
        texte = "Trop de fiches demandées depuis votre connexion : recommencez dans dix minutes.\n"
        patience = {"Retry-After": str(PERIODE.seconds)}
        return HttpResponse(texte, status=429, headers=patience, content_type="text/plain; charset=utf-8")
    response = HttpResponse(pdf.write(document_of(row, jour)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="fiche-{row.numero}.pdf"'
    response.modifiee_le = row.modifiee_le
    return response


def document_of(row: Diffusion, jour: date) -> pdf.Document:
    """What the PDF of a session says on the day `jour`: the same as its page."""
    financements = [
        Section(f"Financement : {section.titre}", section.faits) for section in fiche.funding_sections(row)
    ]
    certification = fiche.certification_section(row)
    adresse = lien("diffusion:session", numero=row.numero)
    return pdf.Document(
        titre=apostrophes(row.intitule),
        ecrit_le=row.modifiee_le,
        surtitre=mots.nom(row.contenu["organisme"]),
        sous_titre=f"Session {row.numero}",
        cles=fiche.key_facts(row, jour),
        sections=[
            fiche.contact_section(row),
            fiche.session_section(row),
            *financements,
            *fiche.action_sections(row),
            *([certification] if certification else []),
        ],
        mentions=[Fait("Fiche à jour en ligne", adresse, adresse)],
    )

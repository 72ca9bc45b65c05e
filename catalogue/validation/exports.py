"""The columns of the workshop's lists as files."""

from django.utils import timezone

from catalogue.validation.cadence import Cadence
from catalogue.validation.lignes import first_session, line_of
from sofi.export import Colonnes


def columns(cadence: Cadence, user) -> Colonnes:
    """The queue as `user` sees it on the day of `cadence`; rows are those of `with_line`."""

    def envoi(row):
        return timezone.localdate(row.soumise_le)

    def of_line(champ: str):
        return lambda row: getattr(line_of(row, cadence, user), champ)

    return [
        ("N° d’action", lambda row: row.pk),
        ("Formation", of_line("intitule")),
        ("Code Certifinfo", of_line("code")),
        ("Niveau", of_line("niveau")),
        ("Organisme", of_line("organisme")),
        ("SIRET", of_line("siret")),
        ("Lieu", of_line("lieu")),
        ("Envoyée le", lambda row: row.soumise_le),
        ("Jours ouvrés d’attente", lambda row: cadence.attente(envoi(row))),
        ("Échéance", lambda row: cadence.echeance(envoi(row))),
        ("Priorité", of_line("priorite")),
        ("Sessions", lambda row: row.nb_sessions),
        ("Première session", first_session),
        ("Examinée par", of_line("examinateur")),
        ("Prise en charge le", lambda row: row.prise_le),
    ]


#: « Mes lots »: rows carry `nombre`, `faites` and `refusees`.
LOTS: Colonnes = [
    ("Lot", lambda lot: lot.pk),
    ("Décision", lambda lot: lot.get_decision_display()),
    ("Demandé le", lambda lot: lot.cree_le),
    ("Actions", lambda lot: lot.nombre),
    ("Faites", lambda lot: lot.faites),
    ("Non faites", lambda lot: lot.refusees),
    ("Terminé le", lambda lot: lot.termine_le),
]

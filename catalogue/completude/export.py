"""Rule 22: what the LHÉO sheet of each session would break in the schema. Only the staff can do something."""

from collections.abc import Iterator
from datetime import date

from catalogue.completude.constat import Constat, Poids, nom_parmi
from catalogue.completude.faits import a_controler
from catalogue.instantane import build_contenu
from catalogue.lheo.fragment import build_formation
from catalogue.models import Action
from sofi.typographie import NBSP


def of_export(action: Action, on: date) -> Iterator[Constat]:
    """One finding per session whose sheet would be put aside. For an action that nothing blocks. No query."""
    for session in a_controler(action, on):
        _, fautes = build_formation(build_contenu(action, session))
        if fautes:
            nom = nom_parmi(session, action.sessions.all())
            yield Constat(
                "lheo_non_conforme",
                f"{nom}{NBSP}: sa fiche LHÉO ne partirait pas dans le flux, "
                f"corrigez{NBSP}: {', '.join(fautes)}.",
                "session",
                session.pk,
                "date_debut",
                Poids.INTERNE,
            )

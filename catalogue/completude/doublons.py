"""Rule 19: the same session twice, in the action or in another of the organisation's."""

from collections.abc import Callable, Iterator

from catalogue.completude.constat import Constat, Poids
from catalogue.completude.faits import Faits
from catalogue.models import Action, Session


def of_twins(
    action: Action, session: Session, faits: Faits, dire: Callable[..., Constat]
) -> Iterator[Constat]:
    """At most one finding: the twin with a dispositif in common, which blocks, comes first.

    Twins share certification, dispensateur, place and dates.
    """
    if not (session.date_debut and session.site_lieu_id):
        return
    types = {d.type_id for d in session.dispositifs.all() if d.est_actif and d.type_id}
    soeurs = [
        (autre, {d.type_id for d in autre.dispositifs.all() if d.est_actif and d.type_id})
        for autre in action.sessions.all()
        if autre.pk != session.pk
    ]
    voisines = [(autre, set(autre.types)) for autre in faits.voisines]
    jumelles = [(autre, autres) for autre, autres in soeurs + voisines if _key(autre) == _key(session)]
    for autre, autres in sorted(jumelles, key=lambda jumelle: types.isdisjoint(jumelle[1])):
        ou = "de cette action" if autre.action_id == action.pk else f"de l’action {autre.action_id}"
        if types.isdisjoint(autres):
            yield dire(
                "session_double",
                f"une autre session {ou} a le même lieu et les mêmes dates, réunissez leurs dispositifs",
                "date_debut",
                Poids.AVERTISSEMENT,
            )
        else:
            yield dire(
                "session_identique",
                f"une autre session {ou} a le même lieu, les mêmes dates et le même dispositif, "
                "supprimez l’une des deux ou changez ses dates",
                "date_debut",
            )
        return


def _key(session: Session) -> tuple:
    return session.site_lieu_id, session.date_debut, session.date_fin

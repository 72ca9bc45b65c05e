"""The order of the tunnel F → A → S → D: addresses, ribbon, next step, first incomplete one.

Pure functions over an action fetched by `catalogue.arbre` or `with_tree`: no query, no request.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from catalogue import completude
from catalogue.completude import Constat
from catalogue.models import Action, Dispositif, Formation, Session
from sofi.adresses import adresse_of

Row = Formation | Action | Session | Dispositif

#: Value of `?retour=`: the person came from the récapitulatif and goes back there.
RECAPITULATIF = "recapitulatif"
#: The same for a valideur who corrects what waits, from the dossier.
DOSSIER = "dossier"


@dataclass(frozen=True)
class Etape:
    """One of the four squares of the ribbon, as templates/jinja/sofi/ruban.html reads it."""

    lettre: str
    nom: str
    numero: int | None
    etat: str
    url: str


def url_of(row: Row) -> str:
    """Address of the step that edits `row`."""
    return adresse_of(f"tunnel:{row._meta.model_name}", row.pk)


def recapitulatif_url(action_pk: int) -> str:
    return adresse_of("tunnel:recapitulatif", action_pk)


def next_url(row: Row) -> str:
    """Where « Enregistrer et continuer » leads from a saved `row`: down the tree, then the récapitulatif.

    One query at most, for the first row below.
    """
    match row:
        case Action():
            below = row.sessions.first()
            return url_of(below) if below else adresse_of("tunnel:session_create", row.pk)
        case Session():
            below = row.dispositifs.first()
            return url_of(below) if below else adresse_of("tunnel:dispositif_create", row.pk)
        case Dispositif():
            return recapitulatif_url(row.session.action_id)


def parent_pk(row: Action | Session | Dispositif) -> int:
    """The row one step up."""
    match row:
        case Action():
            return row.formation_id
        case Session():
            return row.action_id
        case Dispositif():
            return row.session_id


def previous_url(row: Row) -> str:
    """Where « Précédent » leads from `row`, saved or about to be created: one step up."""
    match row:
        case Action():
            return adresse_of("tunnel:formation", row.formation_id)
        case Session():
            return url_of(row.action)
        case Dispositif():
            return url_of(row.session)


def constat_url(constat: Constat, *, retour: bool = True) -> str:
    """Address of the field a finding names, with the way back to the récapitulatif if `retour`.

    What is missing on the organisme's own sheet is typed there.
    """
    query = f"?retour={RECAPITULATIF}" if retour else ""
    match constat.etape, constat.champ:
        case "organisme", champ:
            return f"{adresse_of('etablissements:organisme_edit', constat.pk)}#id_{champ}"
        case "formation", _:
            return adresse_of("tunnel:formation", constat.pk)
        case _, "ajouter_session":
            return adresse_of("tunnel:session_create", constat.pk)
        case _, "ajouter_dispositif":
            return adresse_of("tunnel:dispositif_create", constat.pk) + query
        case etape, champ:
            return f"{adresse_of(f'tunnel:{etape}', constat.pk)}{query}#id_{champ}"


def first_incomplete_url(action: Action) -> str:
    """Where « Reprendre » leads: the first step with something missing, else the récapitulatif."""
    for constat in completude.of_steps(action):
        if constat.est_bloquant:
            return constat_url(constat, retour=False)
    return recapitulatif_url(action.pk)


def first_branch(action: Action) -> tuple[Session | None, Dispositif | None]:
    """The first session of `action` and its first dispositif, for a ribbon shown above them."""
    session = next(iter(action.sessions.all()), None)
    return session, next(iter(session.dispositifs.all()), None) if session else None


def build_screen(row: Action | Session | Dispositif, action: Action) -> dict:
    """What the screen of `row`, saved or not, shows around its form: the ribbon and the place in it.

    `action` is the fetched tree of `row`'s action, or `row` itself when it is a new action.
    """
    session, dispositif = None, None
    match row:
        case Action() if row.pk:
            lettre, (session, dispositif) = "A", first_branch(action)
        case Action():
            lettre = "A"
        case Session():
            lettre, session = "S", row
            dispositif = next(iter(_stored(action, row.pk)), None)
        case Dispositif():
            # None when it was deleted while the dispositif was typed.
            session = next((stored for stored in action.sessions.all() if stored.pk == row.session_id), None)
            lettre, dispositif = "D", row
    return {
        "ruban": build_ribbon(lettre, action.formation, action, session, dispositif),
        "position": "FASD".index(lettre) + 1,
        "nom_position": row._meta.verbose_name.capitalize(),
        "dispositifs": _stored(action, session.pk) if session else [],
        "sessions": _named(action.sessions.all()) if lettre == "A" and row.pk else [],
    }


def _named(sessions: Iterable[Session]) -> list[tuple[str, str]]:
    """The address of each session's step, and what it is called there."""
    return [(url_of(session), session.description) for session in sessions]


def _stored(action: Action, session_pk: int | None) -> list[Dispositif]:
    """The saved dispositifs of one session of the fetched tree `action`."""
    return [d for s in action.sessions.all() if s.pk == session_pk for d in s.dispositifs.all()]


def build_ribbon(
    courante: str,
    formation: Formation,
    action: Action | None = None,
    session: Session | None = None,
    dispositif: Dispositif | None = None,
) -> list[Etape]:
    """The four squares F A S D; `courante` is the letter of the screen, or "" on the récapitulatif.

    A row that is missing, or not saved yet, is « à venir ». `action` is a fetched tree.
    """
    manques = set()
    if action and action.pk:
        ecrite = session if session and session.pk else None
        constats = completude.of_steps(action, ecrite)
        manques = {(c.etape, c.pk) for c in constats if c.est_bloquant and c.est_champ}

    def etape(lettre: str, nom: str, row: Row | None) -> Etape:
        pk = row.pk if row else None
        if lettre == courante:
            etat = "courante"
        elif not pk:
            etat = "a_venir"
        else:
            etat = "incomplete" if (nom.lower(), pk) in manques else "complete"
        return Etape(lettre, nom, pk, etat, url_of(row) if pk else "")

    return [
        etape("F", "Formation", formation),
        etape("A", "Action", action),
        etape("S", "Session", session),
        etape("D", "Dispositif", dispositif),
    ]

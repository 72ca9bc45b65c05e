"""An action as the tunnel and the workshop show it: its sessions, their dispositifs, their places.

The sessions come with the rest in one query, written and planned once: that took longer than its answer.
"""

from functools import cache
from itertools import groupby
from operator import itemgetter

from django.db import connection
from django.db.models import Model, QuerySet

from catalogue.models import Action, Dispositif, Session, Site, TypeDispositif
from sofi.preparees import Preparee, bound

#: Stands for the key of an action; none has it.
ACTION = -2_000_000_003
#: What a row holds one after the other: the path from the session, and the model.
TABLES = {
    "": Session,
    "site_lieu__": Site,
    "dispositifs__": Dispositif,
    "dispositifs__type__": TypeDispositif,
}


def read(rows: QuerySet[Action], *autour: str) -> Action | None:
    """The action of `rows`, a scoped queryset of one action, with its tree; None without. Two queries.

    `autour` is what else `select_related` reads around it.
    """
    lies = ("formation__certification", "site_dispensateur", *autour)
    action = rows.select_related(*lies).order_by().first()
    if action is None:
        return None
    with connection.cursor() as cursor:
        lignes = _requete().execute(cursor, [action.pk]).fetchall()
    sessions = [_session(action, list(siennes)) for _, siennes in groupby(lignes, itemgetter(0))]
    _hold(action, "sessions", sessions)
    return action


def _session(action: Action, lignes: list[tuple]) -> Session:
    """The session of rows that differ by their dispositif."""
    session = _cut(lignes[0], "")
    session.action, session.site_lieu = action, _cut(lignes[0], "site_lieu__")
    dispositifs = [row for row in (_cut(ligne, "dispositifs__") for ligne in lignes) if row]
    for dispositif, ligne in zip(dispositifs, lignes, strict=False):  # none is on a row alone
        dispositif.session, dispositif.type = session, _cut(ligne, "dispositifs__type__")
    _hold(session, "dispositifs", dispositifs)
    return session


@cache
def _requete() -> Preparee:
    """What reads the sessions of an action, its key, joined to the other tables."""
    noms = [chemin + nom for chemin, (_, siens, _) in _cuts().items() for nom in siens]
    lignes = Session.objects.filter(action=ACTION).order_by("date_debut", "pk", "dispositifs__pk")
    return bound(*lignes.values_list(*noms).query.sql_with_params(), [ACTION])


@cache
def _cuts() -> dict[str, tuple[type[Model], list[str], slice]]:
    """Of each of `TABLES`: its columns, its key first, and where a row holds them."""
    cuts, debut = {}, 0
    for chemin, model in TABLES.items():
        noms = [champ.attname for champ in model._meta.concrete_fields]
        cuts[chemin] = model, noms, slice(debut, debut := debut + len(noms))
    return cuts


def _cut(ligne: tuple, chemin: str) -> Model | None:
    """The row of one table; None where the join found nothing."""
    model, noms, tranche = _cuts()[chemin]
    valeurs = ligne[tranche]
    return None if valeurs[0] is None else model.from_db(connection.alias, noms, valeurs)


def _hold(parent: Model, nom: str, enfants: list[Model]) -> None:
    """Leave `enfants` where `prefetch_related` does: `parent.nom.all()` gives them without a query."""
    lus = getattr(parent, nom).all()
    lus._result_cache, lus._prefetch_done = enfants, True
    parent.__dict__.setdefault("_prefetched_objects_cache", {})[nom] = lus

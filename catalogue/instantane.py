"""What goes online: the frozen copy of an action's sessions, written at validation.

Everything public reads `Diffusion` and what is written from it here (`catalogue.models.sorties`: search
rows, LHÉO fragments, withdrawals), so an edit of a validated action shows nowhere until the Carif-Oref
validates again, and a validation shows everywhere at once.
"""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalogue import recherche
from catalogue.certifications.situation import eligibilite_cpf
from catalogue.enums import MotifRetrait
from catalogue.lheo import fragments
from catalogue.models import Action, Diffusion, Dispositif, Retrait, Session
from sofi.lignes import upsert

#: What a trace keeps of the row it is of; and the columns that are read for it: without its action, that the
#: manager of `action.diffusions` looks at, each row would ask for it.
_TRACE = ("numero", "intitule", "certification_code")
_LUES = (*_TRACE, "action", "date_fin", "publiee_le")

#: Six digits, or more when there are more; in the order of the keys that are given. Drawn apart: joined, one
#: number would be lost each time that a row is looked at.
NUMEROTER = """
WITH donne AS MATERIALIZED (
    SELECT cle, nextval('catalogue_session_numero')::text AS rang FROM unnest(%s::bigint[]) AS cle
)
UPDATE catalogue_session SET numero = %s || '_' || lpad(rang, greatest(6, length(rang)), '0')
FROM donne WHERE id = cle RETURNING id, numero
"""


def publish(action: Action, now: datetime) -> None:
    """Write one `Diffusion` row per session of a validated `action`; drop rows of sessions since deleted.

    Gives each new session its public number. `action` was read by `with_tree` under its row lock, which the
    caller holds: what was checked is what goes online.
    """
    avant = _online(action)
    sessions = list(action.sessions.all())
    _number(sessions)
    cpf, publiees = _cpf(action.formation, now), {numero: row.publiee_le for numero, row in avant.items()}
    rows = [_row(action, session, cpf, publiees.get(session.numero, now), now) for session in sessions]
    _put(action, rows, avant, MotifRetrait.SUPPRIMEE, now)


def put(action: Action, rows: list[Diffusion], motif: MotifRetrait, now: datetime) -> None:
    """Make `rows` exactly what is online of `action`; `motif` is why others leave. Under its row lock."""
    _put(action, rows, _online(action), motif, now)


def _online(action: Action) -> dict[str, Diffusion]:
    """What is online of `action` by number, as much as `_put` needs of it. One query."""
    return {row.numero: row for row in action.diffusions.only(*_LUES)}


def _put(
    action: Action, rows: list[Diffusion], avant: dict[str, Diffusion], motif: MotifRetrait, now: datetime
) -> None:
    """`put`; `avant` is what is online.

    A row that stays keeps the moment it first left in a feed: that has happened, whatever it says now.
    """
    restent = {row.numero for row in rows}
    _withdraw(action, [row for numero, row in avant.items() if numero not in restent], motif, now)
    kept = {"numero", "transmise_le"}
    upsert(rows, update=[f.name for f in Diffusion._meta.concrete_fields if f.name not in kept])
    _follow_ends(action, rows, avant, now)
    _follow(rows)


def _follow_ends(action: Action, rows: list[Diffusion], avant: dict[str, Diffusion], now: datetime) -> None:
    """Keep or forget the traces of `rows`, just written; `avant` are those of before, by number.

    What is over by its new end only leaves now, and no date says it. What had left and comes back over
    stays told as it was.
    """
    jour = timezone.localdate(now)
    finies = [row.numero for row in rows if row.date_fin < jour]
    Retrait.objects.filter(numero__in=[row.numero for row in rows if row.date_fin >= jour]).delete()
    if finies:
        Retrait.objects.filter(numero__in=finies).update(motif=MotifRetrait.TERMINEE)
        ecourtees = [avant[numero] for numero in finies if numero in avant and avant[numero].date_fin >= jour]
        _trace(action, ecourtees, MotifRetrait.TERMINEE, now)


def withdraw(action: Action, now: datetime) -> None:
    """Take every session of `action` offline (archiving)."""
    _withdraw(action, list(action.diffusions.only(*_LUES)), MotifRetrait.ARCHIVEE, now)


def _withdraw(action: Action, rows: list[Diffusion], motif: MotifRetrait, now: datetime) -> None:
    """Delete `rows` of `action`, and keep a trace of each: partners must take them away too."""
    if rows:
        Diffusion.objects.filter(numero__in=[row.numero for row in rows]).delete()
        _trace(action, rows, motif, now)


def _trace(action: Action, rows: list[Diffusion], motif: MotifRetrait, now: datetime) -> None:
    traces = [
        Retrait(
            **{champ: getattr(row, champ) for champ in _TRACE},
            action_id=action.pk,
            organisme_id=action.organisme_id,
            motif=motif,
            le=now,
        )
        for row in rows
    ]
    upsert(traces, update=["intitule", "certification_code", "motif", "le"])


def _follow(rows: list[Diffusion]) -> None:
    """Write what is read beside `rows`, which have just been written."""
    recherche.write(rows)
    fragments.write(rows)


def replace_certification(action: Action, now: datetime) -> None:
    """Give what is online of `action` the certification of its formation, and change nothing else of it.

    What was typed since the last validation stays where it is. The caller holds the action's row lock.
    """
    formation = action.formation
    rows, contenu = list(action.diffusions.all()), _formation(formation, _cpf(formation, now))
    for row in rows:
        complement = row.contenu["action"]["complement_intitule"]
        row.intitule = " – ".join(filter(None, [formation.intitule, complement]))
        row.certification_code = formation.certification_id
        row.niveau = formation.certification.niveau
        row.formation = formation
        row.contenu["formation"] = contenu
        row.contenu["action"]["certification_precedente"] = action.certification_precedente
        row.modifiee_le = now
    champs = ["formation", "intitule", "certification_code", "niveau", "contenu", "modifiee_le"]
    upsert(rows, update=champs)
    _follow(rows)


def _number(sessions: list[Session]) -> None:
    """Give each session without one a public number never given before.

    It is the Carif's LHÉO code and the next value of a sequence, e.g. « 52_000123 ».
    """
    nouvelles = {session.pk: session for session in sessions if session.numero is None}
    if not nouvelles:
        return
    with connection.cursor() as cursor:
        cursor.execute(NUMEROTER, [list(nouvelles), settings.CARIF.code_lheo])
        for pk, numero in cursor.fetchall():
            nouvelles[pk].numero = numero


def _row(action: Action, session: Session, cpf: str, publiee_le: datetime, now: datetime) -> Diffusion:
    certification = action.formation.certification
    return Diffusion(
        numero=session.numero,
        session=session,
        action=action,
        formation=action.formation,
        organisme=action.organisme,
        intitule=action.intitule,
        certification_code=certification.code if certification else "",
        niveau=certification.niveau if certification else None,
        departement=session.site_lieu.departement,
        ville=session.site_lieu.ville,
        date_debut=session.date_debut,
        date_fin=session.date_fin,
        contenu=build_contenu(action, session, cpf),
        revision=action.revision,
        publiee_le=publiee_le,
        modifiee_le=now,
    )


def build_contenu(action: Action, session: Session, cpf: str = "") -> dict:
    """The whole sheet of one session as plain JSON: organisme, formation, action, session, dispositifs.

    Codes are kept beside nothing else: labels belong to the readers. Dates are ISO 8601, prices
    strings with two decimals, hours and places whole numbers. Only active dispositifs go online. `cpf` is
    whether the CPF may pay: « oui », « non », or '' when nothing says it.
    What a draft does not say yet is None: no such sheet is published, but it is compared with one that is.
    """
    return build_commun(action, cpf) | build_propre(session)


def build_commun(action: Action, cpf: str = "") -> dict:
    """The parts of `build_contenu` that all the sessions of `action` share: there may be none yet."""
    return {
        "organisme": _organisme(action.organisme),
        "formation": _formation(action.formation, cpf),
        "action": _action(action),
    }


def build_propre(session: Session) -> dict:
    """The parts of `build_contenu` that are those of `session` alone."""
    return {
        "session": _session(session),
        "dispositifs": [_dispositif(d) for d in session.dispositifs.all() if d.est_actif],
    }


def _organisme(organisme) -> dict:
    champs = (
        "raison_sociale",
        "nom_usage",
        "siret",
        "nda",
        "uai",
        "lignes",
        "code_postal",
        "ville",
        "departement",
        "telephone",
        "courriel",
        "site_web",
    )
    ids = {"id": organisme.pk, "insee": organisme.commune_id}
    return ids | {champ: getattr(organisme, champ) for champ in champs}


def _cpf(formation, now: datetime) -> str:
    """Whether the CPF may pay for `formation` on the day of `now`, for `build_contenu`. One query."""
    if formation.certification is None:
        return ""
    eligibilite = eligibilite_cpf(formation.certification, timezone.localdate(now))
    return {True: "oui", False: "non", None: ""}[eligibilite.est_eligible]


def _formation(formation, cpf: str) -> dict:
    certification = formation.certification
    contenu = {
        "id": formation.pk,
        "intitule": formation.intitule,
        "objectif": formation.objectif,
        "programme": formation.programme,
        "certification": None,
        "cpf": cpf,
    }
    if certification:
        contenu["certification"] = {
            "code": certification.code,
            "etat": certification.etat,
            "type_diplome": certification.type_diplome_id,
            "niveau": certification.niveau,
            "formacodes": certification.formacodes,
            "romes": certification.romes,
            "nsfs": certification.nsfs,
            "code_rncp": certification.code_rncp,
            "codes_rs": certification.codes_rs,
            "certificateurs": certification.certificateurs,
        }
    return contenu


def _action(action: Action) -> dict:
    champs = [
        "complement_intitule",
        "complement_descriptif",
        "url",
        "niveau_entree",
        "type_parcours",
        "modalites_pedagogiques",
        "modalites_es",
        "duree_centre",
        "duree_entreprise",
        "commentaire_duree",
        "commentaire_prerequis",
        "certification_precedente",
    ]
    return {champ: getattr(action, champ) for champ in champs} | {
        "id": action.pk,
        "duree_hebdo": str(action.duree_hebdo) if action.duree_hebdo is not None else None,
        "site_dispensateur": _site(action.site_dispensateur),
    }


def _session(session: Session) -> dict:
    return {
        "numero": session.numero,
        "site_lieu": _site(session.site_lieu),
        "date_debut": session.date_debut.isoformat() if session.date_debut else None,
        "date_fin": session.date_fin.isoformat() if session.date_fin else None,
        "rythmes": session.rythmes,
        "periodes": session.periodes,
        "modalites_enseignement": session.modalites_enseignement,
        "capacite": session.capacite,
        "places_disponibles": session.places_disponibles,
    }


def _site(site) -> dict | None:
    if site is None:
        return None
    champs = ("nom", "siret", "uai", "lignes", "code_postal", "ville", "departement", "telephone", "courriel")
    return {"id": site.pk, "insee": site.commune_id} | {champ: getattr(site, champ) for champ in champs}


def _dispositif(dispositif: Dispositif) -> dict:
    sorte = dispositif.type
    return {
        "type": dispositif.type_id,
        "libelle": sorte.libelle if sorte else None,
        "est_apprentissage": sorte.est_apprentissage if sorte else None,
        "est_formation_initiale": sorte.est_formation_initiale if sorte else None,
        "financeurs": sorte.financeurs if sorte else None,
        "publics": dispositif.publics,
        "codes_externes": dispositif.codes_externes,
        "nb_places": dispositif.nb_places,
        "cout_stagiaire": str(dispositif.cout_stagiaire) if dispositif.cout_stagiaire is not None else None,
        "prise_en_charge": dispositif.prise_en_charge,
    }

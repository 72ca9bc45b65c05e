"""The journals, of an action and of the establishments: one row per change, in the change's transaction."""

from django.utils import timezone

from catalogue.models import Action, Contact, Evenement, EvenementEtablissement, Organisme, Site


def record(
    action: Action,
    type_: str,
    *,
    by,
    statut_avant: str = "",
    texte: str = "",
    details: dict | None = None,
    delai_ouvre: int | None = None,
) -> Evenement:
    """Write the journal row of a change already made to `action`, whose `statut` and `revision` are new.

    `statut_avant` is given by transitions only, `delai_ouvre` by the Carif-Oref's decisions; `details` says
    what was touched, see `Evenement.details`.
    """
    return Evenement.objects.create(
        action=action,
        type=type_,
        statut_avant=statut_avant,
        statut_apres=action.statut,
        revision=action.revision,
        auteur=by,
        par_carif=by.est_personnel,
        pour_organisme=by.est_personnel and not by.est_carif,
        texte=texte,
        details=details or {},
        delai_ouvre=delai_ouvre,
        le=timezone.now(),
    )


def record_etablissement(
    row: Organisme | Site | Contact, type_: str, *, by, texte: str = "", details: dict | None = None
) -> EvenementEtablissement:
    """Write the journal row of a change already made to an organisme's sheet, place or contact.

    `details` names the changed fields, as {"champs": ["telephone"]}.
    """
    return EvenementEtablissement.objects.create(
        organisme_id=row.pk if isinstance(row, Organisme) else row.organisme_id,
        objet=row._meta.model_name,
        objet_pk=row.pk,
        libelle=str(row)[:310],
        type=type_,
        auteur=by,
        par_carif=by.est_personnel,
        pour_organisme=by.est_personnel and not by.est_carif,
        texte=texte,
        details=details or {},
        le=timezone.now(),
    )

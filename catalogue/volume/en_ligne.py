"""What is online of a made-up offer: its published sheets, then the fragments and search rows they make."""

import json
from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace

from django.utils import timezone

from catalogue import recherche
from catalogue.certifications.situation import eligibilite_cpf
from catalogue.instantane import build_commun, build_propre
from catalogue.lheo import fragments, profils
from catalogue.lheo.fragment import Parties
from catalogue.models import Certification, Diffusion, FragmentLheo
from catalogue.volume.champs import texte
from catalogue.volume.copie import Flot
from sofi.lignes import tableau

_json = json.JSONEncoder(ensure_ascii=False).encode


class EnLigne:
    """The sheets that wait to be written. What the sessions of an action share is written down once."""

    def __init__(self, jour: date):
        self.flot = Flot(Diffusion)
        self.jour = jour
        self._rows: list[SimpleNamespace] = []
        self._cpf: dict[str, str] = {}

    def publisher(self, action, decision: datetime) -> Callable[[SimpleNamespace, int], None]:
        """What puts a session of `action`, and its key, online at the instant `decision`."""
        formation, organisme = action.formation, action.organisme
        certification = formation.certification
        commun = build_commun(action, self._cpf_of(certification))
        communs = {nom: _json(partie) for nom, partie in commun.items()}
        encodes = _encoded(communs)
        partages = {
            "action_id": action.pk,
            "formation_id": formation.pk,
            "organisme_id": organisme.pk,
            "intitule": " – ".join(filter(None, [formation.intitule, action.complement_intitule])),
            "certification_code": certification.code,
            "niveau": certification.niveau,
            "revision": action.revision,
            "publiee_le": decision,
            "modifiee_le": decision,
        }
        ecrits = {nom: texte(valeur) for nom, valeur in partages.items()}
        ecrits["transmise_le"] = ecrits["publiee_le"]
        jour = timezone.localdate(decision)

        def publish(session: SimpleNamespace, pk: int) -> None:
            propre, lieu = build_propre(session), session.site_lieu
            propres = {nom: _json(partie) for nom, partie in propre.items()}
            row = SimpleNamespace(
                **partages,
                numero=session.numero,
                departement=lieu.departement,
                ville=lieu.ville,
                date_debut=session.date_debut,
                date_fin=session.date_fin,
                contenu=commun | propre,
                fiche=(Parties(**encodes, **_encoded(propres)), jour, jour),
            )
            self._rows.append(row)
            self.flot.add(
                **ecrits,
                numero=row.numero,
                session_id=str(pk),
                departement=row.departement,
                ville=row.ville,
                date_debut=row.date_debut.isoformat(),
                date_fin=row.date_fin.isoformat(),
                contenu=_gathered(communs | propres),
            )

        return publish

    def take(self) -> list[SimpleNamespace]:
        """The sheets added since the last time, for `write_sorties`."""
        rows, self._rows = self._rows, []
        return rows

    def _cpf_of(self, certification: Certification) -> str:
        if certification.code not in self._cpf:
            est_eligible = eligibilite_cpf(certification, self.jour).est_eligible
            self._cpf[certification.code] = {True: "oui", False: "non", None: ""}[est_eligible]
        return self._cpf[certification.code]


def write_sorties(rows: list[SimpleNamespace]) -> None:
    """The fragments and search rows of the sheets `rows`; the schema is not asked: sheets are right."""
    flot = Flot(FragmentLheo)
    batis = fragments.build_all((row.fiche for row in rows), avec_schema=False)
    for row, (xml, fautes) in zip(rows, batis, strict=True):
        flot.add(
            diffusion_id=row.numero,
            organisme_id=str(row.organisme_id),
            date_fin=row.date_fin.isoformat(),
            modifiee_le=row.modifiee_le.isoformat(),
            xml=xml,
            fautes=tableau(fautes),
            exclusions=tableau(profils.exclusions(row.contenu)),
        )
    flot.write()
    recherche.write(rows)


def _encoded(parties: dict[str, str]) -> dict[str, bytes]:
    return {nom: partie.encode() for nom, partie in parties.items()}


def _gathered(parties: dict[str, str]) -> str:
    """The sheet of `parties`, as one JSON text."""
    return "{" + ",".join(f'"{nom}":{partie}' for nom, partie in parties.items()) + "}"

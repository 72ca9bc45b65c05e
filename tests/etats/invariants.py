"""The invariants, each looked at after every act; numbers are those of the quality plan (R2)."""

import hashlib
from collections import Counter

from django.db import connection

from catalogue.models import Action, Certification, Diffusion, Evenement, Session
from catalogue.tableau_de_bord.compteurs import ACTIONS, SESSIONS, count
from sofi.models import Courriel
from tests.etats.modele import ARCHIVEE, CARIF, REPONSE, SAISIE, VALIDATION

#: Lines of the journal of what changes nothing in the offer.
SANS_REVISION = ("claim", "release", "assign", "message", "acknowledge_code", "waive", "unwaive")

#: The tables an act may change; what they hold, all of it, as one digest.
TABLES = (
    "catalogue_action",
    "catalogue_session",
    "catalogue_dispositif",
    "catalogue_formation",
    "catalogue_diffusion",
    "catalogue_demande",
    "catalogue_pointdemande",
    "catalogue_evenement",
    "sofi_courriel",
)
DIGEST = " UNION ALL ".join(
    f"SELECT '{table}', coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t"  # noqa: S608
    for table in TABLES
)
#: One row for each thing that must not be: its name is what the test says. No row: all is well.
IMPOSSIBLE = """
    SELECT 'en ligne sans validation d’un valideur' AS quoi, d.numero::text AS ou FROM catalogue_diffusion d
        WHERE NOT EXISTS (SELECT FROM catalogue_evenement e JOIN accounts_user u ON u.id = e.auteur_id
            WHERE e.action_id = d.action_id AND e.type = 'approve' AND e.par_carif AND u.role_carif <> '')
    UNION ALL SELECT 'en ligne sans dispositif', numero FROM catalogue_diffusion
        WHERE jsonb_array_length(contenu -> 'dispositifs') = 0
    UNION ALL SELECT 'refus sans motif', id::text FROM catalogue_evenement
        WHERE type = 'refuse' AND texte = ''
    UNION ALL SELECT 'dates en désordre', id::text FROM catalogue_session WHERE date_fin < date_debut
    UNION ALL SELECT 'places hors capacité', id::text FROM catalogue_session
        WHERE places_disponibles NOT BETWEEN 0 AND capacite
    UNION ALL SELECT 'deux questions ouvertes', action_id::text FROM catalogue_demande
        WHERE close_le IS NULL GROUP BY action_id HAVING count(*) > 1
    UNION ALL SELECT 'question ouverte hors attente', d.id::text FROM catalogue_demande d
        JOIN catalogue_action a ON a.id = d.action_id
        WHERE (d.close_le IS NULL) AND a.statut <> 'en_attente_reponse'
    UNION ALL SELECT 'attente sans question', a.id::text FROM catalogue_action a
        WHERE a.statut = 'en_attente_reponse' AND NOT EXISTS
            (SELECT FROM catalogue_demande d WHERE d.action_id = a.id AND d.close_le IS NULL)
    UNION ALL SELECT 'session sans action, dispositif sans session', s.id::text FROM catalogue_session s
        LEFT JOIN catalogue_action a ON a.id = s.action_id WHERE a.id IS NULL
    UNION ALL SELECT 'archivée en ligne', a.id::text FROM catalogue_action a
        JOIN catalogue_diffusion d ON d.action_id = a.id WHERE a.statut = 'archivee'
    UNION ALL SELECT 'numéro donné deux fois', numero FROM catalogue_session
        WHERE numero IS NOT NULL GROUP BY numero HAVING count(*) > 1
    UNION ALL SELECT 'réponse avec un point non corrigé', d.id::text FROM catalogue_demande d
        JOIN catalogue_pointdemande p ON p.demande_id = d.id WHERE d.reponse <> '' AND p.corrige_le IS NULL
"""


class Temoin:
    """What was seen last time: so that each act changes what it says, and nothing else."""

    def __init__(self):
        self.vu: dict[int, tuple[int, int]] | None = None
        self.catalogue = self.certifications()

    def forget(self) -> None:
        """Actions appeared by themselves: start afresh."""
        self.vu = None

    def see(self) -> str:
        """A digest of everything an act may change."""
        with connection.cursor() as cursor:
            cursor.execute(DIGEST)
            return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()

    @staticmethod
    def certifications() -> list[dict]:
        return list(Certification.objects.order_by("pk").values())


def check(machine) -> None:
    """All invariants, after one act."""
    with connection.cursor() as cursor:
        cursor.execute(IMPOSSIBLE)
        assert cursor.fetchall() == []
    rows = {action.pk: action for action in Action.objects.select_related("examinateur")}
    for pk, modele in machine.modeles.items():
        row = rows[pk]
        assert (row.statut, row.revision) == (modele.statut, modele.revision)
        examinateur = machine.monde.gens[modele.examinateur] if modele.examinateur else None
        assert row.examinateur == examinateur
        assert (row.certification_remplacee_le is not None) == modele.code_a_lire
    online_equals_model(machine)
    one_line_per_change(machine, rows)
    exactly_the_mails(machine)


def online_equals_model(machine) -> None:
    """(1), (5), (13): what the public reads is what was validated, and leaves search once ended."""
    attendus = [shown for modele in machine.modeles.values() for shown in modele.en_ligne.values()]
    en_ligne = [
        (ligne.date_debut, ligne.date_fin, shown["capacite"], shown["places_disponibles"], code)
        for ligne in Diffusion.objects.all()
        for shown, code in [(ligne.contenu["session"], ligne.contenu["formation"]["certification"]["code"])]
        if code == ligne.certification_code
    ]
    assert sorted(en_ligne) == sorted(attendus)
    actives = Diffusion.objects.actives(machine.horloge.jour).count()
    assert actives == sum(fin >= machine.horloge.jour for _, fin, *_ in attendus)


def one_line_per_change(machine, rows) -> None:
    """(3): a revision more is a line of the journal more, which bears it; each is written once."""
    temoin, lignes = machine.temoin, {}
    tracees = Evenement.objects.exclude(type__in=SANS_REVISION).order_by("pk")
    for action, revision in tracees.values_list("action", "revision"):
        lignes.setdefault(action, []).append(revision)
    vu = {pk: (row.revision, len(lignes.get(pk, []))) for pk, row in rows.items()}
    for pk, (revision, nombre) in vu.items():
        avant = temoin.vu.get(pk) if temoin.vu else None
        if avant is not None:
            assert revision - avant[0] == nombre - avant[1], "un changement sans ligne au journal"
        assert not lignes.get(pk) or lignes[pk][-1] == revision
    temoin.vu = vu


def exactly_the_mails(machine) -> None:
    """(12): the outbox holds the mails of what happened, each once, and no other."""
    assert Counter(Courriel.objects.values_list("nom", "destinataire")) == machine.courriels


def at_the_end(machine) -> None:
    """What costs too much to look at after each act."""
    assert machine.temoin.catalogue == Temoin.certifications()  # (11)
    modeles = machine.modeles
    for nom, user in machine.monde.gens.items():  # (15)
        vues = set(Action.objects.visible_to(user).values_list("pk", flat=True))
        staff = nom in CARIF
        assert vues == {pk for pk, m in modeles.items() if staff or nom[-1] == str(m.organisme)}
        if not staff:
            the_tiles(
                user, [m for m in modeles.values() if nom[-1] == str(m.organisme)], machine.horloge.jour
            )


def the_tiles(user, modeles, jour) -> None:
    """(9): the dashboard's counters."""
    nombres = count(user)
    statuts = Counter(modele.statut for modele in modeles)
    for code in (SAISIE, VALIDATION, REPONSE):
        assert nombres[ACTIONS.titre, code] == statuts[code]
    a_lire = sum(modele.code_a_lire and modele.statut != ARCHIVEE for modele in modeles)
    assert nombres[ACTIONS.titre, "code_remplace"] == a_lire
    publiques = sum(fin >= jour for modele in modeles for _, fin, *_ in modele.en_ligne.values())
    en_ligne = Session.objects.visible_to(user).filter(diffusion__date_fin__gte=jour).count()
    assert nombres[SESSIONS.titre, "publiques_actives"] == en_ligne <= publiques

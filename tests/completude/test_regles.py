"""The table of the rules: each has an offer that breaks it, and the same offer put right."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from catalogue import completude
from catalogue.completude.regles import HORS_REGLES, REGLES
from catalogue.enums import EtatCertification
from catalogue.models import FicheRepertoire, Remplacement
from tests.completude.outils import LE, change, found
from tests.factories import CertificationFactory, DispositifFactory, SessionFactory, SiteFactory

pytestmark = pytest.mark.django_db


def session_of(action):
    return action.sessions.get()


def dispositif_of(action):
    return session_of(action).dispositifs.get()


def replaced(action, annee):
    code = action.formation.certification.code
    Remplacement.objects.create(ancien_code=code, nouvelle=CertificationFactory(annee_premiere_session=annee))


def registered(action, fin):
    change(action.formation.certification, code_rncp="37535")
    FicheRepertoire.objects.create(numero="RNCP37535", est_active=True, fin_enregistrement=fin)


def qualified(action, fin):
    change(dispositif_of(action).type, exige_qualiopi=True)
    change(action.organisme, qualiopi_fin=fin)


def twin(action, **fields):
    session = session_of(action)
    dates = {"date_debut": session.date_debut, "date_fin": session.date_fin}
    DispositifFactory(session=SessionFactory(action=action, **dates, **fields))


def apprentices(action, uai):
    change(dispositif_of(action).type, est_apprentissage=True)
    change(action.site_dispensateur, uai=uai)
    change(session_of(action).site_lieu, uai=uai)


#: Number of the rule: the code found, what breaks the rule, and what does not quite.
EXEMPLES = {
    1: (
        "code_retire",
        lambda a: change(a.formation.certification, retiree_le=LE),
        lambda a: change(a.formation.certification, retiree_le=None),
    ),
    2: ("code_remplace", lambda a: replaced(a, 2027), lambda a: replaced(a, 2028)),
    3: (
        "fiche_expiree",
        lambda a: registered(a, date(2027, 8, 31)),
        lambda a: registered(a, date(2027, 9, 1)),
    ),
    4: (
        "debut_lointain",
        lambda a: change(session_of(a), date_debut=date(2030, 3, 16), date_fin=date(2030, 12, 31)),
        lambda a: change(session_of(a), date_debut=date(2030, 3, 15), date_fin=date(2030, 12, 31)),
    ),
    5: (
        "session_terminee",
        lambda a: change(session_of(a), date_debut=date(2026, 9, 1), date_fin=date(2027, 3, 14)),
        lambda a: change(session_of(a), date_debut=date(2026, 9, 1), date_fin=date(2027, 3, 15)),
    ),
    6: (
        "duree_impossible",
        lambda a: change(a, duree_centre=304 * 24 - 139, duree_hebdo=None),
        lambda a: change(a, duree_centre=44 * 40 - 140, duree_hebdo=None),
    ),
    7: (
        "habilitation_dates_fixes",
        lambda a: change(a.formation.certification, etat=EtatCertification.HABILITATION),
        lambda a: change(a.formation.certification, etat=EtatCertification.NON_CERTIFIANTE),
    ),
    8: (
        "duree_absente",
        lambda a: change(a, duree_centre=0, duree_entreprise=0, duree_hebdo=None),
        lambda a: change(a, duree_centre=0, duree_entreprise=1, duree_hebdo=None),
    ),
    9: (
        "places_dispositifs",
        lambda a: change(dispositif_of(a), nb_places=13),
        lambda a: change(dispositif_of(a), nb_places=12),
    ),
    10: (
        "dispositif_absent",
        lambda a: change(dispositif_of(a), est_actif=False),
        lambda a: change(dispositif_of(a), est_actif=True),
    ),
    11: (
        "site_hors_region",
        lambda a: change(
            session_of(a), site_lieu=SiteFactory(organisme=a.organisme, code_postal="75011", ville="Paris")
        ),
        lambda a: change(
            session_of(a), site_lieu=SiteFactory(organisme=a.organisme, code_postal="85000", ville="La Roche")
        ),
    ),
    12: (
        "url_reseau_social",
        lambda a: change(a, url="https://www.facebook.com/"),
        lambda a: change(a, url="https://www.facebook.com/estuaire"),
    ),
    13: (
        "complement_publicitaire",
        lambda a: change(a, complement_intitule="éligible CPF, gratuit"),
        lambda a: change(a, complement_intitule="parcours du soir"),
    ),
    14: (
        "intitule_trop_long",
        lambda a: change(a, complement_intitule="o" * 255),
        lambda a: change(a, complement_intitule="o" * 200),
    ),
    15: (
        "prerequis_absent",
        lambda a: change(a, commentaire_prerequis=""),
        lambda a: change(a, commentaire_prerequis="aucun"),
    ),
    16: (
        "prix_absent",
        lambda a: change(dispositif_of(a), cout_stagiaire=None),
        lambda a: change(dispositif_of(a), cout_stagiaire=Decimal(0)),
    ),
    17: (
        "siret_faux",
        lambda a: change(a.organisme, siret="13000548100011"),
        lambda a: change(a.organisme, siret="13000548100010"),
    ),
    18: (
        "qualiopi_exige",
        lambda a: qualified(a, date(2027, 8, 31)),
        lambda a: qualified(a, date(2027, 9, 1)),
    ),
    19: (
        "session_identique",
        lambda a: twin(a, site_lieu=session_of(a).site_lieu),
        twin,
    ),
    20: (
        "contact_absent",
        lambda a: change(a.organisme, telephone="", courriel=""),
        lambda a: change(a.organisme, telephone="", courriel="contact@exemple.fr"),
    ),
    21: ("site_uai_absent", lambda a: apprentices(a, ""), lambda a: apprentices(a, "0440001M")),
    22: (
        "lheo_non_conforme",
        lambda a: change(a.formation.certification, formacodes=["2159"]),
        lambda a: change(a.formation.certification, formacodes=[]),
    ),
}


@pytest.mark.parametrize("numero", EXEMPLES)
def test_an_offer_that_breaks_the_rule(action, numero):
    code, casse, _ = EXEMPLES[numero]
    casse(action)
    poids = {c.code: c.poids for c in found(action, interne=True)}
    assert poids[code] is REGLES[numero - 1].codes[code]


@pytest.mark.parametrize("numero", EXEMPLES)
def test_an_offer_that_just_follows_it(action, numero):
    _, _, respecte = EXEMPLES[numero]
    respecte(action)
    assert {c.code for c in found(action, interne=True)}.isdisjoint(REGLES[numero - 1].codes)


def test_the_table_holds_the_22_rules_in_order_and_each_code_once():
    assert [regle.numero for regle in REGLES] == list(range(1, 23))
    assert set(EXEMPLES) == set(range(1, 23))
    codes = [code for regle in REGLES for code in regle.codes]
    assert len(codes) == len(set(codes))
    assert HORS_REGLES.keys().isdisjoint(codes)
    assert completude.regle_of("code_retire") is REGLES[0]
    assert completude.regle_of("rythmes_absent") is None


def test_the_readme_prints_the_rules():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    printed = re.findall(r"^\| (\d+) \| (.*) \| (.*) \|$", readme.split("## Règles de qualité")[1], re.M)

    assert printed[: len(REGLES)] == [
        (
            str(regle.numero),
            regle.quoi.replace("\u00a0", " ").replace("\u202f", " "),
            ", ".join(dict.fromkeys(poids.value for poids in regle.codes.values())),
        )
        for regle in REGLES
    ]

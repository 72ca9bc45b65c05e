"""The life of a request, through its domain functions: who may do what, when, and what is written."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from catalogue import demandes_aif
from catalogue.demandes_aif import DemandeRefusee
from catalogue.models import DemandeAIF
from sofi.courriels import lien
from tests.aif.outils import new_offre
from tests.courriels.outils import boite
from tests.factories import DemandeAIFFactory, UserFactory

pytestmark = pytest.mark.django_db


def journal(demande) -> list[tuple[str, str]]:
    """The lines of the request's journal, oldest first: what, by whom."""
    return [(e.type, e.auteur.prenom) for e in demande.evenements.order_by("pk")]


def refused(code):
    class Refused:
        def __enter__(self):
            self.context = pytest.raises(DemandeRefusee)
            self.info = self.context.__enter__()

        def __exit__(self, *error):
            caught = self.context.__exit__(*error)
            assert self.info.value.code == code, str(self.info.value)
            return caught

    return Refused()


def new_request(organisme) -> DemandeAIF:
    built = DemandeAIFFactory.build(organisme=organisme, auteur=None)
    built.numero = ""
    return built


def test_a_request_is_numbered_and_the_same_token_makes_no_other(organisme, nadia):
    jeton = uuid4()

    demande = demandes_aif.create(new_request(organisme), jeton, by=nadia)
    again = demandes_aif.create(new_request(organisme), jeton, by=nadia, champs=["intitule"])

    assert demande.numero.startswith(f"AIF-{timezone.localdate().year}-")
    assert (again.pk, DemandeAIF.objects.count()) == (demande.pk, 1)
    assert demande.auteur == nadia
    assert journal(demande) == [("creation", "Nadia")]


def test_two_requests_have_two_numbers_in_order(organisme, nadia):
    first, second = (demandes_aif.create(new_request(organisme), uuid4(), by=nadia) for _ in "ab")

    assert second.numero > first.numero


def test_only_who_types_for_the_organisme_asks_for_it(organisme, lectrice, agent):
    for by in (lectrice, agent, UserFactory()):
        with refused("role"):
            demandes_aif.create(new_request(organisme), uuid4(), by=by)
    assert not DemandeAIF.objects.exists()


def test_a_change_is_written_and_a_stale_one_is_not(demande, nadia):
    fresh, stale = DemandeAIF.objects.get(), DemandeAIF.objects.get()
    fresh.intitule, stale.intitule = "Voilerie", "Cordages"

    demandes_aif.update(fresh, ["intitule"], 1, by=nadia)
    with refused("perimee"):
        demandes_aif.update(stale, ["intitule"], 1, by=nadia)

    demande.refresh_from_db()
    assert (demande.intitule, demande.version) == ("Voilerie", 2)
    assert demande.evenements.get().details == {"champs": ["intitule"]}


def test_saving_without_a_change_writes_nothing(demande, nadia):
    demandes_aif.update(DemandeAIF.objects.get(), ["intitule", "url"], 0, by=nadia)

    assert not demande.evenements.exists()


def test_cancelled_once_however_often_asked(demande, nadia):
    demandes_aif.cancel(demande.pk, by=nadia)
    with refused("deja_fait"):
        demandes_aif.cancel(demande.pk, by=nadia)

    demande.refresh_from_db()
    assert demande.statut == "annulee"
    assert journal(demande) == [("cancel", "Nadia")]


def test_taken_the_request_is_the_carif_s(demande, nadia, agent):
    demandes_aif.take(demande.pk, by=agent)
    demandes_aif.take(demande.pk, by=agent)  # a double click

    with refused("statut"):
        demandes_aif.cancel(demande.pk, by=nadia)
    changed = DemandeAIF.objects.get()
    changed.intitule = "Autre"
    with refused("statut"):
        demandes_aif.update(changed, ["intitule"], 1, by=nadia)
    demande.refresh_from_db()
    assert (demande.statut, demande.examinateur) == ("prise", agent)
    assert journal(demande) == [("take", "Awa")]


def test_a_colleague_takes_over_knowingly_only(demande, agent, valideur):
    demandes_aif.take(demande.pk, by=agent)

    with pytest.raises(DemandeRefusee, match="Awa Diallo traite déjà"):
        demandes_aif.take(demande.pk, by=valideur)
    demandes_aif.take(demande.pk, by=valideur, de=agent.pk)

    demande.refresh_from_db()
    assert demande.examinateur == valideur
    assert demande.evenements.first().details == {"de": agent.pk}


def test_a_refusal_needs_a_reason_and_keeps_it(demande, agent):
    with refused("motif"):
        demandes_aif.refuse(demande.pk, "  ", by=agent, version=1)
    demandes_aif.refuse(demande.pk, "Hors région.", by=agent, version=1)

    demande.refresh_from_db()
    assert (demande.statut, demande.motif, demande.examinateur) == ("refusee", "Hors région.", agent)
    assert demande.decidee_le > timezone.now() - timedelta(minutes=1)
    assert demande.evenements.get().texte == "Hors région."


def test_nobody_decides_on_what_they_have_not_read(demande, organisme, nadia, agent, aif, site):
    changed = DemandeAIF.objects.get()
    changed.places_session = 12
    demandes_aif.update(changed, ["places_session"], 1, by=nadia)

    with refused("perimee"):
        demandes_aif.refuse(demande.pk, "Non.", by=agent, version=1)
    with refused("perimee"):
        demandes_aif.transform(demande.pk, new_offre(organisme, site=site), uuid4(), by=agent, version=1)


def test_an_organisme_decides_nothing(demande, organisme, nadia, aif, site):
    with refused("role"):
        demandes_aif.take(demande.pk, by=nadia)
    with refused("role"):
        demandes_aif.refuse(demande.pk, "Non.", by=nadia, version=1)
    with refused("role"):
        demandes_aif.transform(demande.pk, new_offre(organisme, site=site), uuid4(), by=nadia, version=1)


def test_an_agent_in_the_organisme_s_space_acts_for_it(demande, organisme, agent):
    agent.work_for(organisme.pk)

    demandes_aif.cancel(demande.pk, by=agent)

    line = demande.evenements.get()
    assert (line.par_carif, line.pour_organisme) == (True, True)
    assert line.qui == "Awa Diallo (Carif-Oref) pour Voiles et Cordages"


def test_each_step_is_mailed_to_whom_it_concerns_and_nothing_more(
    organisme, nadia, agent, valideur, aif, site
):
    camille = UserFactory(organisme=organisme)
    demande = demandes_aif.create(new_request(organisme), uuid4(), by=nadia)
    assert noms(nadia, camille) == [["aif_recue"], []]

    demandes_aif.take(demande.pk, by=agent)
    demandes_aif.take(demande.pk, by=valideur, de=agent.pk)  # told once
    assert noms(nadia, camille) == [["aif_recue", "aif_prise"], ["aif_prise"]]

    demandes_aif.transform(demande.pk, new_offre(organisme, site=site), uuid4(), by=valideur, version=1)
    assert "aif_transformee" in noms(nadia)[0]
    [mail] = [m for m in boite(camille.email) if m.nom == "aif_transformee"]
    assert mail.lien() == lien("aif:demande", pk=demande.pk)


def test_a_refusal_s_reason_is_in_its_mail(demande, nadia, agent):
    demandes_aif.refuse(demande.pk, "Cette formation a un code.", by=agent, version=1)

    [mail] = boite(nadia.email)
    assert (mail.nom, demande.numero in mail.objet) == ("aif_refusee", True)
    assert "> Cette formation a un code." in mail.texte


def noms(*people) -> list[list[str]]:
    """The mails written to each, oldest first."""
    return [[mail.nom for mail in boite(person.email)] for person in people]


@pytest.mark.parametrize("fin", ["annulee", "refusee"])
def test_a_closed_request_stays_closed(organisme, agent, nadia, fin):
    demande = DemandeAIFFactory(organisme=organisme, statut=fin, decidee_le=timezone.now(), motif="Non.")
    demande.evenements.create(
        type="cancel" if fin == "annulee" else "refuse", texte="Non.", auteur=nadia, par_carif=False
    )

    with refused("statut"):
        demandes_aif.take(demande.pk, by=agent)
    with refused("statut"):
        demandes_aif.refuse(demande.pk, "Autre motif.", by=agent, version=1)

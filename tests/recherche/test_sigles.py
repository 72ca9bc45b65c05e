"""A certification is found by the initials people call it by, which its title does not hold."""

import pytest
from django.urls import reverse

from catalogue.certifications.sigles import initials_of

TITRES = [
    ("CAP accompagnant éducatif petite enfance", {"aepe"}),
    ("CAP accompagnant éducatif petite enfance – en alternance", {"aepe"}),
    ("BTS management commercial opérationnel", {"mco"}),
    ("BTS négociation et digitalisation de la relation client", {"ndrc", "nddrc"}),
    ("BTS services informatiques aux organisations option A : solutions d’infrastructure", {"sio"}),
    ("BTS gestion de la PME", {"gpme", "gdpme"}),
    ("BTS comptabilité et gestion", {"cg"}),
    ("BTS travaux publics", {"tp"}),
    ("BUT spécialité gestion des entreprises et des administrations parcours contrôle de gestion", {"gea"}),
    ("Bac pro accompagnement, soins et services à la personne", {"assp"}),
    ("Diplôme d'État d'accompagnant éducatif et social", {"deaes"}),
    ("Diplôme d’État d’aide-soignant", {"deas"}),
    ("Titre professionnel assistant de vie aux familles", {"avf", "advf"}),
    ("Licence mention sciences et techniques des activités physiques et sportives", {"staps"}),
    ("Certificat d'aptitude à la conduite en sécurité R489 chariots de manutention", {"caces"}),
    # Two letters, of a diploma that nobody calls so; initials of something else; too long; nothing left.
    ("Bac pro boulanger pâtissier", set()),
    ("CAP bois, ébénisterie, peinture", set()),
    ("Boulanger", set()),
    ("Un titre de dix mots qui ne se dit jamais par ses initiales", set()),
    ("CAP", set()),
    ("", set()),
    ("« ’ – ( )", set()),
]


@pytest.mark.parametrize(("titre", "attendues"), TITRES)
def test_the_initials_of_a_title(titre, attendues):
    assert set(initials_of(titre)) == attendues


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["CAP AEPE", "aepe", "AEPE Nantes", "cap petite enfance"])
def test_a_session_is_found_by_them(client, offre, q):
    offre.add(intitule="CAP accompagnant éducatif petite enfance – du soir", ville="Nantes")
    offre.add(intitule="CAP cuisine", ville="Nantes")
    found = client.get(reverse("diffusion:recherche"), {"q": q}).content.decode()
    assert "petite enfance – du soir" in found
    assert "CAP cuisine" not in found


@pytest.mark.django_db
def test_they_are_known_where_nothing_is_found(client, offre):
    offre.add(intitule="CAP accompagnant éducatif petite enfance", ville="Nantes")
    found = client.get(reverse("diffusion:recherche"), {"q": "AEPE plombier"}).content.decode()
    assert "ne porte «\xa0plombier\xa0»" in found
    assert "?q=AEPE" in found

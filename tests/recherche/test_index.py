"""The index of the dates, which holds what is looked for: read alone, and never too small for a title."""

from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Diffusion, FicheRecherche
from catalogue.recherche import lecture, parcours
from catalogue.recherche.ordre import DATE, Place
from tests.factories import CommuneFactory
from tests.recherche.outils import filtre_of, found

FILTRES = "departement=44&niveau=3&modalite=presence&lieu=44000&debut_min=01/01/2020&debut_max=31/12/2090"


def mots(graine: str, longueur: int, lettres: int) -> str:
    """`longueur` characters of distinct words that nothing compresses."""
    tirages = (sha256(f"{graine}{rang}".encode()).hexdigest()[:lettres] for rang in range(longueur))
    return " ".join(tirages)[:longueur].strip()


@pytest.mark.parametrize("lettres", [2, 4, 9, 60])
@pytest.mark.django_db
def test_the_longest_texts_go_online_and_are_found_by_their_beginning(offre, lettres):
    longueur = Diffusion._meta.get_field("intitule").max_length
    row = offre.build(
        intitule=f"Boulanger {mots('titre', longueur, lettres)}"[:longueur],
        organisme=f"Estuaire {mots('organisme', 250, lettres)}"[:250],
        ville=mots("ville", 50, lettres),
        dispositifs=[f"dispositif-au-nom-assez-long-numero-{rang}" for rang in range(14)],
        formacodes=[f"2159{rang}" for rang in range(5)],
    )
    row.contenu["organisme"]["nom_usage"] = mots("usage", 250, lettres)

    offre.put(row)

    assert found("q=boulanger+estuaire") == [row.numero]


@pytest.mark.django_db
def test_looking_for_words_on_the_nearest_dates_reads_the_index_alone(offre):
    """With every filter that a column answers: one that the index does not hold would read the table."""
    offre.add(insee=CommuneFactory().insee)
    filtre = filtre_of(f"q=boulanger&{FILTRES}", jour=timezone.localdate())
    rows = FicheRecherche.objects.all()
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as lues:
        found = parcours.walk_near(
            filtre.filter_by_dates(rows),
            filtre.filter_by_columns(rows),
            filtre.said_by_document,
            Place(DATE),
            jour=filtre.jour,
            taille=lecture.TAILLE_PAGE,
        )
        assert len(found) == 1
        # Too few rows here for an index to be worth it: whatever else could be done is put aside.
        for maniere in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{maniere} = off")
        cursor.execute(f"EXPLAIN {lues[-1]['sql']}")
        plan = "\n".join(ligne for (ligne,) in cursor.fetchall())
    assert "Index Only Scan using recherche_debut" in plan
    assert "Seq Scan" not in plan

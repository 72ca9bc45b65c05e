"""Sessions online with what a search looks at, without the whole path of a validation for each."""

from copy import deepcopy
from datetime import date, timedelta

from bs4 import BeautifulSoup
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from catalogue import recherche
from catalogue.models import Diffusion
from catalogue.recherche.filtres import OffreFilter
from catalogue.recherche.lecture import search
from catalogue.recherche.ordre import read_key
from tests.factories import CommuneFactory, publier

JOUR = date(2027, 3, 15)
VILLES = {"44109": ("Nantes", "44"), "44143": ("Rezé", "44"), "49007": ("Angers", "49")}


class Offre:
    """Puts sessions online: all of one action, published by the workflow, but for what is said of each."""

    def __init__(self):
        self.modele = publier().diffusions.get()
        Diffusion.objects.all().delete()
        self.rang = 0

    def build(self, **valeurs) -> Diffusion:
        """An unsaved row that starts in a month; see `_contenu` for what `valeurs` may say."""
        self.rang += 1
        row = deepcopy(self.modele)
        row.session_id, row._state.adding = None, True
        row.numero = valeurs.pop("numero", f"52_9{self.rang:05d}")
        row.date_debut = valeurs.pop("debut", timezone.localdate() + timedelta(days=30))
        row.date_fin = valeurs.pop("fin", row.date_debut + timedelta(days=60))
        row.intitule = valeurs.pop("intitule", "Boulanger")
        row.ville = valeurs.pop("ville", "Nantes")
        row.departement = valeurs.pop("departement", "44")
        row.niveau = valeurs.pop("niveau", 3)
        _contenu(row, **valeurs)
        return row

    def put(self, *rows: Diffusion) -> None:
        """Write the rows and what search reads of them."""
        Diffusion.objects.bulk_create(rows)
        recherche.write(rows)

    def add(self, **valeurs) -> str:
        """Put one session online; its number."""
        row = self.build(**valeurs)
        self.put(row)
        return row.numero


def _contenu(
    row,
    *,
    insee=None,
    organisme="Estuaire Formation",
    modalite="0",
    esp=False,
    cpf=False,
    places=8,
    dispositifs=("financement-prive",),
    formacodes=("21599",),
) -> None:
    contenu = row.contenu
    contenu["organisme"] |= {"raison_sociale": organisme, "nom_usage": ""}
    contenu["session"] |= {
        "numero": row.numero,
        "modalites_enseignement": modalite,
        "places_disponibles": places,
        "date_debut": row.date_debut.isoformat(),
        "date_fin": row.date_fin.isoformat(),
    }
    contenu["session"]["site_lieu"] |= {
        "insee": insee,
        "departement": row.departement,
        "ville": row.ville,
    }
    contenu["action"]["modalites_es"] = "1" if esp else "0"
    contenu["formation"]["cpf"] = "oui" if cpf else "non"
    contenu["formation"]["certification"] |= {"niveau": row.niveau, "formacodes": list(formacodes)}
    modele = contenu["dispositifs"][0]
    contenu["dispositifs"] = [{**modele, "type": code} for code in dispositifs]


def filtre_of(adresse: str = "", *, jour: date | None = None) -> OffreFilter:
    """The filters of a query string."""
    return OffreFilter(QueryDict(adresse), jour=jour)


def found(adresse: str = "", *, jour: date | None = None) -> list[str]:
    """The numbers of the first page of a search."""
    return search(filtre_of(adresse, jour=jour)).numeros


def get(client, adresse="", **data):
    return client.get(f"{reverse('diffusion:recherche')}{adresse}", data or None)


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def communes() -> None:
    CommuneFactory(latitude=47.2173, longitude=-1.5534)
    CommuneFactory(insee="44143", nom="Rezé", codes_postaux=["44400"], latitude=47.1905, longitude=-1.5694)
    CommuneFactory(
        insee="49007",
        nom="Angers",
        codes_postaux=["49000"],
        departement="49",
        latitude=47.4725,
        longitude=-0.5563,
    )


def walk(adresse: str, *, backward: bool = False, taille: int = 3) -> list[str]:
    """Every number, page after page; `backward`: from the last page to the first."""
    numeros, page = [], search(filtre_of(adresse, jour=JOUR), taille=taille)
    numeros += page.numeros
    while page.suivant:
        page = search(filtre_of(adresse, jour=JOUR), apres=read_key(page.suivant), taille=taille)
        numeros += page.numeros
    if backward:
        numeros = page.numeros
        while page.precedent:
            page = search(filtre_of(adresse, jour=JOUR), avant=read_key(page.precedent), taille=taille)
            numeros = page.numeros + [n for n in numeros if n not in page.numeros]
    return numeros

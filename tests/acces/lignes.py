"""A row of the table of addresses: what one answers, to whom, and with what in its place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

from django.utils import timezone

from catalogue import lots, numeros
from catalogue.models import Diffusion, ExportFlux, FiltreEnregistre
from catalogue.recherches_suivies.liens import sign
from tests.acces.monde import ROLES, SANS_FACTEUR, Monde
from tests.accounts.outils_cles import issue
from tests.factories import (
    ActionFactory,
    RechercheSuivieFactory,
    SignalementFactory,
    publier,
)

#: A status, or « second_facteur » for a redirection to that page.
Answer = int | str | dict[str, int]


def par_role(*statuts: int) -> dict[str, int]:
    """Statuses of a signed-in address for of_a, of_a_lecture, of_b, agent, carif (a valideur), admin."""
    return dict(zip(ROLES[1:], statuts, strict=True))


def of_a_et_carif(statut: int) -> dict[str, int]:
    """`statut` for whoever may type for organisme A, « missing » for the others."""
    return par_role(statut, 404, 404, statut, statut, statut)


def lecteurs_de_a(statut: int) -> dict[str, int]:
    """`statut` for whoever may read organisme A's offer, « missing » for the others."""
    return par_role(statut, statut, 404, statut, statut, statut)


def carif(statut: int) -> dict[str, int]:
    """`statut` for the Carif-Oref; to organisations the page does not exist."""
    return par_role(404, 404, 404, statut, statut, statut)


def equipe(statut: int) -> dict[str, int]:
    """`statut` for whoever works for an organisme, its own team being shown."""
    return par_role(statut, statut, statut, 404, 404, 404)


def gestionnaires(statut: int) -> dict[str, int]:
    """`statut` for whoever manages a team, theirs."""
    return par_role(statut, 404, statut, 404, 404, 404)


def gestionnaire_de_a(statut: int) -> dict[str, int]:
    """`statut` for whoever manages organisme A's team."""
    return par_role(statut, 404, 404, 404, 404, 404)


def atelier(get: int, post: int, kwargs: Callable[[Monde], dict] = lambda monde: {}) -> "Row":
    """A page of the workshop: for organisations it does not exist, whatever the method."""
    return Row(carif(get), carif(post), kwargs, autres=carif(405))


def administration(get: int, post: int, kwargs: Callable[[Monde], dict] = lambda monde: {}) -> "Row":
    """A page of the administrators: for anybody else it does not exist, whatever the method."""
    admin_seul = partial(par_role, 404, 404, 404, 404, 404)
    return Row(admin_seul(get), admin_seul(post), kwargs, autres=admin_seul(405))


def a_installer(get: int, post: int) -> "Row":
    """A page that staff without a second factor may use: that is where they set it up, and go on."""
    roles = (*ROLES[1:], SANS_FACTEUR)
    post = dict.fromkeys(roles, post) | {SANS_FACTEUR: 302}
    return Row(dict.fromkeys(roles, get), post, autres=dict.fromkeys(roles, 405))


@dataclass(frozen=True)
class Row:
    """The declared answers of one address; `kwargs` are its arguments in the little world."""

    get: Answer
    post: Answer = 405
    kwargs: Callable[[Monde], dict] = field(default=lambda monde: {})
    est_publique: bool = False
    autres: Answer = 405
    #: Answer to OPTIONS, where other sites may ask; that of the other methods without it.
    options: Answer | None = None
    #: A file that other sites may read, without asking before.
    est_partagee: bool = False


def pk(nom: str, cle: str = "pk") -> Callable[[Monde], dict]:
    """The key of the world's object called `nom`, as the argument `cle`."""
    return lambda monde: {cle: getattr(monde, nom).pk}


def ouverte(get: int = 200, kwargs: Callable[[Monde], dict] = lambda monde: {}) -> Row:
    """An address that any site may read, whoever is signed in."""
    return Row(get, est_publique=True, kwargs=kwargs, options=204)


def membre_du_personnel(monde: Monde) -> dict:
    """The valideur, as others see them."""
    return {"pk": monde.users["carif"].pk}


def invitation_du_personnel(monde: Monde) -> dict:
    """The key of a future agent."""
    return {"pk": issue(role_carif="agent", par=monde.users["admin"])[0].pk}


def un_filtre(monde: Monde) -> dict:
    """A view of the queue the valideur keeps."""
    return {"pk": FiltreEnregistre.objects.create(user=monde.users["carif"], nom="Boulangers").pk}


def un_lot(monde: Monde) -> dict:
    """A batch of the valideur, on the action that waits."""
    action = monde.en_attente
    lot = lots.create(monde.users["carif"], "approve", [(action.pk, action.revision)], {}, uuid4())
    return {"pk": lot.pk}


def un_flux_retenu(monde: Monde) -> dict:
    """A feed that waits for somebody to let it go."""
    now = timezone.now()
    export = ExportFlux(profil="complet", statut="retenu", raison="Trop.", commence_le=now, fini_le=now)
    export.save()
    return {"pk": export.pk}


def en_ligne(monde: Monde) -> Diffusion:
    """A session of organisme A that is online."""
    action = ActionFactory(formation=monde.formation, complete=True)
    return publier(action, by=monde.users["carif"]).diffusions.get()


def numero_en_ligne(sorte: str) -> Callable[[Monde], dict]:
    """The public number of something online."""

    def kwargs(monde: Monde) -> dict:
        row = en_ligne(monde)
        connus = {
            "organisme": numeros.numero_organisme(row.organisme_id),
            "formation": numeros.numero_formation(row.formation_id),
            "action": numeros.numero_action(row.action_id),
            "session": row.numero,
            "certification": row.certification_code,
        }
        return {"numero": connus[sorte]}

    return kwargs


def un_signalement(monde: Monde) -> dict:
    """What a visitor reported of a session of organisme A."""
    return {"pk": SignalementFactory(action=en_ligne(monde).action).pk}


def un_lien_a_confirmer(monde: Monde) -> dict:
    """The link that confirms a followed search; another each time."""
    jeton = uuid4().hex
    RechercheSuivieFactory(a_confirmer=True, jeton=jeton)
    return {"jeton": jeton}


def un_lien_de_suivi(**suivi) -> Callable[[Monde], dict]:
    """A signed link of a followed search."""
    return lambda monde: {"jeton": sign(RechercheSuivieFactory(**suivi).pk)}

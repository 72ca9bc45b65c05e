"""Who asks, and how often they may: a partner by their key, anybody else by their network.

Each request is counted before it is answered, by one atomic statement (`sofi.limites`): of fifty that arrive
together at the end of a quota, exactly what is left goes on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.throttling import BaseThrottle

from catalogue.api import cles
from catalogue.models import CleApi
from sofi import limites
from sofi.origine import origine_of

HEURE = timedelta(hours=1)


@dataclass(frozen=True)
class Quota:
    """What is left after a request: `reste` requests until `finit_le`; negative when it was refused."""

    maximum: int
    reste: int
    finit_le: datetime

    @property
    def secondes(self) -> int:
        """Until the period ends."""
        return max(1, ceil((self.finit_le - timezone.now()).total_seconds()))


def count(request, cle: CleApi | None) -> Quota:
    """Count one request."""
    if cle:
        objet, valeur, maximum = "api:cle", str(cle.pk), cle.quota_horaire
    else:
        objet, valeur = "api:reseau", limites.reseau_of(origine_of(request))
        maximum = settings.API_QUOTA_ANONYME
    compte = limites.compter(objet, valeur, maximum, HEURE)
    if compte is None:
        return Quota(maximum, -1, timezone.now() + limites.attente(objet, valeur))
    return Quota(maximum, maximum - compte.nombre, compte.finit_le)


class CleAuthentication(BaseAuthentication):
    """`Authorization: Bearer sofi_…`. Cookies say nothing here: who is signed in reads the same."""

    def authenticate(self, request):
        schema, _, texte = get_authorization_header(request).decode("latin-1").partition(" ")
        if not schema:
            return None
        cle = cles.find(texte.strip()) if schema.lower() == "bearer" else None
        if cle is None:
            # A wrong key is paid for by the network that tries it; `Plafond` is not reached.
            request.quota = count(request, None)
            raise AuthenticationFailed if request.quota.reste >= 0 else Throttled(request.quota.secondes)
        cles.mark_as_used(cle, timezone.localdate())
        return AnonymousUser(), cle

    def authenticate_header(self, request):
        return 'Bearer realm="SOFI"'


class CleExtension(OpenApiAuthenticationExtension):
    """How the key is described in the schema."""

    target_class = CleAuthentication
    name = "cle"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "La clé d’un partenaire, facultative."}


class Plafond(BaseThrottle):
    """Refuses beyond the quota of the hour."""

    def allow_request(self, request, view):
        self.quota = request.quota = count(request, request.auth)
        return self.quota.reste >= 0

    def wait(self):
        return self.quota.secondes

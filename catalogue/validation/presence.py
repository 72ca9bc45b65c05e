"""Who is looking at a dossier now: colleagues see each other before they do the same work twice."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.utils import timezone

from catalogue.models import Consultation

#: A page says every minute that it is still read; three silent minutes, and its reader is gone.
DUREE = timedelta(minutes=3)
NOM = Concat("user__prenom", Value(" "), "user__nom")
#: The names of `others`, for each action of a query. Written out: the queue is read all day long.
NOMS = """ARRAY(
    SELECT u.prenom || ' ' || u.nom FROM catalogue_consultation c JOIN accounts_user u ON u.id = c.user_id
    WHERE c.action_id = catalogue_action.id AND c.vue_le >= %s AND c.user_id <> %s ORDER BY c.id)"""


def see(action_pk: int, user) -> None:
    """Write that `user` has the dossier of an action before their eyes, in one query."""
    Consultation.objects.bulk_create(
        [Consultation(action_id=action_pk, user=user, vue_le=timezone.now())],
        update_conflicts=True,
        unique_fields=["action", "user"],
        update_fields=["vue_le"],
    )


def others(action_pk: int, user) -> list[str]:
    """The names of the colleagues of `user` who look at the dossier now, the first come first."""
    rows = _now(user).filter(action=action_pk)
    return list(rows.order_by("pk").values_list(NOM, flat=True))


def of_lines(user) -> RawSQL:
    """The same names for each action of a queryset, as an annotation."""
    params = (timezone.now() - DUREE, user.pk)
    return RawSQL(NOMS, params, output_field=ArrayField(TextField()))  # noqa: S611 - a constant


def _now(user):
    return Consultation.objects.filter(vue_le__gte=timezone.now() - DUREE).exclude(user=user)


def forget(now: datetime) -> int:
    """Delete what nobody is shown any more; how many rows there were."""
    return Consultation.objects.filter(vue_le__lt=now - DUREE).delete()[0]

"""Who is looking at a dossier now: colleagues see each other before they do the same work twice."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from catalogue.models import Consultation

#: A page says every minute that it is still read; three silent minutes, and its reader is gone.
DUREE = timedelta(minutes=3)
#: Who but one person looks at the dossier of an action, the first come first. Written out: the queue and its
#: dossiers are read all day long.
NOMS = """
    SELECT u.prenom || ' ' || u.nom FROM catalogue_consultation c JOIN accounts_user u ON u.id = c.user_id
    WHERE c.action_id = {action} AND c.vue_le >= %s AND c.user_id <> %s ORDER BY c.id
"""
VUE = f"""
    WITH vue AS (
        INSERT INTO catalogue_consultation (action_id, user_id, vue_le) VALUES (%s, %s, %s)
        ON CONFLICT (action_id, user_id) DO UPDATE SET vue_le = excluded.vue_le
    ) {NOMS.format(action="%s")}
"""  # noqa: S608 - constants


def see(action_pk: int, user) -> list[str]:
    """Write that `user` has the dossier of an action before their eyes; who else looks at it now, by name,
    the first come first. One query."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(VUE, [action_pk, user.pk, now, action_pk, now - DUREE, user.pk])
        return [nom for (nom,) in cursor.fetchall()]


def of_lines(user) -> RawSQL:
    """The same names for each action of a queryset, as an annotation."""
    noms = f"ARRAY({NOMS.format(action='catalogue_action.id')})"
    params = (timezone.now() - DUREE, user.pk)
    return RawSQL(noms, params, output_field=ArrayField(TextField()))  # noqa: S611 - a constant


def forget(now: datetime) -> int:
    """Delete what nobody is shown any more; how many rows there were."""
    return Consultation.objects.filter(vue_le__lt=now - DUREE).delete()[0]

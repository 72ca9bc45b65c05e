"""Browsers' sessions (setting SESSION_ENGINE): in the database, their key hashed, and limited in time.

A session ends after a time without a request and, whatever its use, some hours after it was opened; both
are shorter for the Carif-Oref's staff. The server decides: the cookie has no date of its own.
"""

from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import IntegrityError, transaction
from django.db.models import Case, DateTimeField, Exists, F, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from accounts.middleware import CLE_ESPACE
from accounts.models import SessionNavigateur, User
from sofi.origine import Origine

#: « Last seen » is written at most this often.
PRECISION = timedelta(minutes=1)
#: How long a session that ended by itself is remembered, to give its form back to whoever comes back.
MEMOIRE = timedelta(days=1)


class SessionStore(DatabaseStore):
    """A browser's session. `origine` (from where it is used) is set by the middleware."""

    origine = Origine()
    #: Key of the person whose session this was, when it has ended by itself; None otherwise.
    personne_expiree: int | None = None
    #: Key of the organisme they worked for then; None for the Carif-Oref in no organisme's space.
    espace_expire: int | None = None
    #: When the session was last seen, as the database says; None before it is loaded.
    vue_le = None
    #: Whose session it is, read with it; None before it is loaded, and when nobody is signed in.
    personne: User | None = None

    @classmethod
    def get_model_class(cls):
        return SessionNavigateur

    @staticmethod
    def hashed(session_key: str) -> str:
        """Return what the database knows of a key: nobody can go back from it to the cookie."""
        return sha256(session_key.encode()).hexdigest()[:40]

    @property
    def row(self):
        """The session's row, as a queryset; empty when there is none yet."""
        if self.session_key is None:
            return SessionNavigateur.objects.none()
        return SessionNavigateur.objects.filter(pk=self.hashed(self.session_key))

    def load(self) -> dict:
        row = self.row.select_related("user").first()
        if row is None or row.expire_date <= timezone.now():
            if row and row.user_id:
                self.personne_expiree = row.user_id
                self.espace_expire = self.decode(row.session_data).get(CLE_ESPACE)
            self._session_key = None
            return {}
        self.vue_le, self.personne = row.vue_le, row.user
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return SessionNavigateur.objects.filter(pk=self.hashed(session_key)).exists()

    def save(self, must_create: bool = False) -> None:
        """Write the session; raises UpdateError when it was closed meanwhile, by whoever it belongs to."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)
        user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        values = {"session_data": self.encode(data), "user_id": user_id}
        if must_create:
            self._insert()
        if not self.row.update(**values, **extended(user_id)):
            raise UpdateError
        return None

    def _insert(self) -> None:
        now = timezone.now()
        row = SessionNavigateur(
            pk=self.hashed(self.session_key),
            ouverte_le=now,
            expire_date=now,
            ip=self.origine.ip,
            navigateur=self.origine.navigateur,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise CreateError from error

    def mark_as_seen(self) -> None:
        """Put off the end of a session in use; writes at most once a minute."""
        now = timezone.now()
        if self.vue_le and now - self.vue_le >= PRECISION and (user_id := self.get(SESSION_KEY)):
            seen = self.row.filter(vue_le__lte=now - PRECISION)
            seen.update(ip=self.origine.ip, **extended(int(user_id)))

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            SessionNavigateur.objects.filter(pk=self.hashed(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        SessionNavigateur.objects.filter(expire_date__lt=timezone.now() - MEMOIRE).delete()


def extended(user_id: int | None) -> dict:
    """Return what a request changes in the row of a session: last seen now, and ends later.

    The staff's times are told from the role the person has now, not when they signed in.
    """
    now = timezone.now()

    def later(start, seconds):
        return Value(start + timedelta(seconds=seconds), DateTimeField())

    if user_id is None:
        return {"vue_le": now, "expire_date": later(now, settings.SESSION_COOKIE_AGE)}
    idle = Case(
        When(_is_staff(user_id), then=later(now, settings.SESSION_INACTIVITE_PERSONNEL)),
        default=later(now, settings.SESSION_INACTIVITE),
    )
    absolute = Case(
        When(_is_staff(user_id), then=F("ouverte_le") + timedelta(seconds=settings.SESSION_DUREE_PERSONNEL)),
        default=F("ouverte_le") + timedelta(seconds=settings.SESSION_DUREE),
        output_field=DateTimeField(),
    )
    return {"vue_le": now, "expire_date": Least(idle, absolute)}


def _is_staff(user_id: int) -> Exists:
    return Exists(User.objects.filter(pk=user_id).exclude(role_carif=""))


def close_sessions(user, *, sauf: SessionStore | None = None) -> int:
    """Sign `user` out of every browser at once, but for the session `sauf`; return how many were closed.

    For a new password, a second factor removed, an account closed.
    """
    rows = SessionNavigateur.objects.filter(user=user)
    if sauf is not None and sauf.session_key:
        rows = rows.exclude(pk=SessionStore.hashed(sauf.session_key))
    return rows.delete()[0]

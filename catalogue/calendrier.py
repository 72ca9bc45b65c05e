"""Working days of the Carif-Oref: Monday to Friday, but for the closed days administrators keep."""

from collections.abc import Iterable
from datetime import date, timedelta

from catalogue.models import JourFerme

JOUR = timedelta(days=1)


class Calendrier:
    """The working days around a moment. Load it once for a page: one query, then arithmetic only."""

    def __init__(self, fermes: Iterable[date] = ()):
        """`fermes`: the closed days that are not week-ends."""
        self.fermes = frozenset(fermes)

    @classmethod
    def load(cls) -> "Calendrier":
        """The calendar with every closed day that is kept (some dozens a decade). One query."""
        return cls(JourFerme.objects.values_list("jour", flat=True))

    def is_open(self, jour: date) -> bool:
        """Whether the Carif-Oref works on `jour`."""
        return jour.weekday() < 5 and jour not in self.fermes

    def add(self, jour: date, nombre: int) -> date:
        """The `nombre`-th working day after `jour`, which itself does not count: a due date."""
        while nombre:
            jour += JOUR
            nombre -= self.is_open(jour)
        return jour

    def between(self, debut: date, fin: date) -> int:
        """How many working days after `debut`, up to `fin` included; 0 when `fin` is not after."""
        semaines, reste = divmod(max((fin - debut).days, 0), 7)
        ouvrables = semaines * 5 + sum((fin - JOUR * n).weekday() < 5 for n in range(reste))
        return ouvrables - sum(debut < jour <= fin and jour.weekday() < 5 for jour in self.fermes)

    def latest_late(self, jour: date, cible: int) -> date:
        """The latest sending day that is late on `jour`: more than `cible` working days ago.

        So that a queryset says « late » by comparing dates: sent on that day or before.
        """
        retard, envoi = 0, jour
        while retard <= cible:
            retard += self.is_open(envoi)
            envoi -= JOUR
        return envoi

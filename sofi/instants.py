"""Date-times read from PostgreSQL by Python's own parser: psycopg's cuts each with a regular expression, ten
times slower, and a screen of the tunnel reads sixty."""

from datetime import UTC, datetime

from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg.types.datetime import TimestamptzLoader


class InstantLoader(TimestamptzLoader):
    """Reads a `timestamptz` of a connection in UTC, as Django opens them."""

    #: Where Django looks for the time zone of a loader: another one, and it puts its own back.
    timezone = UTC

    def load(self, data) -> datetime:
        try:
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:  # a year out of Python's calendar: psycopg says so
            return super().load(data)


@receiver(connection_created)
def use_loader(sender, connection, **kwargs) -> None:
    connection.connection.adapters.register_loader("timestamptz", InstantLoader)

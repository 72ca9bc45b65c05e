"""French dates in templates."""

from datetime import datetime

from django import template
from django.utils import timezone

from sofi.typographie import date_longue

register = template.Library()


@register.filter
def jour(instant: datetime | None) -> str:
    """The day of an aware date-time, in the site's time zone: « 1er janvier 2027 »."""
    return date_longue(timezone.localdate(instant)) if instant else ""

"""What every template may use besides Django's own."""

from django.conf import settings
from django.urls import reverse


def carif(request):
    """Give templates `carif`, the Carif-Oref who runs this SOFI (sofi.configuration.Carif), and
    `conformite`, how accessible it says it is, which the law wants on each page."""
    return {"carif": settings.CARIF, "conformite": settings.EDITEUR.phrase}


def demonstration(request):
    """Give templates `url_courriels_demo`, the demo's mailbox, empty where mail really leaves, and
    `url_codes_demo`, the codes of its staff, empty in production."""
    return {
        "url_courriels_demo": reverse("demonstration:boite") if settings.COURRIELS_GARDES else "",
        "url_codes_demo": "" if settings.IS_PRODUCTION else reverse("codes_demo"),
    }

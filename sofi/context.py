"""What every template may use besides Django's own."""

from django.conf import settings


def carif(request):
    """Give templates `carif`, the Carif-Oref who runs this SOFI (sofi.configuration.Carif)."""
    return {"carif": settings.CARIF}

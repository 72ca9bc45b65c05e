"""The site's addresses, and a page that forgets everything: no escaping, no policy."""

from csp.decorators import csp_exempt
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from catalogue.models import Organisme
from sofi.urls import urlpatterns as site

PAGE = "<!doctype html><title>x</title><main>{{ organisme.raison_sociale|safe }}</main>"


@csp_exempt()
@login_not_required
def sans_protection(request):
    contexte = {"organisme": Organisme.objects.first()}
    return HttpResponse(engines["django"].from_string(PAGE).render(contexte))


urlpatterns = [*site, path("sans-protection/", sans_protection)]

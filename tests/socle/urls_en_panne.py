"""The site's addresses, and one where everything goes wrong."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.urls import path

from sofi.urls import urlpatterns as site


@login_not_required
def panne(request):
    raise RuntimeError("panne voulue par un essai")


@login_not_required
def fichier(request):
    return HttpResponse("<script>alert(1)</script>", content_type="image/svg+xml")


@login_not_required
def donnees(request):
    return JsonResponse({}, headers={"Content-Disposition": 'attachment; filename="moi.json"'})


urlpatterns = [*site, path("panne/", panne), path("fichier/", fichier), path("des-donnees/", donnees)]

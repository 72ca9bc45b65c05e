"""« Mes avis »: what SOFI writes to me, and how."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.mes_avis.forms import AvisForm
from catalogue.enums import ModeAvis


@require_http_methods(["GET", "HEAD", "POST"])
def avis(request: HttpRequest) -> HttpResponse:
    """Choose, for each kind of event, to be written to at once, in the morning's digest, or not at all."""
    form = AvisForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("accounts:compte")
    return render(request, "accounts/avis.html", {"form": form, "modes": ModeAvis})

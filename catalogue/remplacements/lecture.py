"""« J’ai pris connaissance »: what the organisme answers to a code replaced."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from catalogue.models import Action
from catalogue.remplacement import RemplacementRefuse, acknowledge


@require_POST
def lu(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisme has read the new code of an action: the counter falls."""
    action = get_object_or_404(Action.objects.editable_by(request.user), pk=pk)
    try:
        acknowledge(action.pk, request.POST.get("code", ""), by=request.user)
    except RemplacementRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "C’est noté : vous avez pris connaissance du nouveau code Certifinfo.")
    return redirect("tunnel:recapitulatif", action.pk)

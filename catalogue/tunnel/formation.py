"""Step F, read-only: the formation's sheet (manual step 2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.models import Certification, Formation


@require_http_methods(["GET", "HEAD", "POST"])
def formation_create(request: HttpRequest) -> HttpResponse:
    """Pick a certification by its code; the same formation is never made twice."""
    organisme = request.organisme
    code = (request.POST.get("code") or "").strip()
    if organisme and code:
        certification = get_object_or_404(Certification, pk=code)
        formation, _ = Formation.objects.get_or_create(organisme_id=organisme.pk, certification=certification)
        return redirect("tunnel:action_create", formation.pk)
    return render(request, "tunnel/formation_create.html")


@require_safe
def formation(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a formation, for whoever may read it."""
    formations = Formation.objects.visible_to(request.user).select_related("certification", "organisme")
    return render(request, "tunnel/formation.html", {"formation": get_object_or_404(formations, pk=pk)})

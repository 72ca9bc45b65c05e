"""Pages of the second factor: the code at sign-in, and setting it up from « Mon compte »."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.facteur import actes, dessin, parcours, secours, totp
from accounts.facteur.exigence import est_oblige
from accounts.facteur.forms import CodeForm, MotDePasseForm, PreuveForm, SecoursForm
from accounts.models import Totp
from sofi.origine import origine_of

formulaire = require_http_methods(["GET", "HEAD", "POST"])


def posted(request):
    """The data of a form that was sent, even empty; None for a page only asked for."""
    return request.POST if request.method == "POST" else None


@login_not_required
@never_cache
@formulaire
def verification(request, avec_secours: bool = False):
    """The second page of a sign-in: a code of the application, or a recovery code."""
    user = parcours.person_waiting(request)
    generateur = user and Totp.objects.filter(user=user).first()
    if generateur is None or (request.user.is_authenticated and not request.facteur_attendu):
        return redirect("/") if request.user.is_authenticated else parcours.say_too_late(request)
    suite = request.POST.get("next", request.GET.get("next", ""))
    form = (SecoursForm if avec_secours else CodeForm)(posted(request))
    if request.method == "POST" and form.is_valid():
        code, origine = form.cleaned_data["code"], origine_of(request)
        try:
            if avec_secours:
                reste = secours.utiliser(user, code, origine=origine)
                messages.warning(request, actes.what_is_left(reste))
            else:
                totp.verifier(user, code, origine=origine)
        except (totp.CodeRefuse, secours.SecoursRefuse) as refus:
            form.add_error("code", str(refus))
        else:
            return parcours.finish(request, user, generateur, suite)
    autre = parcours.verification_url(suite, "verification" if avec_secours else "verification_secours")
    contexte = {"form": form, "suite": suite, "autre": autre, "avec_secours": avec_secours}
    return render(request, "accounts/second_facteur_code.html", contexte)


@never_cache
@sensitive_post_parameters("mot_de_passe")
@formulaire
def etat(request):
    """Whether the person has a second factor, and what they may do about it; POST begins a first set-up.

    Whoever is coming in has just typed their password; the others type it again.
    """
    generateur = Totp.objects.filter(user=request.user).first()
    form = MotDePasseForm(posted(request))
    may_begin = request.method == "POST" and generateur is None
    if may_begin and (request.facteur_attendu or actes.is_proved(request.user, form)):
        parcours.begin_set_up(request)
        return redirect("accounts:facteur_installer")
    contexte = {
        "generateur": generateur,
        "codes_restants": request.user.codes_secours.filter(utilise_le=None).count() if generateur else 0,
        "est_oblige": est_oblige(request.user),
        "form": None if request.facteur_attendu else form,
    }
    return render(request, "accounts/second_facteur.html", contexte)


@never_cache
@formulaire
def installer(request):
    """Show the QR code, and finish with a first code."""
    present = parcours.set_up(request)
    if present is None:
        return redirect("accounts:facteur_codes")
    graine, remplace = present
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            generateur, codes = totp.installer(
                request.user,
                graine,
                form.cleaned_data["code"],
                origine=origine_of(request),
                session=request.session,
                remplace=remplace,
            )
        except totp.DejaInstalle:
            messages.info(request, "Votre second facteur est déjà installé.")
            return redirect("accounts:second_facteur")
        except totp.CodeRefuse as refus:
            form.add_error("code", str(refus))
        else:
            return actes.after_set_up(request, generateur, codes)
    adresse = totp.adresse_of(request.user, graine)
    contexte = {"form": form, "adresse": adresse, "qr": dessin.draw(adresse), "cle": dessin.in_groups(graine)}
    return render(request, "accounts/second_facteur_installer.html", contexte)


@never_cache
@formulaire
def codes(request):
    """The ten new recovery codes, until the person says that they have noted them."""
    nouveaux = parcours.new_codes(request)
    if not nouveaux:
        return redirect("accounts:second_facteur")
    if request.method == "POST":
        parcours.forget_codes(request)
        messages.success(request, "Votre second facteur est en place.")
        return redirect("/")
    return render(request, "accounts/second_facteur_codes.html", {"codes": nouveaux})


@never_cache
@require_safe
def codes_fichier(request):
    """The same codes, as a text file to keep or print."""
    nouveaux = parcours.new_codes(request)
    if not nouveaux:
        return redirect("accounts:second_facteur")
    return HttpResponse(
        actes.text_of(nouveaux, request.user),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="codes-de-secours-sofi.txt"'},
    )


@never_cache
@sensitive_post_parameters("mot_de_passe", "code")
@formulaire
def confirmer(request, acte: str):
    """Ask for the password and a code, then carry out one of `actes.ACTES`."""
    if acte not in actes.ACTES:
        raise Http404
    if not Totp.objects.filter(user=request.user).exists():
        return redirect("accounts:second_facteur")
    if acte == "retirer" and est_oblige(request.user):
        raise Http404
    form = PreuveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actes.prove(request.user, **form.cleaned_data, origine=origine_of(request))
        except actes.PreuveRefusee as refus:
            form.add_error(refus.champ, str(refus))
        else:
            return actes.ACTES[acte](request)
    return render(request, "accounts/second_facteur_confirmer.html", {"form": form, "acte": acte})

"""What a person does with their own second factor, once they have proved that they hold it."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django_otp import login as mark_session

from accounts.cles.ecriture import normaliser
from accounts.facteur import parcours, secours, totp
from accounts.facteur.exigence import forget_generator
from sofi import limites
from sofi.forms import NBSP, NNBSP
from sofi.origine import Origine, origine_of
from sofi.typographie import date_longue

ESSAIS, PERIODE = 5, timedelta(minutes=15)


class PreuveRefusee(Exception):
    """The password or the code is wrong; `champ` names the field, the message says what to do."""

    def __init__(self, champ: str, message: str):
        super().__init__(message)
        self.champ = champ


def prove_password(user, mot_de_passe: str) -> None:
    """Check the password of `user`. Raises PreuveRefusee; tries are counted before any hash is computed."""
    if not limites.essayer("facteur:preuve", str(user.pk), ESSAIS, PERIODE):
        raise PreuveRefusee("mot_de_passe", f"Trop d’essais{NBSP}: attendez un quart d’heure.")
    if not user.check_password(mot_de_passe):
        raise PreuveRefusee("mot_de_passe", f"Ce n’est pas votre mot de passe{NBSP}: retapez-le.")
    limites.oublier("facteur:preuve", str(user.pk))


def is_proved(user, form) -> bool:
    """Whether `form` holds the password of `user`; otherwise it says what is wrong."""
    if not form.is_valid():
        return False
    try:
        prove_password(user, form.cleaned_data["mot_de_passe"])
    except PreuveRefusee as refus:
        form.add_error(refus.champ, str(refus))
        return False
    return True


def prove(user, mot_de_passe: str, code: str, *, origine: Origine) -> None:
    """Check the password of `user`, then a code of their application or of their list, which is spent.

    Raises PreuveRefusee.
    """
    prove_password(user, mot_de_passe)
    try:
        if len(normaliser(code)) == secours.LONGUEUR:
            secours.utiliser(user, code, origine=origine)
        else:
            totp.verifier(user, code, origine=origine)
    except (totp.CodeRefuse, secours.SecoursRefuse) as refus:
        raise PreuveRefusee("code", str(refus)) from None


def change_phone(request):
    """Begin the set-up of another telephone: the present one works until the new one is confirmed."""
    parcours.begin_set_up(request, remplace=True)
    return redirect("accounts:facteur_installer")


def renew_codes(request):
    """Give ten new recovery codes: the old ones no longer work."""
    parcours.keep_codes(request, secours.refaire(request.user, origine=origine_of(request)))
    return redirect("accounts:facteur_codes")


def remove(request):
    """Come back to the password alone."""
    totp.retirer(request.user, auteur=request.user, origine=origine_of(request), session=request.session)
    forget_generator(request.session)
    messages.success(request, "Votre second facteur est retiré : votre mot de passe suffit de nouveau.")
    return redirect("accounts:second_facteur")


ACTES = {"changer": change_phone, "codes": renew_codes, "retirer": remove}


def after_set_up(request, generateur, codes: list[str]):
    """Open the whole site to whoever has just set up their factor, and show their recovery codes."""
    parcours.end_set_up(request)
    parcours.keep_codes(request, codes)
    mark_session(request, generateur)
    return redirect("accounts:facteur_codes")


def what_is_left(reste: int) -> str:
    """Tell whoever came in by a recovery code how many they still have."""
    if not reste:
        return f"C’était votre dernier code de secours{NBSP}: refaites une liste dès maintenant."
    codes = "un code" if reste == 1 else f"{reste} codes"
    return (
        f"Il vous reste {codes} de secours. Vous n’avez plus votre téléphone{NNBSP}? "
        "Changez-en dans «\u00a0Second facteur\u00a0»."
    )


def text_of(codes: list[str], user) -> str:
    """The recovery codes as a text to print, for whom, and how they are used."""
    jour = date_longue(timezone.localdate())
    lignes = [
        f"SOFI – {settings.CARIF.nom}",
        f"Codes de secours de {user.get_full_name()} ({user.email}), {jour}",
        "",
        *codes,
        "",
        "Chaque code sert une seule fois, quand vous n’avez pas votre téléphone.",
        f"Gardez cette liste hors de votre ordinateur{NBSP}: imprimée et rangée, par exemple.",
    ]
    return "\ufeff" + "\r\n".join(lignes) + "\r\n"

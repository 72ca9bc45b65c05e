"""`check --deploy`: what the legal pages lack."""

from django.conf import settings
from django.core import checks

from sofi.typographie import NBSP


@checks.register(checks.Tags.security, deploy=True)
def check_editeur(app_configs, **kwargs) -> list[checks.Warning]:
    """Warn of what the law wants said and that no setting says."""
    editeur = settings.EDITEUR
    manques = {
        f"SOFI_EDITEUR_DIRECTEUR manque{NBSP}: les mentions légales nomment qui dirige la publication.": (
            not editeur.directeur
        ),
        f"SOFI_EDITEUR_HEBERGEUR manque{NBSP}: les mentions légales nomment l’hébergeur.": (
            not editeur.hebergeur
        ),
        f"SOFI_EDITEUR_AUDIT manque{NBSP}: une conformité au RGAA se prouve par un audit.": (
            editeur.conformite != "non" and not editeur.audit
        ),
    }
    return [checks.Warning(phrase, id="sofi.W001") for phrase, manque in manques.items() if manque]

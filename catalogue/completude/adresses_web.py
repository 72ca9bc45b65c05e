"""Web addresses that say nothing of a training (rule 12)."""

from urllib.parse import urlsplit

RESEAUX_SOCIAUX = {
    "facebook.com",
    "fb.com",
    "instagram.com",
    "linkedin.com",
    "pinterest.com",
    "pinterest.fr",
    "snapchat.com",
    "threads.net",
    "tiktok.com",
    "twitter.com",
    "whatsapp.com",
    "x.com",
    "youtube.com",
}
#: First labels of a host that change nothing to the site behind.
_PREFIXES = ("www", "m", "fr", "fr-fr", "web", "mobile")


def est_accueil_reseau_social(url: str) -> bool:
    """Whether `url` is the home page of a social network, and of nobody in particular."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    label, _, rest = host.partition(".")
    site = rest if label in _PREFIXES else host
    return site in RESEAUX_SOCIAUX and parts.path.strip("/") in ("", "home", "home.php", "feed")

"""Browsers as people call them."""

# In this order: most browsers also name the one they descend from.
NAVIGATEURS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def in_words(navigateur: str) -> str:
    """Say a browser's User-Agent as people would: « Firefox sur Windows »."""
    nom = next((nom for signe, nom in NAVIGATEURS if signe in navigateur), "Navigateur inconnu")
    systeme = next((systeme for signe, systeme in SYSTEMES if signe in navigateur), "")
    return f"{nom} sur {systeme}" if systeme else nom

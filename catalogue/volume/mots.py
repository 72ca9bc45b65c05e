"""The words a made-up offer is written with."""

FORMES = (
    "Institut",
    "CFA",
    "Greta",
    "Académie",
    "Centre",
    "École",
    "Campus",
    "Maison",
    "Atelier",
    "Collectif",
)
OBJETS = (
    "des métiers",
    "de l’hôtellerie",
    "du bâtiment",
    "numérique",
    "de la santé",
    "de la logistique",
    "de l’industrie",
    "du commerce",
    "des langues",
    "agricole",
    "du sport",
    "de l’artisanat",
    "de la sécurité",
    "des transports",
    "du soin",
)
VOIES = ("rue des Écoles", "rue du Port", "avenue de la Gare", "quai des Apprentis", "place du Marché")
COMPLEMENTS = (
    "",
    "",
    "",
    "",
    "",
    "parcours du soir",
    "en alternance",
    "accéléré",
    "option export",
    "blocs 1 et 2",
)
DESCRIPTIFS = (
    "",
    "",
    "Groupes de douze personnes au plus, atelier équipé, mises en situation chaque semaine.",
    (
        "Un formateur référent suit chaque stagiaire du positionnement à l’examen, bilan compris. "
        "Les visites d’entreprises du bassin d’emploi font partie du programme."
    ),
)
PREREQUIS = ("", "aucune", "Savoir lire, écrire et compter.", "Avoir un projet professionnel validé.")
PEDAGOGIES = ("", "Cours du jour et travaux pratiques", "Formation en situation de travail")
DUREES = ("", "Selon le positionnement de chacun.")

"""The themes of « Aide en ligne »: the seven of the 2017 manual in its order, then ours."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """One page of help; its text is templates/aide/<slug>.html."""

    slug: str
    titre: str
    resume: str

    @property
    def template(self) -> str:
        return f"aide/{self.slug}.html"


THEMES = (
    Theme(
        "activation",
        "Activation de votre compte et gestion de l’autosaisie",
        "Obtenir une clé d’activation, créer le compte gestionnaire, savoir qui peut saisir.",
    ),
    Theme(
        "certifinfo",
        "Certifinfo et Formacode",
        "Trouver le bon code, lire la fiche d’une certification, comprendre un code terminé ou remplacé.",
    ),
    Theme(
        "tableau-de-bord",
        "Tableau de bord",
        "Ce que compte chaque case, ce qu’elle vous demande de faire, et dans quel ordre s’y prendre.",
    ),
    Theme(
        "etablissements",
        "Établissements et sites",
        "Votre fiche, vos sites et vos contacts : les ajouter, les tenir à jour, chercher dans l’annuaire.",
    ),
    Theme(
        "fasd",
        "Formation, Action, Session, Dispositif (FASD)",
        "Les quatre étapes de la saisie, champ par champ, jusqu’à l’envoi au Carif-Oref.",
    ),
    Theme(
        "france-travail",
        "Sofi, Aide et Pôle emploi",
        "Comment et quand vos sessions arrivent chez les conseillers de France Travail (ex-Pôle emploi).",
    ),
    Theme(
        "saisie",
        "Aide à la saisie",
        "Gestes pratiques : enregistrer, reprendre, ajouter une session, répondre à une question.",
    ),
    Theme(
        "suivi",
        "Questions, échanges et suivi",
        "Répondre point par point, écrire au Carif-Oref, demander une AIF, suivre une session.",
    ),
    Theme(
        "regles",
        "Les règles de qualité",
        "Les 22 règles que SOFI vérifie avant l’envoi et avant la mise en ligne, et ce que chacune empêche.",
    ),
    Theme(
        "atelier",
        "L’atelier du Carif-Oref",
        "Pour l’équipe du Carif-Oref : la file, les décisions, les lots, les codes, les demandes AIF.",
    ),
)

BY_SLUG = {theme.slug: theme for theme in THEMES}

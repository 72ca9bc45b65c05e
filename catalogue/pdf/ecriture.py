"""How a document looks: A4, a band of colour, key facts in a box, names on the left, values on the right.

It is tagged: a screen reader goes by titles and paragraphs, in order, and skips what repeats on each page.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from fontTools.ttLib import TTFont
from fpdf import FPDF, ViewerPreferences
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.line_break import TextLine

from sofi.typographie import date_longue

from .document import Document, Fait, Section
from .texte import drawable, safe_link

POLICE = "dejavu"
#: Millimetres.
MARGE, NOMS, GOUTTIERE = 18, 46, 4
ENCRE, DOUCE, ACCENT, FOND, TRAIT = (28, 36, 35), (67, 76, 73), (11, 86, 81), (226, 239, 236), (224, 218, 205)
#: What a text is for a screen reader.
TITRE, SOUS_TITRE, TEXTE = "H1", "H2", "P"
#: Room under which a new line goes to the next page, with the title above it, rather than to the bottom.
SOLIDAIRE = 22


def _fonts() -> dict[str, Path]:
    dossier = settings.BASE_DIR / "static/vendor/dejavu-2.37"
    return {"": dossier / "DejaVuSans.ttf", "B": dossier / "DejaVuSans-Bold.ttf"}


@cache
def _drawn() -> frozenset[int]:
    """The characters that both weights draw."""
    signes = []
    for path in _fonts().values():
        with TTFont(path, lazy=True) as police:
            signes.append(frozenset(police.getBestCmap()))
    return frozenset.intersection(*signes)


def write(document: Document) -> bytes:
    """`document` as a PDF, its language, title and date in the metadata."""
    feuille = _Feuille(document)
    try:
        feuille.add_page()
        feuille.head()
        for section in document.sections:
            feuille.section(section)
        feuille.mentions()
        return bytes(feuille.output())
    finally:
        for police in feuille.fonts.values():
            police.ttfont.close()  # fpdf leaves the files open


class _Feuille(FPDF):
    """The pages of one document."""

    def __init__(self, document: Document):
        super().__init__(format="A4")
        self.document = document
        #: What is being said, if anything, what is left of it, and how many parts each page has.
        self._role, self._reste, self._parties = "", "", Counter()
        for style, path in _fonts().items():
            self.add_font(POLICE, style, path)
        # A text that holds fpdf's own sign for « number of pages » must stay as it is.
        self.alias_nb_pages(None)
        self.set_margins(MARGE, MARGE, MARGE)
        self.set_auto_page_break(auto=True, margin=MARGE + 6)
        self.set_lang("fr")
        self.set_title(" ".join(self._say(document.titre).split()))
        self.set_author(settings.CARIF.nom)
        self.set_creator("SOFI")
        self.set_creation_date(document.ecrit_le)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def add_page(self, *args, **kwargs) -> None:
        """The next page, what is being said going on there: a part of it ends with each page."""
        role, self._role = self._role, ""
        if role:
            self._out("EMC")
        super().add_page(*args, **kwargs)
        if role:
            self._begin(role)

    def header(self) -> None:
        with self._not_said():
            self.set_fill_color(*ACCENT)
            self.rect(0, 0, self.w, 3, style="F")
        self.set_y(MARGE)

    def footer(self) -> None:
        self.set_y(-MARGE)
        self._style(8, couleur=DOUCE)
        le = date_longue(timezone.localdate(self.document.ecrit_le))
        with self._not_said():
            self.cell(0, 5, self._say(f"{settings.CARIF.nom_court} – à jour au {le}"))
            self.set_x(MARGE)
            self.cell(0, 5, f"Page {self.page_no()}", align="R")

    def head(self) -> None:
        """Who, what, and the facts one looks for first."""
        document = self.document
        self._line(document.surtitre, 10, couleur=DOUCE)
        self._line(document.titre, 18, gras=True, role=TITRE)
        self._line(document.sous_titre, 10, couleur=DOUCE)
        self.ln(3)
        if document.cles:
            self._style(10)
            self._rule(ACCENT)
            self.ln(1.5)
            self._facts(document.cles)
            self._rule(ACCENT)

    def section(self, section: Section) -> None:
        """A title, its text, its lines; nothing when there is nothing to say."""
        if not section.dits and not section.texte.strip():
            return
        titre = self._say(section.titre)
        self._style(12.5, gras=True)
        haut = self.multi_cell(self.epw, 12.5 * 0.5, titre, dry_run=True, output=MethodReturnValue.HEIGHT)
        self._keep_together(5 + haut)
        self.ln(4)
        self.start_section(titre)
        self._line(titre, 12.5, gras=True, couleur=ACCENT, role=SOUS_TITRE)
        self.ln(1)
        self._line(section.texte, 9.5)
        self._facts(section.dits)

    def mentions(self) -> None:
        if self.document.mentions:
            self._keep_together(7)
            self.ln(5)
            self._rule(TRAIT)
            self.ln(2)
            self._facts(self.document.mentions, taille=8.5)

    def _facts(self, faits: list[Fait], taille: float = 9.5) -> None:
        for fait in faits:
            self._keep_together()
            page, haut = self.page, self.get_y()
            self._style(taille, gras=True, couleur=DOUCE)
            self._text(self._say(fait.libelle), NOMS, taille)
            bas = self.get_y()
            self.set_xy(MARGE + NOMS + GOUTTIERE, haut)
            lien = safe_link(fait.url)
            self._style(taille, couleur=ACCENT if lien else ENCRE)
            valeur = f"{fait.valeur} ({fait.precision})" if fait.precision else fait.valeur
            self._text(self._say(valeur), self.epw - NOMS - GOUTTIERE, taille, lien)
            if self.page == page:
                self.set_y(max(bas, self.get_y()))
            self.ln(1.2)

    def _line(
        self, texte: str, taille: float, *, gras: bool = False, couleur=ENCRE, role: str = TEXTE
    ) -> None:
        if texte.strip():
            self._style(taille, gras=gras, couleur=couleur)
            self._text(self._say(texte), self.epw, taille, role=role)

    def _text(self, texte: str, largeur: float, taille: float, lien: str = "", role: str = TEXTE) -> None:
        """`texte` in a column that begins here; below it afterwards."""
        self._begin(role)
        self._reste = texte
        self.multi_cell(
            largeur,
            taille * 0.5,
            texte,
            align="L",
            link=lien,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self._out("EMC")
        self._role = ""

    def _render_styled_text_line(self, text_line: TextLine, *args, **kwargs) -> bool:
        """A line, with the space that its cut took away: without it, two words are one for who hears them."""
        dits = [signe for fragment in text_line.fragments for signe in fragment.characters]
        reste = self._reste.removeprefix("".join(dits))
        if dits and reste.startswith(" "):
            text_line.fragments[-1].characters.append(" ")
        self._reste = reste.lstrip()
        return super()._render_styled_text_line(text_line, *args, **kwargs)

    def _rule(self, couleur: tuple[int, int, int]) -> None:
        """A line across the page."""
        with self._not_said():
            self.set_draw_color(*couleur)
            self.line(MARGE, self.get_y(), self.w - MARGE, self.get_y())

    def _begin(self, role: str) -> None:
        """What is drawn from here is read as `role`, until the end of the page or of the text."""
        self._role, partie = role, self._parties[self.page]
        self._parties[self.page] += 1
        self._add_marked_content(struct_type=f"/{role}", mcid=partie)
        self._out(f"/{role} <</MCID {partie}>> BDC")

    @contextmanager
    def _not_said(self) -> Iterator[None]:
        """What is drawn here is of the page, not of the document."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def _style(self, taille: float, *, gras: bool = False, couleur=ENCRE) -> None:
        self.set_font(POLICE, "B" if gras else "", taille)
        self.set_text_color(*couleur)

    def _keep_together(self, titre: float = 0) -> None:
        """Go to the next page unless a line has room here, below `titre` millimetres of its title."""
        # A title as high as a page is not worth an empty one before it.
        if self.will_page_break(min(titre, self.eph / 2) + SOLIDAIRE):
            self.add_page()

    @staticmethod
    def _say(texte: str) -> str:
        return drawable(texte, _drawn())

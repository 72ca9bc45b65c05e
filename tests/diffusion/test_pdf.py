"""The PDF of a sheet and of a récapitulatif: any text goes in, and what it says can be read out."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from catalogue import pdf
from catalogue.diffusion.fiche_pdf import MAXIMUM
from catalogue.models import Diffusion
from catalogue.pdf import Document, Fait, Section
from catalogue.pdf.texte import REMPLACEMENT, drawable, safe_link
from tests.factories import ActionFactory, OrganismeFactory, UserFactory, publier
from tests.hostile.attaques import ATTAQUES, CONTROLES, TOUTES

LE = datetime(2027, 1, 4, 12, tzinfo=UTC)
HOSTILES = (
    "\x00\x07\x1b\x7f\x85",
    "سلام عليكم, שלום",
    "\u202eתירבע\u2066\u2069\u200f",
    "中文 😀 👩‍👩‍👧 𝔘𝔫𝔦",
    "x" * 3000,
    "mot " * 750,
    "{nb} **gras** __souligné__ <b>",
    "ligne\r\nligne\rligne\u2028ligne\vligne",
    "e\u0301 \ud7ff \ufffe \U0010ffff",
    "œŒ æÆ ÿŸ « » ’ “ ” – — … € \u202f\u00a0",
    ") (\\ % /Type /JavaScript",
)


def pages_of(content: bytes) -> int:
    return content.count(b"/Type /Page\n")


def said_by(content: bytes) -> str:
    """The text of a document, without the spaces and the ends of lines that its layout adds."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def document(texte: str) -> Document:
    return Document(
        titre=texte,
        ecrit_le=LE,
        surtitre=texte,
        sous_titre=texte,
        cles=[Fait(texte, texte)],
        sections=[Section(texte, [Fait(texte, texte, texte)], texte)],
        mentions=[Fait("Adresse", "https://exemple.fr/é", "https://exemple.fr/é")],
    )


@pytest.mark.parametrize("texte", HOSTILES, ids=range(len(HOSTILES)))
def test_any_text_goes_in(texte, caplog):
    content = pdf.write(document(texte))
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert caplog.text == "", "a glyph is missing"


@settings(max_examples=8, deadline=None)
@given(st.text(max_size=120))
def test_any_text_at_all_goes_in(texte):
    assert pdf.write(document(texte)).startswith(b"%PDF-")


def spoken(content: bytes) -> list[tuple[str, int]]:
    """What a screen reader goes by: each part's role and page, in order.

    Fails where a text is drawn outside of what is said or put aside, or where the tree and the pages differ.
    """
    reader = PdfReader(BytesIO(content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    pages = {page.indirect_reference.idnum: rang for rang, page in enumerate(reader.pages)}
    (racine,) = reader.trailer["/Root"]["/StructTreeRoot"]["/K"]
    dits = [element.get_object() for element in racine["/K"]]
    par_page = [[] for _ in reader.pages]
    for rang, page in enumerate(reader.pages):
        ouvert = False
        for operands, operator in page.get_contents().operations:
            if operator in (b"BDC", b"BMC"):
                assert not ouvert
                ouvert = True
                if operator == b"BDC":
                    par_page[rang].append((operands[0], operands[1]["/MCID"]))
            elif operator == b"EMC":
                assert ouvert
                ouvert = False
            assert ouvert or operator not in (b"Tj", b"TJ", b"S", b"f", b"re")
        assert not ouvert
    parts = [(dit["/S"], pages[dit.raw_get("/Pg").idnum], *dit["/K"]) for dit in dits]
    assert sorted((page, partie, role) for role, page, partie in parts) == [
        (page, partie, role) for page, lus in enumerate(par_page) for role, partie in lus
    ]
    return [(role[1:], page) for role, page, _ in parts]


def test_a_screen_reader_goes_by_titles_and_paragraphs_in_order():
    assert spoken(pdf.write(document("Boulanger"))) == [
        *[("P", 0), ("H1", 0), ("P", 0)],
        *[("P", 0), ("P", 0)],
        *[("H2", 0), ("P", 0), ("P", 0), ("P", 0)],
        *[("P", 0), ("P", 0)],
    ]


def test_words_stay_apart_where_a_line_is_cut_and_a_long_one_stays_whole():
    adresse = f"https://exemple.fr/{'a' * 400}"
    titre = f"Gestion commerciale{' et management' * 9}"
    (page,) = PdfReader(BytesIO(pdf.write(Document(titre, LE, mentions=[Fait("Voir", adresse)])))).pages
    lus = page.extract_text().replace("\n", "")

    assert f" {titre}" in f" {lus}"
    assert adresse in lus


def test_what_goes_on_to_the_next_page_is_read_on_both():
    parts = spoken(pdf.write(document("mot " * 3000)))

    assert {page for _, page in parts} == set(range(parts[-1][1] + 1))
    assert parts[-1][1] > 3
    assert {role for role, _ in parts} == {"H1", "H2", "P"}


def test_the_same_document_is_the_same_bytes():
    assert pdf.write(document("Boulanger")) == pdf.write(document("Boulanger"))


def test_what_the_font_lacks_is_replaced_and_what_is_no_text_is_dropped():
    dessines = {ord(signe) for signe in "abcé ’" + REMPLACEMENT}
    assert drawable("a\x00b\u202ec 中 é", dessines) == f"abc {REMPLACEMENT} é"
    assert drawable("a\r\nb\u2028c\td", dessines | {ord("d")}) == "a\nb\nc d"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "https://a.fr/\nb"])
def test_only_what_one_may_follow_is_a_link(url):
    assert safe_link(url) == ""
    assert safe_link("https://exemple.fr/é") == "https://exemple.fr/%C3%A9"


def test_empty_sections_and_facts_are_left_out():
    full = Document(
        "T", LE, sections=[Section("Pleine", [Fait("a", "b"), Fait("vide", " ")]), Section("Vide")]
    )
    same = Document("T", LE, sections=[Section("Pleine", [Fait("a", "b")])])
    assert pdf.write(full) == pdf.write(same)


@pytest.mark.parametrize("titre", ["Court", "Long titre " * 12], ids=["one line", "several lines"])
@pytest.mark.parametrize("texte", ["", "Suite du titre."], ids=["facts", "text"])
def test_a_title_is_never_left_alone_at_the_foot_of_a_page(titre, texte):
    avant = [Fait(f"Nom {rang}", "Valeur") for rang in range(45)]
    for nombre in range(30, 45):
        sections = [Section("Avant", avant[:nombre]), Section(titre, [Fait("Nom", "Suite du titre.")], texte)]
        content = pdf.write(Document("T", LE, sections=sections))
        pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
        (du_titre,) = [rang for rang, lu in enumerate(pages) if titre[:5] in lu]
        assert "Suite du titre." in " ".join(pages[du_titre].split()), nombre


def test_a_document_is_french_dated_and_titled():
    content = pdf.write(Document("CAP boucher", LE))
    assert b"/Lang (fr)" in content
    assert b"/DisplayDocTitle true" in content
    assert b"(CAP boucher)" in content
    assert b"D:20270104" in content


@pytest.mark.django_db
class TestFiche:
    def test_the_sheet_of_a_session_is_a_file_of_one_to_three_pages(self, client):
        action = ActionFactory(complete=True, complement_descriptif="Détail utile. " * 200)
        row = publier(action).diffusions.get()
        answer = client.get(reverse("diffusion:fiche_pdf", args=[row.numero]))

        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="fiche-{row.numero}.pdf"'
        assert 1 <= pages_of(answer.content) <= 3
        assert f"/offre/sessions/{row.numero}/".encode() in answer.content

    def test_it_says_what_was_published_attacks_and_all(self, client):
        action = ActionFactory(complete=True, complement_descriptif=f"{TOUTES} {CONTROLES}fin")
        action.formation.certification.programme = f"Première partie, l’été. {ATTAQUES[0]}"
        action.formation.certification.save()
        row = publier(action).diffusions.get()

        dit = said_by(client.get(reverse("diffusion:fiche_pdf", args=[row.numero])).content)

        for texte in (row.intitule, row.ville, TOUTES, action.formation.programme):
            assert "".join(texte.split()) in dit
        assert not set(CONTROLES) & set(dit)

    def test_where_there_is_none_the_answer_is_that_of_the_page(self, client):
        row = publier().diffusions.get()
        Diffusion.objects.update(date_debut="2020-01-01", date_fin="2020-02-01")
        for numero, status in ((row.numero, 410), ("absent", 404)):
            assert client.get(reverse("diffusion:fiche_pdf", args=[numero])).status_code == status

    def test_a_network_may_not_have_them_written_without_end(self, client, monkeypatch):
        monkeypatch.setattr("catalogue.diffusion.fiche_pdf.MAXIMUM", 1)
        url = reverse("diffusion:fiche_pdf", args=[publier().diffusions.get().numero])
        assert [client.get(url).status_code for _ in range(2)] == [200, 429]
        assert MAXIMUM > 1

    def test_the_recapitulatif_is_for_whoever_may_read_it(self, client):
        organisme = OrganismeFactory(certifie=True)
        action = ActionFactory(formation__organisme=organisme, complete=True)
        url = reverse("tunnel:recapitulatif_pdf", args=[action.pk])

        client.force_login(UserFactory(organisme=organisme, organisme__role="lecture"))
        answer = client.get(url)
        dit = said_by(answer.content)
        for texte in (organisme.nom, action.intitule, action.site_dispensateur.ville):
            assert "".join(texte.split()) in dit
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert url in client.get(reverse("tunnel:recapitulatif", args=[action.pk])).content.decode()
        client.force_login(UserFactory(organisme=OrganismeFactory()))
        assert client.get(url).status_code == 404

    def test_a_draft_without_anything_has_its_recapitulatif(self, client):
        action = ActionFactory()
        client.force_login(UserFactory(agent=True))
        answer = client.get(reverse("tunnel:recapitulatif_pdf", args=[action.pk]))
        assert answer.content.startswith(b"%PDF-")


def test_the_vendored_fonts_draw_all_of_french():
    french = (
        "abcdefghijklmnopqrstuvwxyzàâäæçéèêëîïôöœùûüÿABCÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ’«»“”–—…€°²\u00a0\u202f"
        + REMPLACEMENT
    )
    from catalogue.pdf.ecriture import _fonts

    for path in _fonts().values():
        with TTFont(BytesIO(path.read_bytes())) as police:
            assert not [signe for signe in french if ord(signe) not in police.getBestCmap()]

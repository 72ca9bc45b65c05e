"""What a form of SOFI says and accepts, read from its HTML as a browser would."""

import datetime
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from crispy_forms.bootstrap import AppendedText
from crispy_forms.layout import Fieldset, Layout
from crispy_forms.utils import render_crispy_form
from django import forms

from sofi.forms import LenientDateField, LenientDecimalField, LenientIntegerField, SofiFormMixin


class FicheForm(SofiFormMixin, forms.Form):
    """A form with one field of each kind."""

    compteurs = ("complement",)

    complement = forms.CharField(label="Complément intitulé", max_length=20, help_text="Facultatif.")
    descriptif = forms.CharField(label="Descriptif", max_length=10, required=False, widget=forms.Textarea)
    url = forms.URLField(label="Page web", required=False, assume_scheme="https")
    niveau = forms.ChoiceField(label="Niveau d’entrée", choices=[("", "Choisissez"), ("3", "Niveau 3")])
    entrees = forms.ChoiceField(
        label="Entrées", choices=[("0", "Fixes"), ("1", "ESP")], widget=forms.RadioSelect
    )
    publics = forms.MultipleChoiceField(
        label="Publics", choices=[("a", "Salariés"), ("b", "Tous")], widget=forms.CheckboxSelectMultiple
    )
    duree = LenientIntegerField(label="Durée en centre", min_value=1, max_value=99999, required=False)
    cout = LenientDecimalField(label="Coût", max_digits=8, decimal_places=2, required=False)
    debut = LenientDateField(label="Date de début", required=False)
    actif = forms.BooleanField(label="Actif", required=False, help_text="Proposé au public.")
    version = forms.IntegerField(widget=forms.HiddenInput, initial=3)

    def get_layout(self):
        return Layout(
            "version",
            Fieldset("Descriptif", "complement", "descriptif", "url"),
            Fieldset("Organisation", "niveau", "entrees", "publics"),
            Fieldset("Durées", AppendedText("duree", "h"), AppendedText("cout", "€"), "debut", "actif"),
        )


VALID = {
    "complement": "Option porc",
    "niveau": "3",
    "entrees": "1",
    "publics": ["a", "b"],
    "duree": "1 200 h",
    "cout": "1\u202f234,50 €",
    "debut": "31/12/2027",
    "version": "3",
}


def html_of(form):
    return BeautifulSoup(render_crispy_form(form), "html.parser")


def test_every_control_is_labelled_and_described_by_what_exists():
    page = html_of(FicheForm({"version": "3"}))
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for control in page.select("input:not([type=hidden]), select, textarea"):
        assert page.select_one(f'label[for="{control["id"]}"]'), control
    described = page.select("[aria-describedby]")
    assert described
    for tag in described:
        assert set(tag["aria-describedby"].split()) <= set(ids), tag
    assert page.select_one("#id_complement")["aria-describedby"].split() == [
        "id_complement_helptext",
        "id_complement_error",
        "id_complement_compteur",
    ]
    assert not page.select("[autofocus]")


def test_groups_are_fieldsets_with_their_legend_help_and_error():
    page = html_of(FicheForm({"version": "3"}))
    group = page.select_one("fieldset#id_publics")
    assert group.legend.get_text(" ", strip=True).startswith("Publics")
    assert group["aria-describedby"] == "id_publics_error"
    assert len(group.select("input[type=checkbox]")) == 2
    assert "Cochez au moins une réponse à «\u00a0Publics\u00a0»." in page.select_one("#id_publics_error").text


def test_the_summary_counts_and_links_each_error_with_the_same_words():
    page = html_of(FicheForm(VALID | {"complement": "", "entrees": "", "duree": "beaucoup"}))
    summary = page.select_one("[data-sofi-focus]")
    assert summary["tabindex"] == "-1"
    assert "Il y a 3 erreurs à corriger" in summary.h2.text
    links = summary.select("li a")
    assert [link["href"] for link in links] == ["#id_complement", "#id_entrees", "#id_duree"]
    for link in links:
        target = page.select_one(link["href"])
        assert target is not None
        assert link.text in page.select_one(f"{link['href']}_error").text
    assert page.select_one("#id_duree")["aria-invalid"] == "true"
    assert page.select_one("#id_duree")["value"] == "beaucoup"


def test_one_error_is_singular_and_errors_of_the_whole_form_are_told():
    form = FicheForm(VALID)
    form.add_error(None, "Une autre session existe à ces dates.")
    page = html_of(form)
    assert "Il y a 1 erreur à corriger" in page.select_one("h2").text
    assert page.select_one(".resume-erreurs li").text == "Une autre session existe à ces dates."


def test_a_form_not_sent_has_no_summary_and_explains_the_asterisk():
    page = html_of(FicheForm())
    assert page.select_one(".resume-erreurs") is None
    assert page.select_one(".mention-obligatoire").get_text(" ", strip=True) == "* Champ obligatoire"


def test_counted_fields_say_their_limit_and_never_cut_a_pasted_text():
    page = html_of(FicheForm())
    field = page.select_one("#id_complement")
    counter = page.select_one("#id_complement_compteur")
    assert not field.has_attr("maxlength")
    assert counter["data-max"] == "20"
    assert counter.text == "20 caractères au plus"
    refused = FicheForm(VALID | {"complement": "x" * 21})
    assert refused.errors["complement"] == [
        (
            "«\u00a0Complément intitulé\u00a0» compte 21 caractères\u00a0: "
            "raccourcissez-le à 20 caractères au plus."
        )
    ]


def test_a_list_pasted_from_a_word_processor_is_kept_readable():
    form = FicheForm(VALID | {"descriptif": "\uf0b7 a\x0b\uf0a7 b\u2028c"})
    form.is_valid()
    assert form.cleaned_data["descriptif"] == "• a\n• b\nc"


def test_a_line_end_counts_for_one_character():
    assert "descriptif" not in FicheForm(VALID | {"descriptif": "abcd\r\nefghi"}).errors


def test_units_stand_beside_their_field():
    group = html_of(FicheForm()).select_one("#div_id_duree .input-group")
    assert group.select_one("input")["inputmode"] == "numeric"
    assert group.select_one(".input-group-text").text == "h"


def test_what_people_type_is_understood():
    form = FicheForm(VALID)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["duree"] == 1200
    assert form.cleaned_data["cout"] == Decimal("1234.50")
    assert form.cleaned_data["debut"] == datetime.date(2027, 12, 31)


@pytest.mark.parametrize(
    "typed", ["2027-12-31", "0027-12-31", "31/12/27", "31-12-2027", "31.12.2027", " 31 12 2027 ", "31122027"]
)
def test_dates_in_every_usual_spelling(typed):
    assert LenientDateField().clean(typed) == datetime.date(2027, 12, 31)


@pytest.mark.parametrize("typed", ["31/02/2027", "demain", "01/01/0027", "31/12/20277"])
def test_a_date_that_does_not_exist_is_refused_and_kept_on_screen(typed):
    form = FicheForm(VALID | {"debut": typed})
    assert form.errors["debut"] == [
        "«\u00a0Date de début\u00a0» doit être une date qui existe, par exemple 31/12/2027."
    ]
    field = html_of(form).select_one("#id_debut")
    assert (field["type"], field["value"]) == ("text", typed)
    assert str(form["debut"]).count("type=") == 1


@pytest.mark.parametrize("typed", ["1.000", "1,000", "12.000 h", "1.000,00"])
def test_a_thousand_written_with_a_point_is_asked_again_instead_of_read_as_one(typed):
    form = FicheForm(VALID | {"duree": typed})
    assert form.errors["duree"] == [
        "«\u00a0Durée en centre\u00a0» doit être un nombre entier, par exemple 35."
    ]
    assert html_of(form).select_one("#id_duree")["value"] == typed


@pytest.mark.parametrize("typed", ["35,0", "35.00", "35 h"])
def test_a_whole_number_with_its_decimals_is_that_number(typed):
    assert LenientIntegerField().clean(typed) == 35


def test_a_saved_number_shown_in_french_has_not_changed():
    saved = {"cout": Decimal("1200.00"), "duree": 35}
    form = FicheForm(VALID | {"cout": "1 200", "duree": "35 h"}, initial=saved)
    assert not {"cout", "duree"} & set(form.changed_data)
    assert html_of(FicheForm(initial=saved)).select_one("#id_cout")["value"] == "1200,00"


def test_messages_name_the_field_and_the_remedy():
    errors = FicheForm(
        VALID | {"niveau": "9", "url": "pas une adresse", "duree": "0", "cout": "1,234"}
    ).errors
    assert errors["niveau"] == [
        (
            "La réponse choisie à «\u00a0Niveau d’entrée\u00a0» n’est plus proposée\u00a0: "
            "choisissez-en une autre."
        )
    ]
    assert "par exemple https://" in errors["url"][0]
    assert errors["duree"] == ["«\u00a0Durée en centre\u00a0» doit être au moins 1."]
    assert errors["cout"] == ["«\u00a0Coût\u00a0» accepte 2 chiffres au plus après la virgule."]


def test_a_message_written_by_the_form_is_kept():
    class Autre(SofiFormMixin, forms.Form):
        code = forms.CharField(error_messages={"required": "Tapez un code, ou lancez une recherche."})

    assert Autre({}).errors["code"] == ["Tapez un code, ou lancez une recherche."]

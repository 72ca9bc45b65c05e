"""What every form of SOFI shares: the crispy helper, messages that name the field
and the remedy, and fields that accept what people really type.

Use ``SofiFormMixin`` before ``forms.Form`` or ``forms.ModelForm``; for a ModelForm also set
``Meta.formfield_callback = lenient_formfield`` so that numbers, dates and choices are lenient.
In the page: ``<form method="post" novalidate>{% csrf_token %}{% crispy form %} … </form>``.
"""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.validators import EmailValidator
from django.db import models
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.functional import cached_property

NBSP = "\u00a0"
NNBSP = "\u202f"
SPACES = re.compile(r"[\s\u00a0\u202f]")
DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y"]


def quoted(label: str) -> str:
    """Return ``label`` between French quotation marks with their no-break spaces."""
    return f"«{NBSP}{label}{NBSP}»"


class DateInput(forms.DateInput):
    """``<input type="date">``, falling back on text when the value is not a date.

    A browser blanks a date input whose value it cannot read: what was typed would be lost.
    """

    def __init__(self, attrs=None):
        super().__init__(attrs={"type": "date", **(attrs or {})}, format="%Y-%m-%d")

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        typed = context["widget"]["value"]
        if typed and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(typed)):
            context["widget"]["type"] = "text"
        return context


#: Line breaks of a word processor, and bullets of its symbol fonts (U+F0B7…), which print as an empty box.
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
BULLETS = re.compile("[\uf020-\uf0ff]")


class Textarea(forms.Textarea):
    """A text area whose line ends count for one character, as the reader and LHÉO count them.

    What is pasted from a word processor or a PDF is made of characters that everybody can read.
    """

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return BULLETS.sub("•", LINE_ENDS.sub("\n", value)) if isinstance(value, str) else value


class NumberInput(forms.TextInput):
    """A text input with a number keyboard: unlike ``type="number"`` it keeps « 1 234,50 ».

    No ``autocomplete="off"``: « Back » would bring the form without its numbers.
    """

    def __init__(self, attrs=None, inputmode="decimal"):
        super().__init__(attrs={"inputmode": inputmode, **(attrs or {})})

    def format_value(self, value):
        if isinstance(value, Decimal):
            return f"{value:f}".replace(".", ",")
        return super().format_value(value)


class LenientNumber:
    """Mixin of number fields: accepts spaces of all widths, a decimal comma, and a trailing unit."""

    def to_python(self, value):
        if isinstance(value, str):
            value = SPACES.sub("", value).removesuffix("€").removesuffix("h").replace(",", ".")
        return super().to_python(value)

    def has_changed(self, initial, data):
        """Compare numbers, not their spelling: « 1 200,00 » is the 1200 already saved."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except forms.ValidationError:
            return True


class LenientIntegerField(LenientNumber, forms.IntegerField):
    """An integer as people type it, « 1 200 » or « 35 h »; ValidationError ``invalid`` otherwise."""

    #: « 1.000 » is a thousand for whoever types it, and 1 for Django: only the person knows.
    MILLIERS = re.compile(r"\d[.,]000(?!\d)")

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", NumberInput(inputmode="numeric"))
        super().__init__(**kwargs)

    def to_python(self, value):
        if isinstance(value, str) and self.MILLIERS.search(SPACES.sub("", value)):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class LenientDecimalField(LenientNumber, forms.DecimalField):
    """A decimal as people type it, « 1 234,50 € »; ValidationError ``invalid`` otherwise."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", NumberInput())
        super().__init__(**kwargs)


class LenientDateField(forms.DateField):
    """A date from a date picker or typed, « 31/12/2027 », « 31-12-27 », « 31122027 ».

    « 31/12/27 » typed in a picker arrives as the year 27: it is read as the same thing typed in words.
    """

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", DateInput())
        kwargs.setdefault("input_formats", DATE_FORMATS)
        super().__init__(**kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = re.sub(r"^00(\d\d)-(\d\d)-(\d\d)$", r"\3/\2/\1", value.strip())
        value = super().to_python(value)
        if isinstance(value, datetime.date) and not 1900 <= value.year <= 2100:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return value


class AdresseValidator(EmailValidator):
    """No address « "in quotes"@exemple.fr »: it may hold what separates addresses, and nobody has one."""

    def __call__(self, value):
        if '"' in str(value):
            raise forms.ValidationError(self.message, code=self.code, params={"value": value})
        super().__call__(value)


class AdresseField(forms.EmailField):
    """The e-mail address of a person, in lower case as accounts are found by.

    Checked once in lower case: « İ » becomes two characters, and no longer what an address may hold.
    """

    default_validators = [AdresseValidator()]

    def to_python(self, value):
        return super().to_python(value).lower()


LENIENT = {
    models.DecimalField: LenientDecimalField,
    models.IntegerField: LenientIntegerField,
    models.DateField: LenientDateField,
}


def lenient_formfield(db_field: models.Field, **kwargs) -> forms.Field | None:
    """``Meta.formfield_callback`` of a ModelForm: the lenient field of each number and date."""
    if not db_field.choices and not isinstance(db_field, models.DateTimeField):
        for model_class, form_class in LENIENT.items():
            if isinstance(db_field, model_class):
                kwargs.setdefault("form_class", form_class)
                kwargs.pop("widget", None)
    return db_field.formfield(**kwargs)


def error_messages(field: forms.Field, label: str) -> dict[str, str]:
    """Return French messages for ``field`` that name it by ``label`` and say what to do."""
    name = quoted(label)
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        required = f"Cochez au moins une réponse à {name}."
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        required = f"Choisissez une réponse à {name}."
    elif isinstance(field, forms.BooleanField):
        required = f"Cochez {name} pour continuer."
    else:
        required = f"Renseignez {name}."
    gone = f"La réponse choisie à {name} n’est plus proposée{NBSP}: choisissez-en une autre."
    messages = {"required": required, "invalid_choice": gone, "invalid_pk_value": gone, "invalid_list": gone}
    messages["invalid"] = f"{name} n’a pas la forme attendue{NBSP}: corrigez la saisie."
    if isinstance(field, forms.DecimalField):
        messages["invalid"] = f"{name} doit être un nombre, par exemple 1{NNBSP}234,50."
        messages["max_decimal_places"] = f"{name} accepte %(max)s chiffres au plus après la virgule."
        messages["max_digits"] = messages["max_whole_digits"] = (
            f"{name} est trop grand{NBSP}: vérifiez le nombre."
        )
    elif isinstance(field, forms.IntegerField):
        messages["invalid"] = f"{name} doit être un nombre entier, par exemple 35."
    elif isinstance(field, forms.DateField):
        messages["invalid"] = f"{name} doit être une date qui existe, par exemple 31/12/2027."
    elif isinstance(field, forms.URLField):
        messages["invalid"] = (
            f"{name} doit être une adresse web complète, par exemple https://www.exemple.fr/formation."
        )
    elif isinstance(field, forms.EmailField):
        messages["invalid"] = f"{name} doit être une adresse e-mail, par exemple prenom.nom@exemple.fr."
    return messages


def limit_messages(label: str) -> dict[str, str]:
    """Return the messages of validators (length, bounds), keyed by their code."""
    name = quoted(label)
    return {
        "max_length": (
            f"{name} compte %(show_value)s caractères{NBSP}: "
            "raccourcissez-le à %(limit_value)s caractères au plus."
        ),
        "min_value": f"{name} doit être au moins %(limit_value)s.",
        "max_value": f"{name} doit être au plus %(limit_value)s.",
        "null_characters_not_allowed": f"{name} contient un caractère illisible{NBSP}: retapez ce texte.",
    }


def _written_messages(field: forms.Field) -> dict[str, str]:
    """The messages that the form's author wrote for ``field``, as opposed to Django's defaults."""
    defaults = {}
    for parent in reversed(type(field).__mro__):
        defaults.update(getattr(parent, "default_error_messages", {}))
    return {code: text for code, text in field.error_messages.items() if defaults.get(code) is not text}


@dataclass(frozen=True)
class SummaryError:
    """One line of the error summary: its text and the id of the field to go to (or '')."""

    texte: str
    ancre: str


class SideBySide(Div):
    """Short fields that are read together: on one line, or one under the other on a narrow screen."""

    css_class = "rangee"


class MiseEnPage(Layout):
    """A form's layout written in one go: crispy renders each field and each section by itself otherwise."""

    def render(self, form, context, *args, **kwargs):
        return render_to_string("sofi/layout.html", {"form": form, "lignes": self.fields})


class SofiBoundField(BoundField):
    """Adds the counter of characters to what describes a control."""

    @property
    def aria_describedby(self):
        described = super().aria_describedby
        if self.auto_id and getattr(self.field, "compteur", None):
            return f"{described or ''} {self.auto_id}_compteur".strip()
        return described

    def saisie(self, attrs: dict | None = None) -> dict:
        """What the control is made of, as Django's own templates of widgets read it."""
        widget = self.field.widget
        attrs = self.build_widget_attrs(attrs or {}, widget)
        if self.auto_id and "id" not in widget.attrs:
            attrs.setdefault("id", self.auto_id)
        return widget.get_context(self.html_name, self.value(), attrs)["widget"]


class SofiFormMixin:
    """Helper, messages, counters and error summary of a form.

    Class attributes a form may set:
    ``compteurs``: names of one-line fields that show their count of characters (text areas always do);
    ``deux_colonnes``: names of choice groups laid out in two columns;
    ``est_partie``: one of several forms of a screen, which writes their summary of errors itself.
    Method a form may define: ``get_layout()`` returning a crispy ``Layout`` of names, ``Fieldset``,
    ``AppendedText`` for units, ``SideBySide`` for short fields read together, ``Div``.
    """

    bound_field_class = SofiBoundField
    compteurs: tuple[str, ...] = ()
    deux_colonnes: tuple[str, ...] = ()
    est_partie = False

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self._prepare(name, field)

    def _prepare(self, name, field):
        if self.is_bound:  # a form that is only shown refuses nothing
            label = field.label or name.replace("_", " ").capitalize()
            written = _written_messages(field)
            field.error_messages.update(limit_messages(label) | error_messages(field, label) | written)
        if type(field.widget) is forms.Textarea:
            field.widget = Textarea(attrs=field.widget.attrs)
        field.deux_colonnes = name in self.deux_colonnes
        long_text = isinstance(field.widget, forms.Textarea) or name in self.compteurs
        field.compteur = getattr(field, "max_length", None) if long_text else None
        # With maxlength a browser cuts a pasted text without a word: let the server refuse it, by its name.
        field.widget.attrs.pop("maxlength", None)

    @cached_property
    def helper(self) -> FormHelper:
        """The crispy helper: no ``<form>`` tag, no token (the page writes both), and the form's layout."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        if layout := self.get_layout():
            helper.layout = MiseEnPage(*layout.fields)
        return helper

    def get_layout(self) -> Layout | None:
        """Return the crispy layout, or None to show the fields in order."""
        return None

    @property
    def has_required_fields(self) -> bool:
        """Whether the page must explain the asterisk."""
        return any(field.required and not field.widget.is_hidden for field in self.fields.values())

    @property
    def error_summary(self) -> list[SummaryError]:
        """Every error, those of the whole form first, then field by field in the order of the screen."""
        if not self.is_bound:
            return []
        lines = [SummaryError(str(text), "") for text in self.non_field_errors()]
        for field in self:
            ancre = "" if field.is_hidden else (field.id_for_label or field.auto_id)
            lines += [SummaryError(str(text), ancre) for text in field.errors]
        return lines

"""What a page repeats dozens of times, fields of a form or results, is written by Jinja: it compiles its
templates, in `templates/jinja`. The rest of the house is Django's."""

from functools import cache

from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, StrictUndefined, Template

from sofi.typographie import entier


class Gabarit(Template):
    """A template whose output is HTML: what it shows was escaped on the way."""

    def render(self, *args, **kwargs) -> SafeString:
        return mark_safe(super().render(*args, **kwargs))  # noqa: S308 - every value was escaped: see below


def environment(**options) -> Environment:
    """Jinja's environment (setting TEMPLATES). Its `gabarit(name, **context)` is a template of Django's, its
    `icone(name)` a drawing, its filter `nombre` a whole number as it is read."""
    env = Environment(**options | {"undefined": StrictUndefined})  # noqa: S701 - Django's backend gives autoescape=True
    env.template_class = Gabarit
    env.globals |= {"gabarit": gabarit, "icone": icone}
    env.filters |= {"nombre": entier, "paragraphes": linebreaksbr}
    return env


def gabarit(gabarit: str, /, **contexte) -> SafeString:
    """One of Django's templates, rendered with `contexte` alone."""
    return render_to_string(gabarit, contexte)


@cache
def icone(nom: str) -> SafeString:
    """A drawing of static/img/icones.svg, for whoever sees: a word always stands beside it."""
    balise = '<svg class="icone" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
    return format_html(balise, static("img/icones.svg"), nom)

import pytest
from django.template import Engine

from sofi.courriels import redaction


@pytest.fixture
def gabarit(tmp_path, monkeypatch):
    """Return `gabarit(text, name)`: a mail's text file of the test's own, beside the real signature."""
    vrai = redaction._engine()
    engine = Engine(
        dirs=[tmp_path, *vrai.dirs],
        autoescape=False,
        string_if_invalid=vrai.string_if_invalid,
        builtins=["sofi.templatetags.typographie", "sofi.templatetags.courriels"],
    )
    monkeypatch.setattr(redaction, "_engine", lambda: engine)

    def build(texte: str, nom: str = "essai") -> str:
        (tmp_path / f"{nom}.txt").write_text(texte)
        return nom

    return build

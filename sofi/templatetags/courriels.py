"""What the texts of the mails use."""

from django import template

register = template.Library()


@register.filter
def cite(texte: str) -> str:
    """Several lines that somebody typed, each after « > », so that none passes for ours."""
    return "\n".join(f"> {ligne.strip()}".rstrip() for ligne in str(texte).strip().splitlines())

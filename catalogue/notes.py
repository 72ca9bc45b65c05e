"""Internal notes: what the Carif-Oref's staff leave each other on an action. No organisme ever reads them."""

from uuid import UUID, uuid5

from catalogue.models import Action, NoteInterne


class NoteRefusee(Exception):
    """A note that may not be written; `str()` is the French sentence for the user."""


def add(action: Action, texte: str, jeton: UUID, *, by) -> NoteInterne:
    """Leave a note on `action`; `jeton` is the one-time token of the form: posted twice, it is one note.

    Other words sent from the same page (« Back ») are another note: nothing that was typed is lost.
    """
    if not (by.is_active and by.est_carif):
        raise NoteRefusee("Seul le Carif-Oref écrit des notes internes.")
    champs = {"action": action, "auteur": by, "texte": texte.strip()}
    jeton = uuid5(jeton, f"{action.pk} {by.pk} {champs['texte']}")
    note, _ = NoteInterne.objects.get_or_create(jeton=jeton, defaults=champs)
    return note

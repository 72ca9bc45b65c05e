"""What the database refuses of the requests' journal: the incoherent, and any change."""

import pytest
from django.db import IntegrityError, connection, transaction

from catalogue.models import EvenementAIF

BROKEN = {
    "evenement_aif_type_connu": {"type": "météo"},
    "evenement_aif_motive": {"type": "refuse"},
    "evenement_aif_pour_organisme": {"pour_organisme": True},
}


@pytest.mark.parametrize("constraint", BROKEN)
def test_an_incoherent_line_is_refused(demande, nadia, constraint):
    line = {"type": "creation", "auteur": nadia, "par_carif": False} | BROKEN[constraint]

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EvenementAIF.objects.create(demande=demande, **line)


@pytest.mark.parametrize("statement", ["UPDATE {} SET texte = 'autre'", "DELETE FROM {}"])
def test_the_journal_does_not_change(demande, nadia, statement):
    EvenementAIF.objects.create(demande=demande, type="creation", auteur=nadia, par_carif=False)

    with (
        pytest.raises(IntegrityError, match="journal"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("catalogue_evenementaif"))

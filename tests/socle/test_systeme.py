"""What the system refuses, said in French."""

import errno
import os
from pathlib import Path

import pytest

from sofi.systeme import explain


def refused(code: int, *args) -> OSError:
    return OSError(code, os.strerror(code), *args)


@pytest.mark.parametrize(
    ("error", "dit"),
    [
        (refused(errno.ENOSPC), "le disque est plein"),
        (refused(errno.EFBIG), "le fichier dépasse la taille permise"),
        (refused(errno.EACCES, Path("/srv/flux")), "l’accès est refusé («\u00a0/srv/flux\u00a0»)"),
        (refused(errno.EEXIST, "/srv/flux"), "un fichier porte déjà ce nom («\u00a0/srv/flux\u00a0»)"),
        (refused(errno.ENAMETOOLONG), "ce nom est trop long"),
        (
            refused(errno.ENOENT, "/srv/\udce9t\u00e9"),
            "aucun fichier ni dossier n’a ce nom («\u00a0/srv/\\udce9té\u00a0»)",
        ),
        (refused(errno.EMFILE), "[Errno 24] Too many open files"),
        (OSError("le fichier ne se relit pas"), "le fichier ne se relit pas"),
        (ValueError("autre chose"), "autre chose"),
    ],
)
def test_what_happens_to_who_keeps_the_site_is_in_french_and_the_rest_as_it_comes(error, dit):
    assert explain(error) == dit
    explain(error).encode()  # shown, and stored

"""What the logs tell of a request: enough to follow it, and nothing that opens an account or names somebody.

A log is read by more people than the database is, and kept elsewhere.
"""

import logging
import re

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError
from gunicorn.glogging import Logger

from sofi.origine import ip_of
from sofi.pannes import is_unreachable

#: The secret of a link, in an address: as long as no word of ours that has capitals or figures.
SECRET = re.compile(r"(?<=/)(?=[^/]*[A-Z0-9])[\w:.%-]{32,}(?=/|$)")
STATIQUES = "/static/"
MASQUE = "***"


def without_secret(chemin: str) -> str:
    """The path of an address, the secret of a link that it may hold being masked; what is not one stays."""
    return chemin if chemin.startswith(STATIQUES) else SECRET.sub(MASQUE, chemin)


class JournalAcces(Logger):
    """Gunicorn's log: the visitor's own address where proxies of ours tell it, and paths without secrets.

    `%(U)s` is the path as it was sent: decoded, it could hold the end of a line.
    """

    def atoms(self, resp, req, environ, request_time):
        chemin = environ.get("RAW_URI", "").partition("?")[0]
        atoms = super().atoms(resp, req, environ, request_time)
        return atoms | {"h": ip_of(environ) or "-", "U": without_secret(chemin)}


class Sobriete(logging.Filter):
    """Masks the secrets of the paths that Django writes, and says in one line what no traceback explains.

    That is a server that does not answer, a hundred lines long for each request, and requests that nobody
    can read, which robots send by thousands.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_secret(arg) if isinstance(arg, str) else arg for arg in record.args)
        if record.exc_info and (error := record.exc_info[1]) and _is_no_bug(error):
            record.msg, record.args = f"{record.getMessage()} – {_in_one_line(error)}", ()
            record.exc_info = None
        return True


def _is_no_bug(error: BaseException) -> bool:
    illisibles = SuspiciousOperation | BadRequest | MultiPartParserError
    return isinstance(error, illisibles) or is_unreachable(error)


def _in_one_line(error: BaseException) -> str:
    return " ".join(str(error).split())

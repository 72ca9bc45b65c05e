"""What the system refuses, in French: a full disk, a folder that is not ours."""

import errno

from sofi.typographie import NBSP

#: Those that whoever keeps the site meets; the others stay as the system says them.
RAISONS = {
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota du disque est atteint",
    errno.EFBIG: "le fichier dépasse la taille permise",
    errno.EROFS: "le disque est en lecture seule",
    errno.EACCES: "l’accès est refusé",
    errno.EPERM: "l’accès est refusé",
    errno.ENOENT: "aucun fichier ni dossier n’a ce nom",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.ENAMETOOLONG: "ce nom est trop long",
    errno.ENOTDIR: "ce n’est pas un dossier",
    errno.EISDIR: "c’est un dossier",
    errno.EPIPE: "ce qui lisait s’est arrêté",
}


def explain(error: Exception) -> str:
    """What `error` says, for the end of a sentence: in French when it is one of `RAISONS`.

    With the file it names, if any.
    """
    raison = RAISONS.get(error.errno) if isinstance(error, OSError) else None
    if raison is None:
        return str(error)
    if not error.filename:
        return raison
    # A name that is not in UTF-8 could be neither shown nor stored.
    nom = str(error.filename).encode(errors="backslashreplace").decode()
    return f"{raison} («{NBSP}{nom}{NBSP}»)"

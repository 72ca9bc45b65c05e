"""A rule-based machine: people of three organisations, the Carif-Oref and a clock act at random.

Each rule does one act in the product and in the model, which says beforehand whether it must be accepted,
what it writes in the journals and which mails it sends; the invariants are looked at after each of them.
"""

from tests.etats.atelier import Atelier
from tests.etats.decisions import Decisions
from tests.etats.echanges import Echanges
from tests.etats.jeu import Jeu
from tests.etats.saisies import Saisies


class Machine(Decisions, Saisies, Atelier, Echanges, Jeu):
    """All the rules."""

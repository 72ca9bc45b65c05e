"""A postal address in LHÉO's shape, shared by organisations and places."""

from django.core.validators import RegexValidator
from django.db import models

code_postal_valide = RegexValidator(r"^[0-9]{5}$", "Un code postal a 5 chiffres, par exemple 44200.")


class Adresse(models.Model):
    """One to four lines of 50 characters, a postal code and a town (LHÉO `adresse`).

    `commune` is the present commune (COG) when it is known: a CEDEX code or a foreign region may have none.
    `departement` follows from the two.
    """

    ligne1 = models.CharField("adresse, ligne 1", max_length=50, blank=True)
    ligne2 = models.CharField("adresse, ligne 2", max_length=50, blank=True)
    ligne3 = models.CharField("adresse, ligne 3", max_length=50, blank=True)
    ligne4 = models.CharField("adresse, ligne 4", max_length=50, blank=True)
    code_postal = models.CharField(
        "code postal",
        max_length=5,
        blank=True,
        validators=[code_postal_valide],
    )
    ville = models.CharField("ville", max_length=50, blank=True)
    commune = models.ForeignKey(
        "catalogue.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    departement = models.CharField("département", max_length=3, editable=False, default="", blank=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.departement = departement_of(self.code_postal, self.commune_id or "")
        super().save(*args, **kwargs)

    @property
    def lignes(self) -> list[str]:
        """The filled lines of the address, in order."""
        return [ligne for ligne in (self.ligne1, self.ligne2, self.ligne3, self.ligne4) if ligne]

    @property
    def adresse(self) -> str:
        """The whole address, a line each; '' when there is none."""
        return "\n".join([*self.lignes, f"{self.code_postal} {self.ville}".strip()]).strip()


#: The columns of an address that people type.
CHAMPS_ADRESSE = ("ligne1", "ligne2", "ligne3", "ligne4", "code_postal", "ville")


def departement_of(code_postal: str, insee: str = "") -> str:
    """Département of an address: from the INSEE code when known (some postal codes straddle two)."""
    code = insee or code_postal
    if not insee and code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code.startswith(("97", "98")) else code[:2]

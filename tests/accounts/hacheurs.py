"""A hasher that counts: what an attack costs is the passwords it makes the server check."""

from django.contrib.auth.hashers import MD5PasswordHasher


class Compteur(MD5PasswordHasher):
    """MD5, with the list of the passwords it was given; appending is atomic."""

    passwords: list[str] = []

    def encode(self, password, salt):
        self.passwords.append(password)
        return super().encode(password, salt)


CHEMIN = f"{__name__}.Compteur"

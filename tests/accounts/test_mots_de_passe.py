"""Passwords: long, any characters, and not what everybody would try."""

from itertools import islice, product
from threading import Barrier, Lock
from unicodedata import normalize

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts import hashers
from accounts.models import User
from accounts.mots_courants import MOTS
from tests.concurrence import PATIENCE, race
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory


def refusal(password: str, user=None) -> str:
    """The code of the refusal of `password`, or '' when it is taken."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return error.error_list[0].code
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "correct cheval agrafe pile",
        "Quatre tortues mangent des pissenlits",
        "quatre-tortues-mangent",
        "kX9vQ2mLp7Rt4WzN",
        "8305617492603857",
        "çà et là, œuvrons joyeusement",
        "пароль из нескольких слов",
        "我们今天早上在花园里种了三棵苹果树",
        "🦊🌵🚲🎻🧦🥝🛶🪐🧲🦉🍀🧵🪁🐙🥐⛺",
        "tortue pissenlit 2026",
        "nadia aime le chocolat et les tortues",
        "Un 1er essai : « ça marche » ?",
        "x" * 4 + " zéphyr kiwi hublot bravache",
        "zéphyr hublot bravache " * 5,
        MOT_DE_PASSE,
    ],
)
def test_any_long_password_that_is_not_everybodys_is_taken(password):
    assert refusal(password, User(prenom="Nadia", nom="Leroux", email="nadia.leroux@exemple.fr")) == ""


@pytest.mark.parametrize(
    ("password", "code"),
    [("", "trop_court"), ("kX9vQ2mLp7Rt4Wz", "trop_court"), ("é" * 129, "trop_long")],
)
def test_length_is_from_16_to_128_characters(password, code):
    assert refusal(password) == code


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "aabbccddeeffgghh",
        "1234567890123456",
        "0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz",
        "azertyuiopqsdfgh",
        "azertyuiopqsdfghjklmwxcvbn",
        "poiuytrezamlkjhgfdsq",
        "1qaz2wsx3edc4rfv",
        "1q2w3e4r5t6y7u8i",
        "qwertyuiopasdfghjklzxcvbnm",
        "motdepasse123456",
        "Motdepasse2026!!!",
        "M0td3p@ssemotdepasse",
        "motdepasse1motdepasse2",
        "mot de passe mot de passe",
        "MotDePasseSecret",
        "passwordpassword",
        "P@ssw0rdP@ssw0rd1",
        "password12345678",
        "bonjour bonjour bonjour",
        "bonjour soleil 2026",
        "jetaimepourlavie",
        "correct horse battery staple",
        "Liberté, égalité, fraternité",
        "il était une fois",
        "administrateur2026",
        "iloveyouiloveyou",
        "!!!!!!!!!!!!!!!!!!",
        "zorglubzorglubzorglub",
        "marseille13marseille13",
    ],
)
def test_what_everybody_would_try_is_refused(password):
    assert refusal(password) == "courant"


def everybodys():
    """Thousands of passwords long enough, made of what people use most."""
    words = sorted(MOTS)
    yield from (word * 4 for word in words)
    yield from (f"{word}{word.capitalize()}{year}!!!" for word in words for year in (1985, 2026))
    yield from (f"{a}{b}123456789" for a, b in islice(product(words, reversed(words)), 0, None, 151))
    yield from (f"{a} {b} 2026 !" for a, b in islice(product(words, reversed(words)), 5, None, 157))


def test_thousands_of_common_passwords_of_that_length_are_refused():
    long_enough = (password for password in dict.fromkeys(everybodys()) if len(password) >= 16)
    passwords = list(islice(long_enough, 3_100))

    assert len(passwords) == 3_100
    assert [password for password in passwords if not refusal(password)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    [
        "nadia.leroux@exemple.fr",
        "NadiaLeroux2026!",
        "leroux nadia 44000",
        "n4dia-ler0ux-nadia",
        "CFA du Vignoble 2026",
        "cfaduvignoblenadia",
        "SofiPaysDeLaLoire1",
        "Carif-Oref des Pays de la Loire",
        "sofisofi2026nadia",
    ],
)
def test_little_more_than_names_around_the_person_is_refused(password):
    organisme = OrganismeFactory(raison_sociale="CFA du Vignoble Nantais", nom_usage="CFA Vignoble")
    user = UserFactory(prenom="Nadia", nom="Leroux", email="nadia.leroux@exemple.fr", organisme=organisme)

    assert refusal(password, user) in ("contexte", "courant")


def test_refusals_name_the_remedy():
    for password in ("court", "é" * 200, "motdepasse123456"):
        with pytest.raises(ValidationError) as refus:
            validate_password(password)
        [message] = refus.value.messages
        assert "plusieurs mots" in message or "raccourcissez" in message


class TestHashing:
    @pytest.fixture(autouse=True)
    def real(self, settings):
        settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2Borne"]

    def test_memory_is_that_of_the_settings(self):
        encoded = make_password(MOT_DE_PASSE)

        assert "m=49152,t=2,p=1" in encoded
        assert check_password(MOT_DE_PASSE, encoded)
        assert not check_password(f"{MOT_DE_PASSE} ", encoded)

    def test_same_characters_are_the_same_password_on_every_keyboard(self):
        encoded = make_password(normalize("NFC", "élève à l’école"))
        assert check_password(normalize("NFD", "élève à l’école"), encoded)

    @pytest.mark.django_db
    def test_an_older_hash_is_made_again_when_its_owner_signs_in(self):
        user = UserFactory()
        older = Argon2PasswordHasher()
        user.password = older.encode(MOT_DE_PASSE, older.salt())
        user.save()

        assert user.check_password(MOT_DE_PASSE)
        user.refresh_from_db()
        assert identify_hasher(user.password).decode(user.password)["memory_cost"] == 48 * 1024
        assert user.check_password(MOT_DE_PASSE)

    def test_four_at_once_and_the_others_wait(self, monkeypatch):
        """Eight requests: four hash together, and never five."""
        inside, most, lock, together = [], [], Lock(), Barrier(4)

        def work(self, password, salt):
            with lock:
                inside.append(password)
                most.append(len(inside))
            together.wait(PATIENCE)
            with lock:
                inside.remove(password)
            return "argon2$"

        monkeypatch.setattr(Argon2PasswordHasher, "encode", work)
        results = race(*[lambda n=n: hashers.Argon2Borne().encode(f"mot {n}", "sel" * 8) for n in range(8)])

        assert results == ["argon2$"] * 8
        assert max(most) == 4

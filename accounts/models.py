"""Who may come in."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import models


class User(AbstractBaseUser):
    """Somebody who signs in, by e-mail."""

    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"

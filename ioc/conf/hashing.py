"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 46 MiB and one pass (OWASP's first choice): four sign-ins at once fit a small server."""

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1

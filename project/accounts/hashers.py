"""Argon2id parameters: expensive to attack, affordable during a sign-in peak."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane: the least that OWASP's Password Storage Cheat
    Sheet names. Django's own cost would take 100 MiB and eight threads for every sign-in."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

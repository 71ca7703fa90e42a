"""Pages as a signed-in student reads them."""

import re

from django.test import Client

from project.accounts.models import User


def browser(user: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))

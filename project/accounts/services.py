"""What changes about a person."""

from django.conf import settings

from project.accounts.models import User


def language_keep(*, person: User, language: str) -> None:
    """Pages and letters speak this language to the person from now on. One that the site does not
    speak changes nothing; no statement where it is theirs already."""
    if language in dict(settings.LANGUAGES) and language != person.language:
        person.language = language
        person.save(update_fields=["language"])

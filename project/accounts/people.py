"""People by their number at the institution: read, created and changed by the thousand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from project.accounts.models import User
from project.bus.sql import fetch, run
from project.bus.store import append
from project.events.accounts import PersonChanged
from project.ops.digests import keyed_digest

_CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the registry's files say of a person. `email` is the address in the files; the person
    may read another one."""

    number: str
    username: str
    full_name: str
    email: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPerson:
    """A person with an account, which is active or not."""

    id: int
    person: Person
    is_active: bool


_LOAD = """
SELECT id, is_active, number, username, full_name, registry_email, language
  FROM accounts_user WHERE number <> ''"""
_TAKEN = """
SELECT asked FROM unnest(%s::text[]) asked
  JOIN accounts_user u ON fold_case(u.username) = fold_case(asked)"""
_CHANGE = """
UPDATE accounts_user u
   SET full_name = p.full_name, language = p.language, registry_email = p.email,
       email = CASE WHEN u.registry_email = p.email THEN u.email ELSE p.email END
  FROM jsonb_to_recordset(%s)
       AS p(id bigint, full_name text, email text, language text)
 WHERE u.id = p.id"""


def load_people() -> dict[str, StoredPerson]:
    """Everybody with a number, by the number without capitals."""
    return {
        number.casefold(): StoredPerson(
            id=user,
            is_active=is_active,
            person=Person(
                number=number,
                username=username,
                full_name=full_name,
                email=email,
                language=language,
            ),
        )
        for user, is_active, number, username, full_name, email, language in fetch(_LOAD)
    }


def usernames_taken(usernames: Sequence[str]) -> set[str]:
    """Those of these user names that somebody has."""
    return {row[0] for row in fetch(_TAKEN, [list(usernames)])}


@transaction.atomic
def people_create(people: Sequence[Person]) -> dict[str, int]:
    """Create accounts without a password: an invitation leads to one. Returns their ids by
    number."""
    made = User.objects.bulk_create(
        [
            User(
                number=one.number,
                username=one.username,
                full_name=one.full_name,
                email=one.email,
                registry_email=one.email,
                language=one.language,
                password=make_password(None),
            )
            for one in people
        ],
        batch_size=_CHUNK,
    )
    return {user.number: user.pk for user in made}


@transaction.atomic
def people_change(people: Mapping[int, Person]) -> None:
    """Change names, languages and the registry's addresses; one event for each person."""
    rows = [
        {
            "id": user,
            "full_name": one.full_name,
            "email": one.email,
            "language": one.language,
        }
        for user, one in people.items()
    ]
    for start in range(0, len(rows), _CHUNK):
        run(_CHANGE, [json.dumps(rows[start : start + _CHUNK])])
    append([_changed(user, one) for user, one in people.items()])


@transaction.atomic
def people_activate(users: Sequence[int], *, is_active: bool) -> None:
    """Let these people sign in, or no longer."""
    User.objects.filter(pk__in=users).update(is_active=is_active)


def _changed(user: int, person: Person) -> PersonChanged:
    digest = keyed_digest(user, person.full_name, person.email, person.language)
    return PersonChanged(person=user, digest=digest)

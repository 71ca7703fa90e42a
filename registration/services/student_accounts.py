"""A student added with an account, in one go."""

from dataclasses import replace

from django.db import transaction

from project.accounts.people import Person, people_create
from project.accounts.services import people_invite
from registration.rules.people import Admission
from registration.services.students import student_change

PER_MINUTE = 60


@transaction.atomic
def student_add(*, person: Person, admission: Admission, is_invited: bool) -> int:
    """Make an account and admit its person; returns the id. Invite them to set a password."""
    student = people_create([person])[person.number]
    student_change(replace(admission, student=student))
    if is_invited:
        people_invite(people=[student], per_minute=PER_MINUTE)
    return student

"""What happened before: facts of other services, stored as those services would."""

from project.accounts.models import FormerAddress, User
from project.bus.sql import fetch
from project.ids import uuid7
from project.messages.accounts import AddressReplaced, PasswordAsked
from project.messages.fact import Fact, to_json
from project.messages.payments import Amount, Captured
from project.messages.registration import Asked, Settled, Submitted, Verdict

_STORE = """
INSERT INTO bus_event (stream, version, type, cause, data)
SELECT %(stream)s, count(*) + 1, %(type)s, %(cause)s, %(data)s
  FROM bus_event WHERE stream = %(stream)s
RETURNING id"""


def heard(fact: Fact, *, cause: int | None = None) -> int:
    """A fact of another service: stored, without what that service projects from it."""
    stored = {"stream": fact.stream, "type": fact.type, "cause": cause, "data": to_json(fact)}
    return int(fetch(_STORE, stored)[0][0])


def student(name: str = "Ada Lovelace", **fields: str) -> User:
    username = name.split(maxsplit=1)[0].lower()
    address = {"email": f"{username}@example.org"}
    return User.objects.create_user(username, full_name=name, **(address | fields))


def answered(reader: User, **states: str) -> tuple[int, str]:
    """A submission with its answer, e.g. s1="confirmed", s2="refused full"."""
    registration = str(uuid7())
    verdicts = []
    for name, said in states.items():
        state, _, code = said.partition(" ")
        verdicts.append(Verdict(section=int(name[1:]), state=state, code=code))
    asked = tuple(Asked(section=one.section, module="M", credits=1) for one in verdicts)
    cause = heard(
        Submitted(
            registration=registration,
            student=reader.pk,
            programme="CS",
            term=1,
            mode="any",
            on_full="queue",
            items=asked,
        )
    )
    settled = Settled(registration=registration, student=reader.pk, items=tuple(verdicts))
    heard(settled, cause=cause)
    charged = tuple(
        Amount(section=one.section, amount=123_450) for one in verdicts if one.state == "confirmed"
    )
    if charged:
        captured = Captured(registration=registration, student=reader.pk, items=charged)
        heard(captured, cause=cause)
    return cause, registration


def password_asked(reader: User | None) -> int:
    """Somebody gave the address of this person, or one that nobody has."""
    return heard(PasswordAsked(request=str(uuid7()), person=reader.pk if reader else None))


def address_replaced(reader: User, new: str) -> int:
    """This person took a new address."""
    former = FormerAddress.objects.create(person=reader, email=reader.email)
    reader.email = new
    reader.save()
    return heard(AddressReplaced(person=reader.pk, former=former.pk))

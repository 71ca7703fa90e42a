"""Test data: events of other services, stored as those services would."""

from project.accounts.models import PreviousEmail, User
from project.events.accounts import EmailReplaced, PasswordResetRequested
from project.events.payments import Captured, MoneyItem
from project.events.reasons import Reason
from project.events.registration import Decided, DecidedItem, RequestedItem, Submitted
from project.events.vocabulary import ItemState, Mode, OnFull
from project.ops.ids import uuid7
from project.testing import received_events

receive = received_events.receive


def student(name: str = "Ada Lovelace", **fields: str) -> User:
    username = name.split(maxsplit=1)[0].lower()
    address = {"email": f"{username}@example.org"}
    return User.objects.create_user(username, full_name=name, **(address | fields))


def decided(reader: User, **states: str) -> tuple[int, str]:
    """A submission with its decision, e.g. s1="confirmed", s2="refused full"."""
    registration = str(uuid7())
    decided_items = []
    for name, outcome in states.items():
        state, _, code = outcome.partition(" ")
        decided_items.append(
            DecidedItem(
                section=int(name[1:]), state=ItemState(state), code=Reason(code) if code else None
            )
        )
    requested = tuple(
        RequestedItem(section=one.section, module="M", credit_quarters=4) for one in decided_items
    )
    flow_id = receive(
        Submitted(
            registration=registration,
            student=reader.pk,
            programme="CS",
            term=1,
            mode=Mode.ANY,
            on_full=OnFull.WAITLIST,
            items=requested,
        )
    )
    decided = Decided(registration=registration, student=reader.pk, items=tuple(decided_items))
    receive(decided, flow_id=flow_id)
    charged = tuple(
        MoneyItem(section=one.section, amount=123_450)
        for one in decided_items
        if one.state == "confirmed"
    )
    if charged:
        captured = Captured(registration=registration, student=reader.pk, items=charged)
        receive(captured, flow_id=flow_id)
    return flow_id, registration


def password_reset_requested(reader: User | None) -> int:
    """A reset was requested for this person, or for an address that nobody has."""
    return receive(
        PasswordResetRequested(request=str(uuid7()), person=reader.pk if reader else None)
    )


def email_replaced(reader: User, new: str) -> int:
    """This person changed their address."""
    previous = PreviousEmail.objects.create(person=reader, email=reader.email)
    reader.email = new
    reader.save()
    return receive(EmailReplaced(person=reader.pk, previous=previous.pk))

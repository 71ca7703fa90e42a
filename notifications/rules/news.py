"""What became of a flow that its student does not know yet."""

from collections.abc import Iterable, Sequence

from project.messages.fact import Fact
from project.messages.modules import SeatOffered
from project.messages.notifications import Announced, News
from project.messages.payments import Captured, Refunded
from project.messages.registration import (
    Considered,
    Dropped,
    Expired,
    QueueHalted,
    Refused,
    Settled,
    Submitted,
)

# A drop that the verdict honoured: the answer has told of it, so its own flow has no news.
WISHED = "wished"
# What is still waitlisted when its term's deadline comes. Any other `Refused` is said by the
# verdict, in the same breath as the answer that told the student.
DEADLINE = "deadline"


def announcement(root: Fact, facts: Sequence[Fact]) -> Announced | None:
    """What to tell once a flow has run; None where there is nothing, or nothing new, to tell."""
    moved = _amounts(facts)
    match root:
        case Submitted():
            return _of_answer(_settled(facts), moved, "answered")
        case SeatOffered():
            settled = _settled(facts)
            return _of_turn_missed(facts) or _of_answer(settled, moved, _kind_of_turn(settled))
        case Dropped():
            return _of_ending(root, moved, "dropped")
        case Expired():
            return _of_ending(root, moved, "expired")
        case Refused():
            return _of_refusal(root)
        case QueueHalted():
            return _of_halt(root)
    raise ValueError(f"no flow begins with {root.type}")


def _settled(facts: Sequence[Fact]) -> Settled | None:
    return next((fact for fact in facts if isinstance(fact, Settled)), None)


def _amounts(facts: Iterable[Fact]) -> dict[int, int]:
    """What was charged or paid back in this flow, by section."""
    return {
        item.section: item.amount
        for fact in facts
        if isinstance(fact, Captured | Refunded)
        for item in fact.items
    }


def _kind_of_turn(settled: Settled | None) -> str:
    states = {item.state for item in settled.items} if settled else set()
    if "confirmed" in states:
        return "moved_up"
    return "dropped" if "dropped" in states else "refused"


def _of_answer(settled: Settled | None, moved: dict[int, int], kind: str) -> Announced | None:
    if settled is None or not settled.items:
        return None
    items = tuple(
        News(
            section=item.section,
            state=item.state,
            code=item.code,
            amount=moved.get(item.section, 0),
        )
        for item in settled.items
    )
    return Announced(
        registration=settled.registration, student=settled.student, kind=kind, items=items
    )


def _of_turn_missed(facts: Sequence[Fact]) -> Announced | None:
    """The seat went on; the place in the queue stays."""
    turn = next((fact for fact in facts if isinstance(fact, Considered)), None)
    if turn is None or turn.outcome != "passed_over":
        return None
    return Announced(
        registration=turn.registration,
        student=turn.student,
        kind="passed_over",
        items=(News(section=turn.section, state="queued", code=turn.code),),
    )


def _of_halt(halted: QueueHalted) -> Announced:
    code = "resumed" if halted.resumed else "closed_section"
    return Announced(
        registration=halted.registration,
        student=halted.student,
        kind="waitlist_resumed" if halted.resumed else "waitlist_halted",
        items=(News(section=halted.section, state="queued", code=code),),
    )


def _of_refusal(refused: Refused) -> Announced | None:
    items = tuple(
        News(section=item.section, state="refused", code=item.code)
        for item in refused.items
        if item.code == DEADLINE
    )
    if not items:
        return None
    return Announced(
        registration=refused.registration,
        student=refused.student,
        kind="waitlist_closed",
        items=items,
    )


def _of_ending(ended: Dropped | Expired, moved: dict[int, int], kind: str) -> Announced | None:
    items = tuple(
        News(section=item.section, state=kind, code=item.code, amount=moved.get(item.section, 0))
        for item in ended.items
        if item.code != WISHED
    )
    if not items:
        return None
    return Announced(registration=ended.registration, student=ended.student, kind=kind, items=items)

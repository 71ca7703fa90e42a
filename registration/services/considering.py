"""The step `consider`: a seat came free, and it is this queued student's turn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from project import live_news
from project.bus.store import Story, append, stories
from project.messages.modules import SeatOffered
from project.messages.registration import Considered
from registration.rules.eligibility import (
    EligibilityContext,
    RequestedSection,
    Stage,
    check_eligibility,
)
from registration.selectors.items import LiveItem, StudentNow, items_live, students_now
from registration.services.locking import students_lock

Live = dict[int, list[LiveItem]]


def offers_consider(*, causes: Sequence[int]) -> list[int]:
    """Judge every turn by the student's schedule of this moment, under the student lock.

    Returns the causes that come too early: their registration has no answer yet, so whether the
    student queues at all is still open. Safe to run again.
    """
    open_turns = [story for story in stories(causes).values() if not story.first(Considered)]
    students = sorted({_offer(story).student for story in open_turns})
    students_lock(students)
    live: Live = {student: list(items) for student, items in items_live(students).items()}
    early = [story.cause for story in open_turns if _is_early(_offer(story), live)]
    turns = [story for story in open_turns if story.cause not in early]
    judged = list(_judged(turns, live, students_now(students)))
    append([fact for _, fact in judged], causes=[cause for cause, _ in judged])
    live_news.tell(fact for _, fact in judged)
    return early


def _offer(story: Story) -> SeatOffered:
    if not isinstance(story.root, SeatOffered):
        raise TypeError(f"{story.root.type} is no offer")
    return story.root


def _item(offer: SeatOffered, live: Live) -> LiveItem | None:
    for item in live.get(offer.student, ()):
        if item.entry.section == offer.section and item.registration == offer.registration:
            return item
    return None


def _is_early(offer: SeatOffered, live: Live) -> bool:
    item = _item(offer, live)
    return item is not None and item.state == "pending"


def _judged(
    turns: Sequence[Story], live: Live, students: Mapping[int, StudentNow]
) -> Iterator[tuple[int, Considered]]:
    """In line order: an offered item is part of the schedule that the next turn is judged by."""
    for story in turns:
        offer = _offer(story)
        item = _item(offer, live)
        student = students[offer.student]
        code = _refusal(story, item, live[offer.student], student) if item else "ended"
        if item and not code:
            _offer_in(live[offer.student], item)
        yield story.cause, _considered(offer, item, student.programme, code)


def _refusal(story: Story, item: LiveItem, live: Sequence[LiveItem], student: StudentNow) -> str:
    """The code that refuses the seat, or "" where it may be offered."""
    if item.state != "queued":
        return "ended"
    violations = check_eligibility(_context(story, item, live, student), Stage.OFFER)
    return violations[0].code if violations else ""


def _context(
    story: Story, item: LiveItem, live: Sequence[LiveItem], student: StudentNow
) -> EligibilityContext:
    entry = item.entry
    offered = RequestedSection(
        section=entry.section,
        term=item.term,
        module=entry.module,
        credits=entry.credits,
        slots=entry.slots,
    )
    schedule = [
        other.entry for other in live if other.term == item.term and other.state != "queued"
    ]
    return EligibilityContext(
        now=story.recorded_at,
        asked=(entry.section,),
        requested=(offered,),
        credit_limit=student.credit_limit,
        blocks=student.blocks,
        schedule=tuple(schedule),
    )


def _offer_in(live: list[LiveItem], item: LiveItem) -> None:
    live[live.index(item)] = replace(item, state="offered")


def _considered(offer: SeatOffered, item: LiveItem | None, programme: str, code: str) -> Considered:
    return Considered(
        registration=offer.registration,
        student=offer.student,
        programme=programme,
        section=offer.section,
        credits=item.entry.credits if item else 0,
        outcome="refused" if code else "offered",
        code=code,
    )

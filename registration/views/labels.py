"""States and steps in the words of the students' pages."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from project.events.reasons import Explanation, NextAction
from project.events.vocabulary import ItemState
from registration.rules.progress_steps import ProgressStep

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word, with the tone of its colour."""

    label: Text
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step, its name, and how far it is."""

    mark: str
    label: Text
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What is best done now about an item: in words, or by the way that leads there, or both."""

    words: Text = ""
    way: NextAction | None = None


BADGES = {
    ItemState.PENDING: Badge(_("In line"), "wait"),
    ItemState.SEATED: Badge(_("Seat locked"), "wait"),
    ItemState.AUTHORISED: Badge(_("Fee reserved"), "wait"),
    ItemState.WAITLISTED: Badge(_("On the waitlist"), "wait"),
    ItemState.OFFERED: Badge(_("Seat offered"), "wait"),
    ItemState.CONFIRMED: Badge(_("Confirmed"), "good"),
    ItemState.REFUSED: Badge(_("Refused"), "bad"),
    ItemState.DROPPED: Badge(_("Dropped")),
    ItemState.EXPIRED: Badge(_("Expired"), "bad"),
}
_LABELS: dict[str, Text] = {
    "line": _("Line"),
    "seat": _("Seat"),
    "fee": _("Fee"),
    "answer": _("Answer"),
}
_DONE: dict[str, Text] = {
    "line": _("Processed"),
    "seat": _("Seat locked"),
    "fee": _("Fee reserved"),
    "answer": _("Confirmed"),
}
_DONE_BY_ALL: dict[str, Text] = {
    "line": _("Processed"),
    "seat": _("Seats decided"),
    "fee": _("Fees decided"),
    "answer": _("Answered"),
}
_NOW: dict[str, Text] = {
    "line": _("Processing"),
    "seat": _("On the waitlist"),
    "fee": _("The fee is being reserved"),
    "answer": _("Your result is being finalised"),
}
_STOPPED: dict[str, Text] = {"seat": _("No seat"), "fee": _("The fee was not reserved")}


def position_label(ahead: int | None) -> Text:
    """Where someone is in the line, by how many are ahead of them."""
    if ahead is None:
        return _NOW["line"]
    if ahead == 0:
        return _("You are next in line")
    return _("Ahead of you in line: %(ahead)s") % {"ahead": ahead}


def step_view(
    step: ProgressStep,
    *,
    state: ItemState,
    ahead: int | None,
    place: int | None,
    is_charged: bool,
) -> StepView:
    """A step of an item: `ahead` in the line, `place` on the waitlist."""
    if is_charged and (step.name, step.mark) == ("fee", "done"):
        return StepView(mark=step.mark, label=_LABELS[step.name], words=_("Fee charged"))
    return StepView(
        mark=step.mark, label=_LABELS[step.name], words=_words(step, state, ahead, place)
    )


def combined_step_view(step: ProgressStep, *, ahead: int | None) -> StepView:
    """A step of the whole registration."""
    words = (
        _DONE_BY_ALL[step.name]
        if step.mark == "done"
        else _words(step, ItemState.PENDING, ahead, None)
    )
    return StepView(mark=step.mark, label=_LABELS[step.name], words=words)


def _words(step: ProgressStep, state: ItemState, ahead: int | None, place: int | None) -> Text:
    if step.mark == "to_come":
        return _("To come")
    if step.mark == "stopped":
        return _STOPPED.get(step.name) or BADGES[state].label
    if step.mark == "done":
        return (
            _("Seat offered")
            if (step.name, state) == ("seat", ItemState.OFFERED)
            else _DONE[step.name]
        )
    if step.name == "line":
        return position_label(ahead)
    if step.name == "seat" and place is not None:
        return _("Waitlist position %(place)s") % {"place": place}
    return _NOW[step.name]


def next_words(state: ItemState, reason: Explanation | None, place: int | None) -> Next:
    """What to do about an item in that state, for that reason."""
    ways, fix = (reason.next_actions, reason.fix) if reason else ((), "")
    if state == ItemState.CONFIRMED:
        return Next(way=NextAction.TIMETABLE)
    if state == ItemState.WAITLISTED and ways:
        return Next(words=fix, way=ways[0])
    if state == ItemState.WAITLISTED and place is not None:
        return Next(
            words=_("Waitlist position %(place)s: a free seat comes to you by itself.")
            % {"place": place}
        )
    return Next(way=ways[0]) if ways else Next(words=fix)

"""Why something was refused, ended or must wait: the one table that pages, API and emails read.

Each row has its code, the stage at which it is shown, a full sentence, what would change it, and
where a student goes on. `_` only marks a text for translation.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from project.events.sentences import Translate, fill_sentence


def _(text: str) -> str:
    return text


class Reason(StrEnum):
    """The code of a reason, as programs, events and tables know it. A code of a later version is
    read as it is and passed on."""

    ACCOUNT_LIMIT = "account_limit"
    ALL_OR_NOTHING = "all_or_nothing"
    ALREADY_ENDED = "already_ended"
    ALREADY_OVER = "already_over"
    ALREADY_REGISTERED = "already_registered"
    BLOCKED = "blocked"
    BUSY = "busy"
    CATEGORY_EXISTS = "category_exists"
    CLOSED_SECTION = "closed_section"
    CREDITS_IN_QUARTERS = "credits_in_quarters"
    CREDIT_LIMIT = "credit_limit"
    CREDIT_RANGE = "credit_range"
    DEADLINE = "deadline"
    DROPPED_BY_STUDENT = "dropped_by_student"
    DROP_OVER = "drop_over"
    DROP_REQUESTED = "drop_requested"
    FULL = "full"
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    INACTIVE = "inactive"
    INVALID_CURSOR = "invalid_cursor"
    MALFORMED = "malformed"
    MODULE_EXISTS = "module_exists"
    NOT_A_STUDENT = "not_a_student"
    NOT_DECIDED_IN_TIME = "not_decided_in_time"
    NO_ACCOUNT = "no_account"
    NO_RATE = "no_rate"
    NO_ROOM_NAME = "no_room_name"
    NO_REFUND = "no_refund"
    PAUSED = "paused"
    PART_IN_USE = "part_in_use"
    PLAN_CHANGED = "plan_changed"
    PLAN_FULL = "plan_full"
    PREREQUISITES = "prerequisites"
    RESUMED = "resumed"
    ROOM_EXISTS = "room_exists"
    SEATS_TAKEN = "seats_taken"
    SEVERAL_TERMS = "several_terms"
    SIGN_IN_PAUSED = "sign_in_paused"
    STILL_PROCESSING = "still_processing"
    STUDENT_LEFT = "student_left"
    TERM_EXISTS = "term_exists"
    TIME_CONFLICT = "time_conflict"
    TOO_MANY_SECTIONS = "too_many_sections"
    UNKNOWN_PART = "unknown_part"
    UNKNOWN_SECTION = "unknown_section"
    WINDOW = "window"
    WINDOW_CLOSED = "window_closed"
    WINDOW_OPENS = "window_opens"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or not value:
            return None
        code = str.__new__(cls, value)
        code._name_ = code._value_ = value
        return code


class ReasonStage(StrEnum):
    """When a reason is shown."""

    REFUSAL = "refusal"  # a request is refused at once, and nothing is stored
    SEAT = "seat"  # an item ends when seats are decided, one is offered, or none will come
    FEE = "fee"  # an item ends at its fee
    DECISION = "decision"  # an item ends with another one, by the student or by the clock
    WAITLIST = "waitlist"  # an item stays on its waitlist


ENDINGS = (ReasonStage.SEAT, ReasonStage.FEE, ReasonStage.DECISION)


class NextAction(StrEnum):
    """The page on which a student goes on."""

    MODULE = "module"
    PLAN = "plan"
    MY_REGISTRATIONS = "mine"
    ACCOUNT = "account"
    TIMETABLE = "timetable"


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A row of the table: the `sentence`, the `fix` where there is one, the pages to go on with,
    and the HTTP status of a refusal."""

    sentence: str
    fix: str = ""
    next_actions: tuple[NextAction, ...] = ()
    status: int = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A reason in the reader's language; `fix` is what would change it."""

    code: str
    stage: ReasonStage | None = None
    sentence: str
    fix: str = ""
    next_actions: tuple[NextAction, ...] = ()


REASONS: dict[ReasonStage, dict[Reason, ReasonText]] = {
    ReasonStage.REFUSAL: {
        Reason.MALFORMED: ReasonText(
            "{fault}",
            _('Send JSON like {{"sections": [1, 2], "mode": "all", "on_full": "waitlist"}}.'),
            status=400,
        ),
        Reason.INVALID_CURSOR: ReasonText(
            _("This cursor leads nowhere: it is damaged, or of another list."),
            _("Start again without it."),
            status=400,
        ),
        Reason.BUSY: ReasonText(
            _("Another change to the same record is still being made. Nothing was changed."),
            _("Try again in a few seconds."),
        ),
        Reason.TOO_MANY_SECTIONS: ReasonText(
            _("One request takes at most {limit} sections; this one has {count}."),
            _("Send several requests."),
        ),
        Reason.IDEMPOTENCY_KEY_MISSING: ReasonText(
            _("The request has no usable Idempotency-Key header."),
            _(
                "Send a fresh random key of 1 to 200 visible ASCII characters with every new "
                "request, and the same one when you repeat it."
            ),
            status=400,
        ),
        Reason.IDEMPOTENCY_KEY_REUSED: ReasonText(
            _("This Idempotency-Key came with a different request before."),
            _("Use a new key for a new request."),
            status=422,
        ),
        Reason.STILL_PROCESSING: ReasonText(
            _("A request with this Idempotency-Key is being processed right now."),
            _("Repeat the request with the same key after the time in Retry-After."),
        ),
        Reason.NOT_A_STUDENT: ReasonText(
            _("Only students can register, and this account is not an active student's."),
            _("Ask the registry to admit you as a student."),
            status=403,
        ),
        Reason.BLOCKED: ReasonText(
            _("Your account is blocked from registering: {reasons}"),
            _("Resolve the matter with the registry; it lifts the block."),
        ),
        Reason.UNKNOWN_SECTION: ReasonText(
            _("There is no such section: {names}."), _("Choose sections from /api/v1/sections/.")
        ),
        Reason.PAUSED: ReasonText(
            _("Registration for this term is paused at the moment."),
            _("Nothing is lost: waitlists keep their order. Try again later."),
            status=503,
        ),
        Reason.SIGN_IN_PAUSED: ReasonText(
            _("Sign-in is paused at the moment."),
            _("Nothing is lost. Try again later."),
            status=503,
        ),
        Reason.SEVERAL_TERMS: ReasonText(
            _("The sections belong to different terms."), _("Send one request for each term.")
        ),
        Reason.CLOSED_SECTION: ReasonText(
            _("Not open for registration: {names}."), _("Choose an open section.")
        ),
        Reason.WINDOW: ReasonText(
            _("Your registration window for this term has not been set."),
            _("Ask the registry when yours opens."),
        ),
        Reason.WINDOW_OPENS: ReasonText(
            _("Your registration window for this term opens at {instant}."), _("Come back then.")
        ),
        Reason.WINDOW_CLOSED: ReasonText(
            _("Your registration window for this term closed at {instant}."),
            _("Ask the registry for a new window."),
        ),
        Reason.ALREADY_REGISTERED: ReasonText(
            _("You already have, or ask twice for, {names}."), _("Leave out what you have already.")
        ),
        Reason.TIME_CONFLICT: ReasonText(
            _("Meetings overlap: {names}."),
            _("Choose sections that meet at other times, or drop one."),
        ),
        Reason.CREDIT_LIMIT: ReasonText(
            _("{asked} more credits would make {total}; your limit is {limit}."),
            _("Ask for {over} credits less, or drop something."),
        ),
        Reason.CREDIT_RANGE: ReasonText(
            _("The credits chosen are not possible: {names}."),
            _("Choose credits within the range."),
        ),
        Reason.CREDITS_IN_QUARTERS: ReasonText(
            _("“{names}” is no number of credits in quarters."),
            _("Write a number such as 3 or 3.5."),
            status=400,
        ),
        Reason.PREREQUISITES: ReasonText(
            _("A requirement is not met: {names}."), _("Pass the required modules first.")
        ),
        Reason.PLAN_FULL: ReasonText(
            _("A plan takes at most {limit} sections."),
            _("Send this one first, or take something out of it."),
        ),
        Reason.PLAN_CHANGED: ReasonText(
            _("Your plan was changed meanwhile, perhaps in another tab, so nothing was sent."),
            _("Check it once more, then submit it."),
        ),
        Reason.DROP_OVER: ReasonText(
            _("Sections of this term could be dropped until {instant}."),
            _("Ask the registry if you have to leave it all the same."),
        ),
        Reason.ALREADY_ENDED: ReasonText(
            _("This item is over already: it is {state}."), _("Nothing needs doing.")
        ),
        Reason.TERM_EXISTS: ReasonText(_("There is a term {code} already.")),
        Reason.PART_IN_USE: ReasonText(
            _("Sections follow the part {part}, so the term has to keep it."),
            _("Move them to another part first."),
        ),
        Reason.UNKNOWN_PART: ReasonText(
            _("The term has no part {part}."), _("Choose one of the term's parts.")
        ),
        Reason.MODULE_EXISTS: ReasonText(_("There is a module {code} already.")),
        Reason.CATEGORY_EXISTS: ReasonText(
            _("There is a {kind} {same} already: {code} is too alike.")
        ),
        Reason.ROOM_EXISTS: ReasonText(_("There is a room {name} already.")),
        Reason.NO_ROOM_NAME: ReasonText(_("“{name}” is not the name of a room.")),
        Reason.SEATS_TAKEN: ReasonText(
            _("{taken} seats of {section} are taken, so it cannot have only {seats}."),
            _("Keep at least the seats taken."),
        ),
        Reason.NO_ACCOUNT: ReasonText(_("Student {student} has no account yet."), status=404),
    },
    ReasonStage.SEAT: {
        Reason.FULL: ReasonText(
            _("Every seat is taken."),
            _("Ask to be waitlisted, or choose another section."),
            next_actions=(NextAction.MODULE, NextAction.PLAN),
        ),
        Reason.CLOSED_SECTION: ReasonText(
            _("The section is not open any more."),
            _("Choose another section."),
            next_actions=(NextAction.MODULE, NextAction.PLAN),
        ),
        Reason.UNKNOWN_SECTION: ReasonText(
            _("The section does not exist any more."),
            _("Choose another section."),
            next_actions=(NextAction.MODULE, NextAction.PLAN),
        ),
        Reason.ALREADY_REGISTERED: ReasonText(
            _("You have this section or another one of its module already."),
            _("Nothing needs doing."),
            next_actions=(NextAction.MY_REGISTRATIONS,),
        ),
        Reason.DEADLINE: ReasonText(
            _(
                "Registration for the term is over, so no waitlist moves any more. "
                "Nothing was charged."
            ),
            _("Ask the registry if you still need a seat."),
        ),
        Reason.INACTIVE: ReasonText(
            _("Your account was not active when a seat came free for you."),
            _("Ask the registry about it."),
        ),
        Reason.BLOCKED: ReasonText(
            _("Your account was blocked when a seat came free for you."),
            _("Resolve it with the registry."),
        ),
        Reason.ALREADY_OVER: ReasonText(_("It had already ended when a seat came free.")),
    },
    ReasonStage.FEE: {
        Reason.ACCOUNT_LIMIT: ReasonText(
            _("The fee would take your account over its limit."),
            _("Pay off a part of your account."),
            next_actions=(NextAction.ACCOUNT,),
        ),
        Reason.NO_RATE: ReasonText(
            _("No fee is set for your programme yet."), _("Ask the bursar to set the fee.")
        ),
    },
    ReasonStage.DECISION: {
        Reason.ALL_OR_NOTHING: ReasonText(
            _(
                "You asked for all or nothing, and another section of this request could not be "
                "had."
            ),
            _('Leave that section out, or ask with mode "any".'),
            next_actions=(NextAction.PLAN,),
        ),
        Reason.NOT_DECIDED_IN_TIME: ReasonText(
            _(
                "Your request was not processed in time, so your seat was released. Nothing was "
                "charged."
            ),
            _("Send a new request."),
            next_actions=(NextAction.PLAN,),
        ),
        Reason.DROP_REQUESTED: ReasonText(
            _("You dropped it before it was decided."), next_actions=(NextAction.PLAN,)
        ),
        Reason.DROPPED_BY_STUDENT: ReasonText(
            _("You dropped it."), next_actions=(NextAction.PLAN,)
        ),
        Reason.NO_REFUND: ReasonText(
            _("You dropped it after the refund deadline, so its fee is not paid back."),
            next_actions=(NextAction.PLAN,),
        ),
        Reason.STUDENT_LEFT: ReasonText(
            _("It was dropped because your studies here have ended."),
            next_actions=(NextAction.PLAN,),
        ),
    },
    ReasonStage.WAITLIST: {
        Reason.TIME_CONFLICT: ReasonText(
            _(
                "A seat came free and went to the next: the section meets at the same time as one"
                " you have. You keep your place on the waitlist."
            ),
            _("Drop the other one, and the next free seat can be yours."),
            next_actions=(NextAction.MY_REGISTRATIONS, NextAction.MODULE),
        ),
        Reason.CREDIT_LIMIT: ReasonText(
            _(
                "A seat came free and went to the next: it would have taken you over your credit "
                "limit. You keep your place on the waitlist."
            ),
            _("Drop something, and the next free seat can be yours."),
            next_actions=(NextAction.MY_REGISTRATIONS, NextAction.MODULE),
        ),
        Reason.CLOSED_SECTION: ReasonText(
            _(
                "The section was closed, so nobody is moved up now. You keep your place on the "
                "waitlist."
            ),
            _("If it opens again, the waitlist moves on."),
            next_actions=(NextAction.MODULE, NextAction.PLAN),
        ),
        Reason.RESUMED: ReasonText(
            _("The section is open again. You have kept your place on its waitlist.")
        ),
    },
}

_OTHER = ReasonText(_("The reason has the code {code}."), _("The registry can tell you more."))


def explain(
    reason: Reason, *stages: ReasonStage, translate: Translate, **values: object
) -> Explanation:
    """The reason in words, as it is shown at the first of these stages where it has a row. A code
    without one is of a later version: it is named."""
    stage = next((stage for stage in stages if reason in REASONS[stage]), None)
    row = REASONS[stage][reason] if stage else _OTHER
    return Explanation(
        code=reason,
        stage=stage,
        sentence=fill_sentence(row.sentence, {"code": reason, **values}, translate),
        fix=fill_sentence(row.fix, values, translate),
        next_actions=row.next_actions,
    )

"""Students from the student system's file: all of it in one transaction, or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction

from project.accounts.people import (
    Person,
    StoredPerson,
    load_people,
    people_activate,
    people_change,
    people_create,
    usernames_taken,
)
from project.accounts.person_columns import USERNAME
from project.bus import locks
from project.events.credits import format_credits
from project.imports.defects import FileInvalid, Message, message
from project.imports.differences import Difference, Missing, compare
from project.imports.formats import Comparison, Progress, Unconfirmed, Upload
from project.imports.lookalikes import find_lookalikes
from project.imports.tables import Table, read_table
from registration.rules.people import Admission, category_faults
from registration.rules.student_file import (
    ADVISER,
    COLUMNS,
    NO_ADMISSION,
    NUMBER,
    StudentDetails,
    StudentDraft,
    parse_students,
)
from registration.selectors.audience import load_categories
from registration.selectors.leaving import load_enrolled
from registration.selectors.students import load_admissions
from registration.services.leaving import students_end
from registration.services.students import CHUNK, students_admit

LOCK = "registration.student_import"
MOST_MISSING_PERCENT = 2


def _(text: str) -> str:
    return text


@dataclass(slots=True, kw_only=True)
class StudentPlan:
    """What a file asks for, beside what is stored; both by the number without capitals."""

    table: Table
    people: Mapping[str, StoredPerson]
    numbers: dict[str, str] = field(default_factory=dict)
    stored: dict[str, StudentDetails] = field(default_factory=dict)
    wanted: dict[str, StudentDetails] = field(default_factory=dict)
    missing: list[tuple[int, Missing]] = field(default_factory=list)
    enrolled: int = 0

    @property
    def returning(self) -> list[int]:
        """Who had left and is in the file."""
        had_left = (key for key, one in self.stored.items() if one.admission.has_left)
        return [self.people[key].id for key in had_left if key in self.wanted]


def students_compare(upload: Upload) -> Comparison:
    """What the file would change. Raises FileInvalid."""
    return _comparison(_plan(upload), upload)


def students_apply(upload: Upload, is_confirmed: bool, on_progress: Progress) -> Comparison:
    """Bring the students to the state of the file; a second time changes nothing. Raises
    FileInvalid, and Unconfirmed if many are missing or missing ones are to be ended."""
    with transaction.atomic():
        locks.acquire_transaction_lock(LOCK)
        plan = _plan(upload)
        comparison = _comparison(plan, upload)
        if comparison.confirm and not is_confirmed:
            raise Unconfirmed(comparison)
        _apply(plan, on_progress)
        if upload.has("end_missing"):
            students_end([student for student, _missing in plan.missing])
    return comparison


def _plan(upload: Upload) -> StudentPlan:
    table = read_table(upload.file, COLUMNS)
    plan = StudentPlan(table=table, people=load_people())
    drafts = list(parse_students(table))
    plan.stored = _load_stored(plan.people)
    for draft in drafts:
        key = draft.number.casefold()
        plan.numbers[key] = draft.number
        plan.wanted[key] = draft.details(
            plan.stored.get(key) or _person_details(plan.people.get(key))
        )
    _check(plan, drafts, may_be_new=upload.has("as_new"))
    if table.defects:
        raise FileInvalid(table.defects)
    _find_missing(plan, is_partial=upload.has("partial"))
    return plan


def _load_stored(people: Mapping[str, StoredPerson]) -> dict[str, StudentDetails]:
    """Every student with a number, as a file would have them."""
    by_id = {one.id: one.person.number for one in people.values()}
    admissions = load_admissions(list(by_id), with_transcripts=False)
    return {
        key: _details(one.person, admission, by_id)
        for key, one in people.items()
        if (admission := admissions[one.id])
    }


def _details(person: Person, admission: Admission, numbers: Mapping[int, str]) -> StudentDetails:
    return StudentDetails(
        full_name=person.full_name,
        email=person.email,
        username=person.username,
        language=person.language,
        adviser=numbers.get(admission.adviser or 0, ""),
        admission=replace(admission, student=0, adviser=None, transcript=None),
    )


def _person_details(stored: StoredPerson | None) -> StudentDetails | None:
    """Somebody who has a number and is no student yet: a member of staff, say."""
    return _details(stored.person, NO_ADMISSION, {}) if stored else None


def _check(plan: StudentPlan, drafts: Sequence[StudentDraft], *, may_be_new: bool) -> None:
    _check_categories(plan, drafts)
    _check_advisers(plan, drafts)
    _check_usernames(plan, drafts)
    if not may_be_new:
        _check_lookalikes(plan, drafts)


def _check_categories(plan: StudentPlan, drafts: Sequence[StudentDraft]) -> None:
    categories, columns = load_categories(), {column.name: column for column in COLUMNS}
    for draft in drafts:
        key = draft.number.casefold()
        before = plan.stored.get(key)
        faults = category_faults(
            plan.wanted[key].admission, categories, before=before.admission if before else None
        )
        for name, _value, reason in faults:
            draft.row.add_defect(columns[name], Message("{reason}", (("reason", reason),)))


def _check_advisers(plan: StudentPlan, drafts: Sequence[StudentDraft]) -> None:
    for draft in drafts:
        number = plan.wanted[draft.number.casefold()].adviser
        if number and number.casefold() not in plan.people:
            reason = message(_("Nobody has the staff number {number}."), number=number)
            draft.row.add_defect(ADVISER, reason)


def _check_usernames(plan: StudentPlan, drafts: Sequence[StudentDraft]) -> None:
    new = [draft for draft in drafts if draft.number.casefold() not in plan.people]
    names = {draft.number: plan.wanted[draft.number.casefold()].username for draft in new}
    taken, seen = usernames_taken(list(names.values())), set[str]()
    for draft in new:
        name = names[draft.number]
        if name in taken or name.casefold() in seen:
            reason = message(_("Somebody else has the user name {name}."), name=name)
            fix = message(_("Give another one in the column username, or that person the number."))
            draft.row.add_defect(USERNAME if draft.row.text(USERNAME) else NUMBER, reason, fix)
        seen.add(name.casefold())


def _check_lookalikes(plan: StudentPlan, drafts: Sequence[StudentDraft]) -> None:
    rows = {draft.number: draft.row for draft in drafts}
    new = [number for number in rows if number.casefold() not in plan.people]
    known = [one.person.number for one in plan.people.values()]
    for found in find_lookalikes(new=new, known=known):
        reason = _("{code} looks like {other}, which is there already.")
        fix = _("Write it as it is there. If it is another person, import with --as-new.")
        values = {"code": found.code, "other": found.other}
        rows[found.code].add_defect(NUMBER, message(reason, **values), message(fix))


def _find_missing(plan: StudentPlan, *, is_partial: bool) -> None:
    named = {plan.people[key].id for key in plan.wanted if key in plan.people}
    enrolled = load_enrolled()
    plan.enrolled = len(enrolled)
    plan.missing = [
        (one.id, Missing(name=one.name, taken=one.sections))
        for one in enrolled
        if one.id not in named and not is_partial
    ]


def _comparison(plan: StudentPlan, upload: Upload) -> Comparison:
    names = {key: _name(key, plan) for key in plan.wanted}
    difference = compare(
        kind=_("Students"),
        stored=plan.stored,
        wanted=plan.wanted,
        name=names.__getitem__,
        show=_shown,
        missing=[missing for _student, missing in plan.missing],
    )
    notes = (*plan.table.notes, *_returning(plan))
    return Comparison(
        differences=(difference,), notes=notes, confirm=tuple(_confirm(plan, difference, upload))
    )


def _name(key: str, plan: StudentPlan) -> str:
    return f"{plan.numbers[key]} {plan.wanted[key].full_name}"


def _shown(details: StudentDetails) -> Mapping[str, str]:
    admission = details.admission
    return {
        _("name"): details.full_name,
        _("email"): details.email,
        _("language"): details.language,
        _("programme"): admission.programme,
        _("year"): str(admission.year),
        _("credit limit"): format_credits(admission.credit_limit_quarters),
        _("level"): admission.level,
        _("standing"): admission.standing,
        _("campus"): admission.campus,
        _("groups"): ", ".join(admission.groups),
        _("adviser"): details.adviser,
        _("credits earned"): format_credits(admission.credits_earned_quarters),
        _("has left"): "yes" if admission.has_left else "",
    }


def _confirm(plan: StudentPlan, difference: Difference, upload: Upload) -> Iterator[Message]:
    count, enrolled = len(difference.missing), plan.enrolled
    if count * 100 > enrolled * MOST_MISSING_PERCENT:
        text = _("{count} of {enrolled} students are missing from the file: is it complete?")
        yield message(text, count=count, enrolled=enrolled)
    if count and upload.has("end_missing"):
        text = _("The studies of {count} students end: {sections} sections are dropped.")
        sections = sum(missing.taken for missing in difference.missing)
        yield message(text, count=count, sections=sections)


def _returning(plan: StudentPlan) -> Iterator[Message]:
    if count := len(plan.returning):
        text = _("{count} students who had left are in the file: they return.")
        yield message(text, count=count)


def _apply(plan: StudentPlan, on_progress: Progress) -> None:
    people_activate(plan.returning, is_active=True)
    changed = [key for key, details in plan.wanted.items() if plan.stored.get(key) != details]
    ids = {key: one.id for key, one in plan.people.items()}
    ids |= _save_people(plan, changed)
    rows = [_admission(key, plan.wanted[key], ids) for key in changed]
    for start in range(0, len(rows), CHUNK):
        students_admit(rows[start : start + CHUNK])
        on_progress(min(start + CHUNK, len(rows)), len(rows))


def _save_people(plan: StudentPlan, changed: Sequence[str]) -> dict[str, int]:
    """Create and change accounts; returns the ids of new ones."""
    people = {key: _person(plan.numbers[key], plan.wanted[key]) for key in changed}
    people_change(
        {
            plan.people[key].id: person
            for key, person in people.items()
            if key in plan.people and _differs(plan.people[key].person, person)
        }
    )
    made = people_create([one for key, one in people.items() if key not in plan.people])
    return {number.casefold(): user for number, user in made.items()}


def _differs(stored: Person, wanted: Person) -> bool:
    return replace(stored, number=wanted.number) != wanted


def _person(number: str, details: StudentDetails) -> Person:
    return Person(
        number=number,
        username=details.username,
        full_name=details.full_name,
        email=details.email,
        language=details.language,
    )


def _admission(key: str, details: StudentDetails, ids: Mapping[str, int]) -> Admission:
    adviser = ids.get(details.adviser.casefold()) if details.adviser else None
    return replace(details.admission, student=ids[key], adviser=adviser)

"""Staff from a file: accounts, departments and roles. Only a command loads it: whoever may import
files in the admin must not give roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import Group
from django.db import transaction

from project.accounts.models import User
from project.accounts.people import (
    Person,
    StoredPerson,
    load_people,
    people_change,
    people_create,
    usernames_taken,
)
from project.accounts.person_columns import (
    EMAIL,
    FAMILY_NAME,
    FULL_NAME,
    GIVEN_NAME,
    LANGUAGE,
    USERNAME,
    person_number,
    whole_name,
)
from project.bus import locks
from project.imports.columns import Column
from project.imports.defects import FileInvalid, message
from project.imports.differences import Missing, compare
from project.imports.formats import Comparison, FileFormat, Progress, Upload
from project.imports.tables import Row, Table, read_table
from project.imports.values import text

_LOCK = "accounts.staff_import"


def _(text: str) -> str:
    return text


NUMBER = Column(
    name="number",
    parse=person_number,
    meaning=_("The staff number; whoever has it is changed, anybody else is new."),
    aliases=("staff_number", "staff_id", "employee_number"),
    is_required=True,
)
DEPARTMENT = Column(name="department", parse=text, meaning=_("The department, in words."))
ROLES = Column(
    name="roles",
    parse=lambda cell: tuple(sorted({one.strip() for one in cell.split("|")} - {""})),
    meaning=_("Groups of the admin, separated by |; whoever has one may sign in there."),
)
COLUMNS = (
    *(NUMBER, FULL_NAME, GIVEN_NAME, FAMILY_NAME, EMAIL, USERNAME, LANGUAGE),
    *(DEPARTMENT, ROLES),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """A member of staff as the file has them."""

    person: Person
    department: str = ""
    roles: tuple[str, ...] = ()


Staff = dict[str, StaffMember]


def staff_compare(upload: Upload) -> Comparison:
    """What the file would change. Raises FileInvalid."""
    return _comparison(*_read(upload))


def staff_apply(upload: Upload, _is_confirmed: bool, on_progress: Progress) -> Comparison:
    """Bring the staff of the file to its state; others stay. Raises FileInvalid."""
    with transaction.atomic():
        locks.acquire_transaction_lock(_LOCK)
        table, people, stored, wanted = _read(upload)
        changed = {key: one for key, one in wanted.items() if stored.get(key) != one}
        ids = {key: one.id for key, one in people.items()} | _create(changed, people)
        people_change({ids[key]: one.person for key, one in changed.items() if key in people})
        for key, one in changed.items():
            _give_roles(ids[key], one)
        on_progress(len(changed), len(changed))
    return _comparison(table, people, stored, wanted)


def _create(changed: Staff, people: Mapping[str, StoredPerson]) -> dict[str, int]:
    new = [one.person for key, one in changed.items() if key not in people]
    return {number.casefold(): user for number, user in people_create(new).items()}


def _give_roles(user: int, member: StaffMember) -> None:
    person = User.objects.get(pk=user)
    person.department, person.is_staff = member.department, bool(member.roles)
    person.save(update_fields=["department", "is_staff"])
    person.groups.set(Group.objects.filter(name__in=member.roles))


def _read(upload: Upload) -> tuple[Table, Mapping[str, StoredPerson], Staff, Staff]:
    table, people = read_table(upload.file, COLUMNS), load_people()
    stored = _load_stored(people)
    wanted: Staff = {}
    rows: dict[str, Row] = {}
    for row in table.rows:
        number = row.read(NUMBER)
        if not number:
            continue
        key = number.casefold()
        if key in wanted:
            row.add_defect(NUMBER, message(_("This number stands in the file already.")))
        before = stored.get(key) or _of(people.get(key), number)
        wanted[key], rows[key] = _member(row, before), row
    _check(wanted, rows, people)
    if table.defects:
        raise FileInvalid(table.defects)
    return table, people, stored, wanted


def _of(known: StoredPerson | None, number: str) -> StaffMember:
    if known is not None:
        return StaffMember(person=known.person)
    return StaffMember(person=Person(number=number, username="", full_name="", email=""))


def _load_stored(people: Mapping[str, StoredPerson]) -> Staff:
    rows = User.objects.exclude(department="") | User.objects.filter(is_staff=True)
    known = {one.pk: one for one in rows.prefetch_related("groups")}
    return {
        key: StaffMember(
            person=one.person,
            department=known[one.id].department,
            roles=tuple(sorted(group.name for group in known[one.id].groups.all())),
        )
        for key, one in people.items()
        if one.id in known
    }


def _member(row: Row, before: StaffMember) -> StaffMember:
    username = before.person.username or row.read(USERNAME) or before.person.number
    person = replace(
        before.person,
        username=username,
        full_name=whole_name(row),
        email=row.read(EMAIL) or "",
        language=row.read(LANGUAGE) or before.person.language,
    )
    return StaffMember(
        person=person,
        department=row.text(DEPARTMENT) if row.has(DEPARTMENT) else before.department,
        roles=(row.read(ROLES) or ()) if row.has(ROLES) else before.roles,
    )


def _check(wanted: Staff, rows: Mapping[str, Row], people: Mapping[str, StoredPerson]) -> None:
    known = set(Group.objects.values_list("name", flat=True))
    new = {key: one.person.username for key, one in wanted.items() if key not in people}
    taken = usernames_taken(list(new.values()))
    for key, one in wanted.items():
        unknown = sorted(set(one.roles) - known)
        if unknown:
            values = {"roles": ", ".join(unknown), "known": ", ".join(sorted(known)) or "-"}
            reason = message(
                _("There is no role {roles}. Make it in the admin (Groups) or choose: {known}."),
                **values,
            )
            rows[key].add_defect(ROLES, reason)
        if new.get(key) in taken:
            reason = message(_("Somebody else has the user name {name}."), name=new[key])
            rows[key].add_defect(USERNAME, reason)


def _comparison(
    table: Table, people: Mapping[str, StoredPerson], stored: Staff, wanted: Staff
) -> Comparison:
    missing: Sequence[Missing] = [
        Missing(name=f"{one.person.number} {one.person.full_name}")
        for key, one in stored.items()
        if key not in wanted and people[key].is_active
    ]
    difference = compare(
        kind=_("Staff"),
        stored=stored,
        wanted=wanted,
        name=lambda key: f"{wanted[key].person.number} {wanted[key].person.full_name}",
        show=_shown,
        missing=missing,
    )
    return Comparison(differences=(difference,), notes=tuple(table.notes))


def _shown(member: StaffMember) -> Mapping[str, str]:
    return {
        _("name"): member.person.full_name,
        _("email"): member.person.email,
        _("language"): member.person.language,
        _("department"): member.department,
        _("roles"): ", ".join(member.roles),
    }


STAFF = FileFormat(
    name="staff", title=_("Staff"), columns=COLUMNS, compare=staff_compare, apply=staff_apply
)

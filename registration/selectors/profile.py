"""What a student may see of what the registry keeps of them."""

from dataclasses import dataclass
from datetime import datetime

from project.accounts.models import User
from project.bus.sql import fetch
from registration.rules.people import Categories, Kind
from registration.selectors.audience import OPENS_FOR, load_categories
from registration.selectors.blocks import StudentBlock, load_blocks
from registration.selectors.students import load_admissions

_WINDOWS = f"""
SELECT t.name, w.opens_at, w.closes_at
  FROM registration_student s
  JOIN registration_window w ON {OPENS_FOR}
  JOIN registration_term t ON t.id = w.term_id AND NOT t.is_draft
 WHERE s.id = %s AND w.closes_at > statement_timestamp()
 ORDER BY w.opens_at, w.id"""  # noqa: S608 -- a constant


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileWindow:
    """When the student may register for a term."""

    term: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the registry keeps of a student, categories by name. `adviser` is a name."""

    programme: str
    year: int
    level: str
    standing: str
    campus: str
    groups: tuple[str, ...]
    adviser: str
    credit_limit_quarters: int
    credits_earned_quarters: int
    blocks: tuple[StudentBlock, ...]
    windows: tuple[ProfileWindow, ...]


def load_profile(user: int) -> Profile | None:
    """The profile of this student; None for a user who is no student."""
    admission = load_admissions([user], with_transcripts=False)[user]
    if admission is None:
        return None
    names = load_categories()
    return Profile(
        programme=_name(names, Kind.PROGRAMME, admission.programme),
        year=admission.year,
        level=_name(names, Kind.LEVEL, admission.level),
        standing=_name(names, Kind.STANDING, admission.standing),
        campus=_name(names, Kind.CAMPUS, admission.campus),
        groups=tuple(_name(names, Kind.GROUP, group) for group in admission.groups),
        adviser=_adviser(admission.adviser),
        credit_limit_quarters=admission.credit_limit_quarters,
        credits_earned_quarters=admission.credits_earned_quarters,
        blocks=tuple(load_blocks(user)),
        windows=tuple(
            ProfileWindow(term=term, opens_at=opens, closes_at=closes)
            for term, opens, closes in fetch(_WINDOWS, [user])
        ),
    )


def _name(categories: Categories, kind: Kind, code: str) -> str:
    category = categories.get((kind, code))
    return category.name if category else code


def _adviser(user: int | None) -> str:
    if user is None:
        return ""
    return User.objects.values_list("full_name", flat=True).filter(pk=user).first() or ""

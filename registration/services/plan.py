"""The plan: sections a student intends to register for, kept until they are submitted."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from project.events.reasons import Reason
from project.events.vocabulary import Mode, OnFull
from project.web.errors.base import Refusal
from registration.models import Plan, Section
from registration.rules.eligibility import (
    RequestedSection,
    Violation,
    outside_credit_range,
)
from registration.rules.request import RegistrationRequest
from registration.selectors.my_registrations import is_student
from registration.selectors.plan import chosen_quarters, get_registration_of_key
from registration.selectors.sections import in_published_terms
from registration.services.submission import refusal_for, registration_submit


def plan_add(*, student: int, section: int) -> None:
    """Append the section to the plan unless it is there already. Raises Refusal if the plan is
    full, if the section does not exist, and for a user who is not a student."""
    _refuse_strangers(student)
    _refuse_unknown(section)
    with transaction.atomic():
        plan = _locked(student)
        if section in plan.sections:
            return
        if len(plan.sections) >= settings.MAX_SECTIONS:
            raise Refusal(Reason.PLAN_FULL, limit=settings.MAX_SECTIONS)
        _keep(plan, [*plan.sections, section])


def plan_remove(*, student: int, section: int) -> None:
    """Remove the section from the plan, if present. Raises Refusal for a user who is no student."""
    _refuse_strangers(student)
    with transaction.atomic():
        plan = _locked(student)
        if section in plan.sections:
            _keep(plan, [one for one in plan.sections if one != section])


def plan_swap(*, student: int, section: int, other: int) -> None:
    """Replace `section` by `other` in the plan, if present. Raises Refusal if `other` does not
    exist, and for a user who is not a student. The credits chosen stay where `other` allows them.
    """
    _refuse_strangers(student)
    _refuse_unknown(other)
    with transaction.atomic():
        plan = _locked(student)
        if section in plan.sections and other not in plan.sections:
            chosen = plan.chosen_credits.pop(str(section), None)
            if chosen is not None and not _outside_range(other, chosen):
                plan.chosen_credits[str(other)] = chosen
            _keep(plan, [other if one == section else one for one in plan.sections])


def plan_choose_credits(*, student: int, section: int, quarters: int) -> None:
    """Choose how many credits the section counts, if it is in the plan. Raises Refusal for credits
    outside its range, and for a user who is not a student."""
    _refuse_strangers(student)
    _refuse_unknown(section)
    outside = _outside_range(section, quarters)
    if outside:
        raise refusal_for([outside])
    with transaction.atomic():
        plan = _locked(student)
        if section in plan.sections:
            plan.chosen_credits[str(section)] = quarters
            _keep(plan, plan.sections)


def plan_submit(*, student: int, key: UUID, mode: Mode, on_full: OnFull) -> UUID:
    """Submit the plan and empty it. Returns the registration.

    The plan's own key is the idempotency key, so two clicks, two tabs or a repeated request make
    one registration. Raises the Refusal of the submission, or `plan_changed` if the plan with that
    key is gone and was never submitted.
    """
    plan = Plan.objects.filter(student_id=student, key=key).first()
    if plan is None or not plan.sections:
        return _asked_before(student, key)
    Plan.objects.filter(student_id=student, key=key).update(mode=mode, on_full=on_full)
    asking = RegistrationRequest(
        sections=tuple(plan.sections),
        chosen_credits=chosen_quarters(plan),
        mode=mode,
        on_full=on_full,
    )
    registration = _submitted(student, key, asking)
    emptied = {"sections": [], "chosen_credits": {}, "key": uuid4(), "changed_at": Now()}
    Plan.objects.filter(student_id=student, key=key).update(**emptied)
    return registration


def _submitted(student: int, key: UUID, asking: RegistrationRequest) -> UUID:
    try:
        return registration_submit(student=student, key=str(key), request=asking)
    except Refusal as no:
        if no.code != Reason.IDEMPOTENCY_KEY_REUSED:
            raise
    # The same plan was already accepted with another choice for full sections.
    return _asked_before(student, key)


def _asked_before(student: int, key: UUID) -> UUID:
    registration = get_registration_of_key(student=student, key=key)
    if registration is None:
        raise Refusal(Reason.PLAN_CHANGED)
    return registration


def _refuse_strangers(student: int) -> None:
    if not is_student(student):
        raise Refusal(Reason.NOT_A_STUDENT)


def _refuse_unknown(section: int) -> None:
    if not in_published_terms().filter(id=section).exists():
        raise Refusal(Reason.UNKNOWN_SECTION, names=section)


def _locked(student: int) -> Plan:
    Plan.objects.get_or_create(student_id=student)
    return Plan.objects.select_for_update().get(student_id=student)


def _keep(plan: Plan, sections: list[int]) -> None:
    kept = {str(section) for section in sections}
    plan.chosen_credits = {key: one for key, one in plan.chosen_credits.items() if key in kept}
    plan.sections, plan.key, plan.changed_at = sections, uuid4(), Now()
    plan.save(update_fields=["sections", "chosen_credits", "key", "changed_at"])


def _outside_range(section: int, quarters: int) -> Violation | None:
    row = Section.objects.get(id=section)
    chosen = RequestedSection(
        section=section,
        term=row.term_id,
        module=row.module_code,
        code=row.code,
        credit_quarters=quarters,
        credit_range=(row.credit_quarters, row.credit_quarters_max or row.credit_quarters),
    )
    details = outside_credit_range([chosen])
    return Violation(code=Reason.CREDIT_RANGE, details=details) if details else None

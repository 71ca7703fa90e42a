"""What `registration` does: decide under a lock, then append the event."""

from registration.rules.people import Admission
from registration.services.blocks import block_change, block_lift, block_put
from registration.services.calendar_tokens import calendar_token_revoke, calendar_token_rotate
from registration.services.categories import categories_set
from registration.services.decision import registrations_decide
from registration.services.drop import Drop, item_drop
from registration.services.expiry import items_expire
from registration.services.idempotency_keys import idempotency_keys_purge
from registration.services.leaving import left_students_drop, students_end
from registration.services.plan import (
    plan_add,
    plan_choose_credits,
    plan_remove,
    plan_submit,
    plan_swap,
)
from registration.services.section_moves import moves_tell
from registration.services.student_accounts import student_add
from registration.services.students import UnknownCategory, student_change, students_admit
from registration.services.submission import registration_submit
from registration.services.waitlist import waitlist_offers_evaluate
from registration.services.waitlist_notices import waitlists_watch
from registration.services.windows import Opening, window_change, window_close, windows_open

__all__ = [
    "Admission",
    "Drop",
    "Opening",
    "UnknownCategory",
    "block_change",
    "block_lift",
    "block_put",
    "calendar_token_revoke",
    "calendar_token_rotate",
    "categories_set",
    "idempotency_keys_purge",
    "item_drop",
    "items_expire",
    "left_students_drop",
    "moves_tell",
    "plan_add",
    "plan_choose_credits",
    "plan_remove",
    "plan_submit",
    "plan_swap",
    "registration_submit",
    "registrations_decide",
    "student_add",
    "student_change",
    "students_admit",
    "students_end",
    "waitlist_offers_evaluate",
    "waitlists_watch",
    "window_change",
    "window_close",
    "windows_open",
]

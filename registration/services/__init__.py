"""What `registration` does: decide under a lock, append the fact that says so."""

from registration.services.blocks import block_change, block_lift, block_put
from registration.services.considering import offers_consider
from registration.services.dropping import Drop, item_drop
from registration.services.expiring import items_expire
from registration.services.feeds import feed_end, feed_renew
from registration.services.keys import keys_forget
from registration.services.planning import plan_add, plan_remove, plan_submit, plan_swap
from registration.services.settling import registrations_settle
from registration.services.students import Admission, student_change, students_admit
from registration.services.submitting import registration_submit
from registration.services.waitlists import waitlists_watch
from registration.services.windows import Opening, window_change, window_close, windows_open

__all__ = [
    "Admission",
    "Drop",
    "Opening",
    "block_change",
    "block_lift",
    "block_put",
    "feed_end",
    "feed_renew",
    "item_drop",
    "items_expire",
    "keys_forget",
    "offers_consider",
    "plan_add",
    "plan_remove",
    "plan_submit",
    "plan_swap",
    "registration_submit",
    "registrations_settle",
    "student_change",
    "students_admit",
    "waitlists_watch",
    "window_change",
    "window_close",
    "windows_open",
]

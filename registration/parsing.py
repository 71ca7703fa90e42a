"""Parse a request body; a precise error for every malformed one."""

import json
import re
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.events.credits import MOST, QUARTERS
from project.events.reasons import Reason
from project.events.sentences import OR, join_list
from project.events.vocabulary import Mode, OnFull
from project.web.errors.base import Refusal
from registration.rules.request import RegistrationRequest

BODY_BYTES = 16_384
LARGEST_ID = 2**63 - 1
Word = TypeVar("Word", bound=StrEnum)
FIELDS = ("sections", "mode", "on_full")
ITEM_FIELDS = {"section", "credits"}
_KEY = re.compile(r"[!-~]{1,200}")
_KINDS: dict[type, str | Promise] = {
    bool: gettext_lazy("a boolean"),
    str: gettext_lazy("a string"),
    float: gettext_lazy("a fraction"),
    list: gettext_lazy("a list"),
    dict: gettext_lazy("an object"),
}


def parse_idempotency_key(header: str | None) -> str:
    """Parse the Idempotency-Key header. A missing or unusable one is refused with 400."""
    if header is None or not _KEY.fullmatch(header):
        raise Refusal(Reason.IDEMPOTENCY_KEY_MISSING)
    return header


def parse_request(body: bytes, *, at_most: int) -> RegistrationRequest:
    """Parse the request in `body`. Refuses any other shape, naming the field, and more than
    `at_most` sections."""
    data = _object(body)
    requested = _requested(data["sections"], at_most)
    request = RegistrationRequest(
        sections=tuple(requested),
        chosen_credits={one: chosen for one, chosen in requested.items() if chosen is not None},
        mode=_word(data, "mode", Mode),
        on_full=_word(data, "on_full", OnFull),
    )
    return request


def too_large() -> Refusal:
    """The refusal of a body that is not even read."""
    return _malformed("", _("The body has more than {most} bytes.").format(most=BODY_BYTES))


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > BODY_BYTES:
        raise too_large()
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise _malformed("", _("The body is not JSON in UTF-8.")) from None
    if not isinstance(data, dict):
        raise _malformed("", _("The body is not a JSON object."))
    for name in FIELDS:
        if name not in data:
            raise _malformed(name, _('The field "{name}" is missing.').format(name=name))
    if len(data) > len(FIELDS):
        strange = next(name for name in data if name not in FIELDS)
        raise _malformed("", _("There is no field {name}.").format(name=json.dumps(strange[:40])))
    return data


def _requested(value: object, at_most: int) -> dict[int, int | None]:
    """The quarters chosen by section, in the order requested; None where none were chosen."""
    if not isinstance(value, list):
        raise _malformed("sections", _('"sections" has to be a list of section ids.'))
    if not value:
        raise _malformed("sections", _('"sections" is empty.'))
    if len(value) > at_most:
        raise Refusal(Reason.TOO_MANY_SECTIONS, limit=at_most, count=len(value))
    requested = dict([_item(item, f"sections[{n}]") for n, item in enumerate(value)])
    if len(requested) < len(value):
        raise _malformed("sections", _('"sections" names a section twice.'))
    return requested


def _item(item: object, field: str) -> tuple[int, int | None]:
    """One section, by its id alone or with the credits chosen."""
    if not isinstance(item, dict):
        return _id(item, field), None
    if item.keys() != ITEM_FIELDS:
        fault = _('{field} has to have exactly the fields "section" and "credits".')
        raise _malformed(field, fault.format(field=field))
    section = _id(item["section"], f"{field}.section")
    return section, _quarters(item["credits"], f"{field}.credits")


def _id(value: object, field: str) -> int:
    if type(value) is not int:
        kind = _KINDS.get(type(value), "null")
        fault = _("{field} is {kind}, not a whole number.")
        raise _malformed(field, fault.format(field=field, kind=kind))
    if not 0 < value <= LARGEST_ID:
        raise _malformed(field, _("{field} is out of range for an id.").format(field=field))
    return value


def _quarters(value: object, field: str) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST:
        quarters = value * QUARTERS
        if quarters == int(quarters):
            return int(quarters)
    fault = _("{field} is not a number of credits in quarters, such as 3 or 3.5.")
    raise _malformed(field, fault.format(field=field))


def _word(data: dict[str, Any], name: str, words: type[Word]) -> Word:
    try:
        return words(data[name])
    except ValueError:
        choices = join_list((f'"{word}"' for word in words), OR, _)
        fault = _('"{name}" has to be {choices}.')
        raise _malformed(name, fault.format(name=name, choices=choices)) from None


def _malformed(field: str, fault: str) -> Refusal:
    return Refusal(Reason.MALFORMED, extra={"field": field} if field else {}, fault=fault)

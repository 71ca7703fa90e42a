"""The refusal: an expected error. Any other exception is a bug: logged, and stored as a dead
letter."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext

from project.events.reasons import REASONS, Reason, ReasonStage, explain
from project.events.sentences import format_times
from project.web.campus_time import format_time

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Refusal(Exception):
    """The rules say no. Never retried.

    Tests and programs match `code`; people read `detail`, a full sentence, and `fix`, what would
    change the answer: the texts of the reason, filled with `values`, in the language of now. `text`
    is a row with other texts for the same code. `extra` travels in the problem body.
    """

    def __init__(
        self,
        reason: Reason,
        *,
        text: Reason | None = None,
        extra: Mapping[str, Any] = _NOTHING,
        **values: object,
    ) -> None:
        shown = format_times(values, format_time)
        words = explain(text or reason, ReasonStage.REFUSAL, translate=gettext, **shown)
        super().__init__(words.sentence)
        self.code: str = reason
        self.detail, self.fix = words.sentence, words.fix
        self.status = REASONS[ReasonStage.REFUSAL][reason].status
        self.extra = extra

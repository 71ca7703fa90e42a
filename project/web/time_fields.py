"""Form fields for moments: shown and typed in campus time, which the field names."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils.functional import lazystr

from project.web.campus_time import DAY, NoSuchTime, at_campus, campus_zone, end_of_day


class MomentWidget(AdminSplitDateTime):
    """A day and a time. Seconds are shown only where there are any, so that none are lost."""

    def decompress(self, value: Any) -> Any:
        """The day and the time on the campus."""
        if not value:
            return None, None
        local = value.astimezone(campus_zone())
        return local.date(), f"{local:%H:%M:%S}".removesuffix(":00")


class DeadlineWidget(MomentWidget):
    """A day and a time; without a time it is the end of the day."""

    def decompress(self, value: Any) -> Any:
        """The day and the time on the campus."""
        day, shown = super().decompress(value)
        return (day - DAY, None) if shown == "00:00" else (day, shown)


class MomentField(forms.SplitDateTimeField):
    """A moment on the campus. A time that its clocks skip or repeat is refused."""

    widget: Any = MomentWidget
    hint = "Campus time ({zone})."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "widget": self.widget})
        # `compress` says which of the two is missing.
        self.require_all_fields = False
        self.words = self.help_text
        # Lazy: a form that is declared in a module is made before the settings are complete.
        self.help_text = lazystr(self)

    def __str__(self) -> str:
        return f"{self.words} {self.hint.format(zone=campus_zone())}".strip()

    def compress(self, data_list: Any) -> datetime | None:
        """The moment; None if the field is empty."""
        if not data_list:
            return None
        day, at = data_list
        if not day:
            raise forms.ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        try:
            return self.moment(day, at)
        except NoSuchTime as no:
            raise forms.ValidationError(str(no), code="no_such_time") from no

    def moment(self, day: date, at: time | None) -> datetime:
        """The moment at which the campus has this day and time."""
        if at is None:
            raise forms.ValidationError(self.error_messages["invalid_time"], code="invalid_time")
        return at_campus(datetime.combine(day, at))


class DeadlineField(MomentField):
    """Until when something is possible: to a time, or to the end of a day."""

    widget = DeadlineWidget
    hint = "Campus time ({zone}); without a time, the end of the day."

    def moment(self, day: date, at: time | None) -> datetime:
        """The moment that ends it."""
        return super().moment(day, at) if at else end_of_day(day)

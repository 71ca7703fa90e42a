"""Fri 25 Dec 2026, 11:20; the short form, for what is near, leaves out the year. No seconds."""

DATE_FORMAT = "D j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "D j M Y, H:i"
SHORT_DATE_FORMAT = "D j M"
SHORT_DATETIME_FORMAT = "D j M, H:i"
# The first is how a form shows a time.
TIME_INPUT_FORMATS = ("%H:%M", "%H:%M:%S")

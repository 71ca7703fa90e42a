# ruff: noqa: RUF001, RUF002  (Chinese has its own punctuation)
"""2026年12月25日（週五）11:20; the short form, for what is near, has no year. No seconds."""

DATE_FORMAT = "Y年n月j日（D）"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y年n月j日（D）H:i"
SHORT_DATE_FORMAT = "n月j日（D）"
SHORT_DATETIME_FORMAT = "n月j日（D）H:i"
TIME_INPUT_FORMATS = ("%H:%M", "%H:%M:%S")

"""What the rules read of a section, for submissions and for offers alike."""

# The fields of a `ScheduleEntry` by their names, of a section `c`. Credits are the student's own.
RULE_COLUMNS = {
    "section": "c.id",
    "module": "c.module_code",
    "intervals": "c.intervals",
}

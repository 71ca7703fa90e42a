"""Nobody changes what happened: not by grants, and not by accident of a superuser either."""

from django.db import migrations

FORBID = """
CREATE FUNCTION bus_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER facts_are_append_only BEFORE UPDATE OR DELETE ON bus_event
    FOR EACH ROW EXECUTE FUNCTION bus_refuse_change();
CREATE TRIGGER line_is_append_only BEFORE UPDATE OR DELETE ON bus_line
    FOR EACH ROW EXECUTE FUNCTION bus_refuse_change();
"""

ALLOW = """
DROP TRIGGER line_is_append_only ON bus_line;
DROP TRIGGER facts_are_append_only ON bus_event;
DROP FUNCTION bus_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("bus", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

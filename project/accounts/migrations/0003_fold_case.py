"""How names are compared: without case and Unicode form, the same on every server."""

from django.db import migrations

# ICU's rules, whatever the database's own are. Lower case keeps ß and final sigma, which capitals
# do not tell apart from ss and sigma.
FOLD_CASE = """
CREATE FUNCTION fold_case(said text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT normalize(replace(replace(
         lower(normalize(said, NFKC) COLLATE "und-x-icu"), chr(223), 'ss'), chr(962), chr(963)), NFKC) $$"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_letters"),
    ]

    operations = [
        migrations.RunSQL(FOLD_CASE, "DROP FUNCTION fold_case(text)"),
    ]

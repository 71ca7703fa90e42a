"""One meaning of a search: its words and the catalogue's are folded by the same functions."""

from django.db import migrations, models

# Accents and what nobody sees (soft hyphens, zero widths) go, and every run of spaces is one.
FOLD_SEARCH = r"""
CREATE FUNCTION fold_search(said text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT btrim(regexp_replace(regexp_replace(normalize(fold_case(said), NFKD),
  '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200b-\u200f\u2060\ufeff]',
  '', 'g'), '[\s\u1680\u2028\u2029]+', ' ', 'g')) $$"""

# For LIKE ALL: every word anywhere, in any order.
SEARCH_PATTERNS = r"""
CREATE FUNCTION search_patterns(said text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT coalesce(array_agg('%' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_')
                          || '%'), '{}')
  FROM string_to_table(fold_search(said), ' ') AS word WHERE word <> '' $$"""

MODULES = """
UPDATE registration_module
   SET search = replace(fold_search(code), ' ', '') || ' ' || fold_search(code || ' ' || title)"""
SECTIONS = "UPDATE registration_section SET search = fold_search(instructor)"


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0003_plan"),
        ("accounts", "0003_fold_case"),
    ]

    operations = [
        migrations.RunSQL(FOLD_SEARCH, "DROP FUNCTION fold_search(text)"),
        migrations.RunSQL(SEARCH_PATTERNS, "DROP FUNCTION search_patterns(text)"),
        migrations.AddField("module", "search", models.TextField(blank=True, db_default="")),
        migrations.AddField("section", "search", models.TextField(blank=True, db_default="")),
        migrations.RunSQL(f"{MODULES};{SECTIONS}", migrations.RunSQL.noop),
    ]

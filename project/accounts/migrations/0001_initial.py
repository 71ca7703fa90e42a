import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import project.accounts.models

# ICU's rules, whatever the database's own are. Lower case keeps ß and final sigma, which capitals
# do not tell apart from ss and sigma.
FOLD_CASE = """
CREATE FUNCTION fold_case(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT normalize(replace(replace(
         lower(normalize(value, NFKC) COLLATE "und-x-icu"), chr(223), 'ss'), chr(962), chr(963)), NFKC) $$"""


# Accents and what nobody sees (soft hyphens, zero widths) go, and every run of spaces is one.
FOLD_SEARCH = r"""
CREATE FUNCTION fold_search(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT btrim(regexp_replace(regexp_replace(normalize(fold_case(value), NFKD),
  '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200b-\u200f\u2060\ufeff]',
  '', 'g'), '[\s\u1680\u2028\u2029]+', ' ', 'g')) $$"""

# For LIKE ALL: every word anywhere, in any order.
SEARCH_PATTERNS = r"""
CREATE FUNCTION search_patterns(value text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT coalesce(array_agg('%' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_')
                          || '%'), '{}')
  FROM string_to_table(fold_search(value), ' ') AS word WHERE word <> '' $$"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(FOLD_CASE, "DROP FUNCTION fold_case(text)"),
        migrations.RunSQL(FOLD_SEARCH, "DROP FUNCTION fold_search(text)"),
        migrations.RunSQL(SEARCH_PATTERNS, "DROP FUNCTION search_patterns(text)"),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "This username is taken."},
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Student or staff number.",
                        max_length=32,
                    ),
                ),
                ("full_name", models.CharField(max_length=200)),
                ("preferred_name", models.CharField(blank=True, default="", max_length=200)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("registry_email", models.EmailField(blank=True, default="", max_length=254)),
                ("address", models.TextField(blank=True, default="")),
                ("department", models.CharField(blank=True, default="", max_length=200)),
                (
                    "wants_email",
                    models.BooleanField(
                        default=True, help_text="Outcomes by email as well as in the inbox."
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en", help_text="As in BCP 47: en, de-CH.", max_length=12
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(default=False, help_text="May sign in to the admin site."),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, help_text="Take this away instead of deleting."
                    ),
                ),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
                ("invited_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "password_mark",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "password", template="encode(sha256(%(expressions)s::bytea), 'hex')"
                        ),
                        output_field=models.CharField(max_length=64),
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "number",
                            "username",
                            "full_name",
                            "preferred_name",
                            "email",
                            arg_joiner=" || ' ' || ",
                            function="fold_search",
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "ordering": ("username",),
            },
        ),
        migrations.CreateModel(
            name="PreviousEmail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignInPause",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "paused_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "pause of sign-in",
                "verbose_name_plural": "pause of sign-in",
                "db_table": "accounts_sign_in_pause",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_pause_at_most")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(project.accounts.models.FoldCase("email"), name="people_by_email"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                project.accounts.models.FoldCase("username"),
                name="one_person_per_username",
                violation_error_message="This username is taken; capitals and spelling of accents do not count.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                project.accounts.models.FoldCase("number"),
                condition=models.Q(("number", ""), _negated=True),
                name="one_person_per_number",
                violation_error_message="Somebody else has this number.",
            ),
        ),
    ]

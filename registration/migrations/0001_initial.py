import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

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

    dependencies = []

    operations = [
        migrations.RunSQL(FOLD_SEARCH, "DROP FUNCTION fold_search(text)"),
        migrations.RunSQL(SEARCH_PATTERNS, "DROP FUNCTION search_patterns(text)"),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("student_id", models.BigIntegerField(db_index=True)),
                ("reason", models.TextField()),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Module",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.TextField(db_index=True)),
                ("title", models.TextField()),
                ("credit_quarters", models.IntegerField()),
                ("department", models.TextField(blank=True)),
                ("requires", models.JSONField(default=list)),
                ("requirement_note", models.TextField(blank=True)),
                ("search", models.TextField(blank=True, db_default="")),
            ],
            options={
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.TextField(db_index=True)),
                ("name", models.TextField()),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("add_until", models.DateTimeField(null=True)),
                ("drop_until", models.DateTimeField(null=True)),
                ("refund_until", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="CalendarToken",
            fields=[
                ("student_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("token", models.TextField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "registration_calendar_token",
                "constraints": [
                    models.UniqueConstraint(fields=("token",), name="one_student_per_calendar")
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "student_id",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("student_id", models.BigIntegerField()),
                ("key", models.TextField()),
                ("body_hash", models.BinaryField()),
                ("registration_id", models.UUIDField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "registration_idempotency_key",
                "indexes": [models.Index(fields=["created_at"], name="idempotency_keys_by_age")],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("student_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "sections",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("mode", models.TextField(default="any")),
                ("on_full", models.TextField(default="waitlist")),
                ("key", models.UUIDField(default=uuid.uuid4)),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ("all", "any"))),
                        name="plan_mode_is_all_or_any",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("on_full__in", ("waitlist", "refuse"))),
                        name="plan_on_full_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("student_id", models.BigIntegerField()),
                ("term_id", models.BigIntegerField()),
                ("mode", models.TextField()),
                ("on_full", models.TextField()),
                ("submitted_at", models.DateTimeField()),
                ("event_id", models.BigIntegerField()),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-submitted_at", "-id"),
                "indexes": [
                    models.Index(
                        fields=["student_id", "-submitted_at"], name="registrations_by_student"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event_id",), name="one_registration_per_submission"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ("all", "any"))), name="mode_is_all_or_any"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("on_full__in", ("waitlist", "refuse"))),
                        name="on_full_is_waitlist_or_refuse",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("module_code", models.TextField()),
                ("code", models.TextField()),
                ("seats", models.IntegerField(null=True)),
                ("credit_quarters", models.IntegerField()),
                ("is_open", models.BooleanField()),
                ("meetings", models.JSONField(default=list)),
                (
                    "intervals",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("instructor", models.TextField(blank=True)),
                ("search", models.TextField(blank=True, db_default="")),
                (
                    "module",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="registration.module",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="registration.term",
                    ),
                ),
            ],
            options={
                "ordering": ("module_code", "code", "id"),
            },
        ),
        migrations.CreateModel(
            name="Student",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        primary_key=True, serialize=False, verbose_name="user id"
                    ),
                ),
                ("programme", models.TextField()),
                ("year", models.IntegerField()),
                ("credit_limit_quarters", models.IntegerField()),
                (
                    "transcript",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("credit_limit_quarters__gte", 0)),
                        name="credit_limit_not_below_0",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("term_id", models.BigIntegerField()),
                ("programme", models.TextField(blank=True, default="")),
                ("year", models.IntegerField(blank=True, null=True)),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-opens_at", "id"),
                "indexes": [models.Index(fields=["term_id", "programme"], name="windows_by_term")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                        name="window_closes_after_opening",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "registration_id",
                        "section_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("ordinal", models.SmallIntegerField()),
                ("student_id", models.BigIntegerField()),
                ("module_code", models.TextField()),
                ("credit_quarters", models.IntegerField()),
                ("state", models.TextField()),
                ("code", models.TextField(blank=True, default="")),
                ("drop_requested", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
                (
                    "registration",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="items",
                        to="registration.registration",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="items",
                        to="registration.section",
                    ),
                ),
            ],
            options={
                "ordering": ("registration_id", "ordinal"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("pending", "offered"))),
                        fields=["changed_at"],
                        name="items_undecided",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waitlisted")),
                        fields=["section"],
                        name="items_on_a_waitlist",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "pending",
                                    "waitlisted",
                                    "offered",
                                    "confirmed",
                                    "refused",
                                    "dropped",
                                    "expired",
                                ),
                            )
                        ),
                        name="item_state_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("pending", "waitlisted", "offered", "confirmed"))
                        ),
                        fields=("student_id", "section_id"),
                        name="one_live_item_per_student",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="section",
            index=models.Index(fields=["module_code", "code", "id"], name="sections_by_code"),
        ),
    ]

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# Whether two weekly meetings are held on one day: each has its weekday (0 = Monday) and its first
# and last day; `teaching` is the term's, as in `registration_term`. A meeting that goes on over
# midnight may meet one of another weekday: `shift` days lie between their beginnings.
SHARE_A_DAY = r"""
CREATE FUNCTION share_a_day(one int, one_first int, one_last int,
                            other int, other_first int, other_last int, teaching int[])
  RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
SELECT EXISTS (
  SELECT FROM (SELECT one - other AS shift) s,
       LATERAL (SELECT greatest(one_first, other_first + shift, teaching[1]) AS first,
                       least(one_last, other_last + shift, teaching[2]) AS last) days,
       LATERAL generate_series(first + (one - (first + 3) % 7 + 7) % 7, last, 7) AS day
   WHERE NOT EXISTS (
     SELECT FROM generate_series(3, cardinality(teaching), 2) AS b
      WHERE day BETWEEN teaching[b] AND teaching[b + 1]
         OR day - shift BETWEEN teaching[b] AND teaching[b + 1])) $$"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),  # fold_search()
    ]

    operations = [
        migrations.RunSQL(SHARE_A_DAY, "DROP FUNCTION share_a_day"),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("student_id", models.BigIntegerField(db_index=True)),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="BlockReason",
            fields=[
                ("block_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                (
                    "office",
                    models.TextField(blank=True, default="", help_text="Whom to see about it."),
                ),
            ],
            options={
                "db_table": "registration_block_reason",
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("programme", "Programme"),
                            ("level", "Level"),
                            ("standing", "Standing"),
                            ("campus", "Campus"),
                            ("group", "Group"),
                        ]
                    ),
                ),
                ("code", models.TextField()),
                ("name", models.TextField()),
                (
                    "years",
                    models.IntegerField(
                        blank=True, help_text="How many years a programme has.", null=True
                    ),
                ),
                (
                    "is_retired",
                    models.BooleanField(
                        default=False,
                        help_text="Nobody can be put into it any more; those who are in it stay.",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ("kind", "code"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["programme", "level", "standing", "campus", "group"])
                        ),
                        name="category_kind_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StudentRecord",
            fields=[
                ("student_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("standing", models.TextField(blank=True, default="")),
                ("adviser_id", models.BigIntegerField(null=True)),
                ("credits_earned_quarters", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "registration_student_record",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "student_id",
                        "module_code",
                        "term",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("student_id", models.BigIntegerField()),
                ("module_code", models.TextField()),
                ("term", models.TextField(blank=True, default="")),
                ("grade", models.TextField(blank=True, default="")),
                ("status", models.TextField()),
            ],
            options={
                "ordering": ("student_id", "term", "module_code"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["completed", "in_progress", "not_passed"])
                        ),
                        name="attempt_status_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Module",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.TextField(db_index=True)),
                ("title", models.TextField()),
                ("credit_quarters", models.IntegerField()),
                ("credit_quarters_max", models.IntegerField(null=True)),
                ("department", models.TextField(blank=True)),
                ("requires", models.JSONField(default=list)),
                ("requirement_note", models.TextField(blank=True)),
                ("search", models.TextField(blank=True, db_default="")),
                ("version", models.IntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
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
                ("is_draft", models.BooleanField(default=False)),
                ("is_paused", models.BooleanField(default=False)),
                ("breaks", models.JSONField(default=list)),
                (
                    "teaching",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("version", models.IntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
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
                ("chosen_credits", models.JSONField(default=dict)),
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
                ("credit_quarters_max", models.IntegerField(null=True)),
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
                ("version", models.IntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
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
                ("level", models.TextField(blank=True, default="")),
                ("campus", models.TextField(blank=True, default="")),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("has_left", models.BooleanField(default=False)),
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
                ("level", models.TextField(blank=True, default="")),
                ("campus", models.TextField(blank=True, default="")),
                ("student_group", models.TextField(blank=True, default="")),
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

import django.db.models.deletion
from django.db import migrations, models

# Ids are drawn before an event is appended and are part of it, so they are no column defaults.
# A transaction of the seats' writer draws its fencing tokens as one block.
TABLES = ("modules_term", "modules_module", "modules_section", "modules_room")
FENCING_TOKENS = "CREATE SEQUENCE modules_fencing_token INCREMENT 100000"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(FENCING_TOKENS, "DROP SEQUENCE modules_fencing_token"),
        migrations.CreateModel(
            name="Module",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("title", models.TextField()),
                ("credit_quarters", models.IntegerField()),
                ("credit_quarters_max", models.IntegerField(blank=True, null=True)),
                ("department", models.TextField(blank=True)),
                ("requires", models.JSONField(blank=True, default=list)),
                ("requirement_note", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("credit_quarters__gte", 0)),
                        name="module_credits_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credit_quarters_max__lte", models.F("credit_quarters")), _negated=True
                        ),
                        name="module_most_credits_exceed_least",
                        violation_error_message="The most credits must be more than the least.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("name", models.TextField(unique=True)),
                ("capacity", models.IntegerField()),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 0)), name="room_capacity_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "add_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="Until when seats are given to the first on a waitlist. Empty: until the last registration window of the term closes, at the latest at its end.",
                        null=True,
                    ),
                ),
                (
                    "drop_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="Until when a student may drop a confirmed section. Empty: until the term's end.",
                        null=True,
                    ),
                ),
                (
                    "refund_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="Until when a drop pays the fee back. Empty: as long as one may drop.",
                        null=True,
                    ),
                ),
                ("is_draft", models.BooleanField(default=False)),
                ("is_paused", models.BooleanField(default=False)),
                ("breaks", models.JSONField(blank=True, default=list)),
                ("parts", models.JSONField(blank=True, default=list)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refund_until__gt", models.F("drop_until")), _negated=True
                        ),
                        name="term_refunds_no_longer_than_it_drops",
                        violation_error_message="The fee cannot come back for longer than one may drop.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends_on__isnull", True), ("starts_on__isnull", True)),
                            models.Q(
                                ("ends_on__gte", models.F("starts_on")),
                                ("ends_on__isnull", False),
                                ("starts_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="term_has_both_days_in_order_or_none",
                        violation_error_message="A term has a first day and a later last day, or neither.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("seats", models.IntegerField(blank=True, null=True)),
                ("is_open", models.BooleanField(default=True)),
                ("credit_quarters", models.IntegerField()),
                ("credit_quarters_max", models.IntegerField(blank=True, null=True)),
                ("meetings", models.JSONField(blank=True, default=list)),
                ("instructor", models.TextField(blank=True)),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("part", models.TextField(blank=True)),
                ("taken", models.IntegerField(default=0)),
                ("waiting", models.IntegerField(default=0)),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sections",
                        to="modules.module",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sections",
                        to="modules.term",
                    ),
                ),
            ],
            options={
                "ordering": ["term", "module", "code"],
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("registration_id", models.UUIDField()),
                ("student_id", models.BigIntegerField()),
                ("position", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("passed_over", "Passed Over"),
                            ("offered", "Offered"),
                            ("left", "Left"),
                        ]
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waitlist_entries",
                        to="modules.section",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "waitlist entries",
                "db_table": "modules_waitlist_entry",
                "ordering": ["section", "position"],
            },
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("term_id", models.BigIntegerField()),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["term_id"], name="windows_of_a_term")],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("fencing_token", models.BigIntegerField(primary_key=True, serialize=False)),
                ("registration_id", models.UUIDField()),
                ("student_id", models.BigIntegerField()),
                ("seat", models.IntegerField(null=True)),
                ("state", models.TextField(choices=[("live", "Live"), ("released", "Released")])),
                ("taken_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("flow_id", models.BigIntegerField()),
                (
                    "section",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="modules.section",
                    ),
                ),
            ],
            options={
                "ordering": ["-fencing_token"],
                "indexes": [
                    models.Index(fields=["registration_id", "section"], name="by_registration")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "live")),
                        fields=("section", "seat"),
                        name="one_live_allocation_per_seat",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "live")),
                        fields=("section", "student_id"),
                        name="one_live_allocation_per_student",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.UniqueConstraint(
                fields=("term", "module", "code"), name="one_section_per_term_module_and_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__gte", 0), ("waiting__gte", 0)),
                name="section_counts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_quarters__gte", 0)),
                name="section_credits_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit_quarters_max__lte", models.F("credit_quarters")), _negated=True
                ),
                name="section_most_credits_exceed_least",
                violation_error_message="The most credits must be more than the least.",
            ),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__lt", models.F("starts_on")), _negated=True),
                name="section_ends_after_it_starts",
                violation_error_message="A section cannot end before it starts.",
            ),
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["section", "position"],
                name="waitlist_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=models.Q(("state", "passed_over")),
                fields=["section", "position"],
                name="passed_over_by_section",
            ),
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=models.Q(("state", "passed_over")),
                fields=["student_id"],
                name="passed_over_by_student",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.UniqueConstraint(
                fields=("registration_id", "section"), name="one_waitlist_entry_per_registration"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "passed_over"))),
                fields=("section", "student_id"),
                name="one_waitlist_entry_per_student",
            ),
        ),
        # Whoever may add a row may draw its number.
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {table}_number OWNED BY {table}.id",
                f"DROP SEQUENCE {table}_number",
            )
            for table in TABLES
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField()),
                ("registration_id", models.UUIDField(db_index=True)),
                ("section_id", models.BigIntegerField()),
                ("account", models.CharField(max_length=40)),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "verbose_name_plural": "entries",
                "db_table": "payments_ledger_entry",
            },
        ),
        migrations.CreateModel(
            name="SectionName",
            fields=[
                ("section_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("module_code", models.TextField()),
                ("code", models.TextField()),
            ],
            options={
                "db_table": "payments_section_name",
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("student_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "limit",
                    models.BigIntegerField(
                        db_column="limit_", help_text="What the student may owe, in minor units."
                    ),
                ),
                (
                    "authorised",
                    models.BigIntegerField(help_text="On hold for seats that are not decided yet."),
                ),
                ("captured", models.BigIntegerField(help_text="Charged and not refunded.")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("authorised__gte", 0), ("captured__gte", 0)),
                        name="account_sums_not_negative",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("registration_id", models.UUIDField()),
                ("section_id", models.BigIntegerField()),
                ("student_id", models.BigIntegerField(db_index=True)),
                ("amount", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("authorised", "authorised"),
                            ("declined", "declined"),
                            ("captured", "captured"),
                            ("voided", "voided"),
                            ("refunded", "refunded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("registration_id", "section_id"), name="one_payment_per_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("authorised", "declined", "captured", "voided", "refunded"),
                            )
                        ),
                        name="payment_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("programme", models.CharField(max_length=100, primary_key=True, serialize=False)),
                (
                    "per_credit",
                    models.BigIntegerField(help_text="Fee for one credit, in minor units."),
                ),
                (
                    "limit",
                    models.BigIntegerField(
                        db_column="limit_", help_text="What a new account may owe, in minor units."
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("limit__gte", 0), ("per_credit__gte", 0)),
                        name="rate_not_negative",
                    )
                ],
            },
        ),
    ]

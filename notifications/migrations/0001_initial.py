from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SectionName",
            fields=[
                ("section_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("module_code", models.TextField()),
                ("code", models.TextField()),
            ],
            options={
                "db_table": "notifications_section_name",
            },
        ),
        migrations.CreateModel(
            name="Email",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("student_id", models.BigIntegerField(db_index=True)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("message_id", models.TextField(unique=True)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("error", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name_plural": "emails",
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True)),
                        fields=["due_at", "id"],
                        name="emails_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Inbox",
            fields=[
                ("event_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("registration_id", models.UUIDField(db_index=True)),
                ("student_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("items", models.JSONField()),
                ("announced_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "inbox",
                "indexes": [
                    models.Index(fields=["student_id", "-event_id"], name="inbox_of_student")
                ],
            },
        ),
    ]

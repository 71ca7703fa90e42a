import django.contrib.postgres.fields
from django.db import migrations, models

import project.bus.models

# Nobody changes what happened: not by grants, and not by accident of a superuser either.
FORBID = """
CREATE FUNCTION bus_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE ON bus_event
    FOR EACH ROW EXECUTE FUNCTION bus_refuse_change();
CREATE TRIGGER positions_are_append_only BEFORE UPDATE OR DELETE ON bus_position
    FOR EACH ROW EXECUTE FUNCTION bus_refuse_change();
"""
ALLOW = """
DROP TRIGGER positions_are_append_only ON bus_position;
DROP TRIGGER events_are_append_only ON bus_event;
DROP FUNCTION bus_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(default=0)),
                ("moved_at", models.DateTimeField(db_default=project.bus.models.DatabaseClock())),
            ],
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("event_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("request_id", models.TextField(db_default="")),
            ],
            options={
                "verbose_name_plural": "outbox",
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("batch_id", models.BigIntegerField(db_index=True)),
                ("type", models.TextField()),
            ],
            options={
                "verbose_name_plural": "positions",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("task", models.TextField()),
                ("flow_id", models.BigIntegerField()),
                ("attempts", models.IntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "flow_id"), name="one_attempt_per_task_and_flow"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("flow", models.TextField(blank=True)),
                ("size", models.IntegerField()),
                (
                    "steps",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("step", models.TextField(null=True)),
                (
                    "sequenced_at",
                    models.DateTimeField(db_default=project.bus.models.DatabaseClock()),
                ),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                (
                    "finished",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(null=True), default=list, size=None
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "batches",
                "indexes": [
                    models.Index(
                        condition=models.Q(("step__isnull", False)),
                        fields=["id"],
                        name="batches_under_way",
                    ),
                    models.Index(
                        condition=models.Q(("confirmed_at__isnull", True)),
                        fields=["id"],
                        name="batches_unconfirmed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadLetter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("task", models.TextField()),
                ("flow_id", models.BigIntegerField(null=True)),
                ("batch_id", models.BigIntegerField(null=True)),
                ("error", models.TextField()),
                ("traceback", models.TextField(blank=True)),
                ("payload", models.JSONField(null=True)),
                ("stored_at", models.DateTimeField(db_default=project.bus.models.DatabaseClock())),
                ("retry_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "bus_dead_letter",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("flow_id__isnull", False), ("resolved_at__isnull", True)
                        ),
                        fields=("task", "flow_id"),
                        name="one_open_dead_letter_per_task_and_flow",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("stream", models.TextField()),
                ("version", models.IntegerField()),
                ("type", models.TextField()),
                ("flow_id", models.BigIntegerField(null=True)),
                ("data", models.JSONField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=project.bus.models.DatabaseClock()),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("flow_id__isnull", False)),
                        fields=["flow_id"],
                        name="events_by_flow",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stream", "version"), name="one_event_per_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("period", models.BigIntegerField()),
            ],
            options={
                "db_table": "bus_job_run",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "period"), name="one_run_per_job_and_period"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]

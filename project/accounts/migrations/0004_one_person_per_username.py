from typing import Any

from django.db import migrations, models

import project.accounts.models

_ALIKE = """
SELECT string_agg(username, ', ' ORDER BY id) FROM accounts_user
 GROUP BY fold_case(username) HAVING count(*) > 1 ORDER BY 1"""


def refuse_alike(apps: Any, schema_editor: Any) -> None:
    """Name those who would be one person, before the constraint fails without a word for it."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_ALIKE)
        alike = [row[0] for row in cursor.fetchall()]
    if alike:
        raise SystemExit(
            "User names are compared without case and Unicode form from now on, and these are"
            f" alike: {'; '.join(alike)}. Rename all but one of each in /admin/, then migrate."
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_fold_case"),
    ]

    operations = [
        migrations.RunPython(refuse_alike, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                project.accounts.models.FoldCase("username"),
                name="one_person_per_username",
                violation_error_message=(
                    "This username is taken; capitals and spelling of accents do not count."
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(project.accounts.models.FoldCase("email"), name="people_by_email"),
        ),
    ]

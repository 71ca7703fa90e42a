import django.contrib.auth.validators
import django.db.models.deletion
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


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(FOLD_CASE, "DROP FUNCTION fold_case(text)"),
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
                ("full_name", models.CharField(max_length=200)),
                ("email", models.EmailField(blank=True, max_length=254)),
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
    ]

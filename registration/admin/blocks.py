"""Blocks on students. Saving calls a service, which appends the event."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from project.accounts.person_lists import PersonList
from project.web.form_versions import VersionedAdmin
from registration import services
from registration.models import Block, BlockReason
from registration.selectors import students
from registration.selectors.blocks import get_block


class BlockForm(forms.ModelForm[Block]):
    """A block on a student, found by user name, email address or id."""

    student_id = forms.CharField(
        label="Student", help_text="The student's user name, email address or user id."
    )
    reason = forms.CharField(help_text="The student reads it.")
    office = forms.CharField(
        label="Whom to see", required=False, help_text="The office that can lift it."
    )

    class Meta:
        model = Block
        fields = ("student_id",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        block = get_block(self.instance.id) if self.instance.id else None
        if block:
            self.initial["reason"], self.initial["office"] = block.reason, block.office

    def clean_student_id(self) -> int:
        """Return the student's id. A user who is not a student needs no block."""
        text = str(self.cleaned_data["student_id"]).strip()
        found = students.users_named(text)
        if not found:
            raise forms.ValidationError("Nobody has this user name, email address or user id.")
        if len(found) > 1:
            raise forms.ValidationError("Several people have this name: enter the user id.")
        (user,) = found
        if not user.is_student:
            raise forms.ValidationError(f"{user.name} is not a student. Admit them first.")
        return user.id


@admin.register(Block)
class BlockAdmin(PersonList, VersionedAdmin):
    """Blocks on students. Deleting one lifts it."""

    stream = "block"
    form = BlockForm
    fields = ("student_id", "reason", "office")
    list_display = ("person", "reason", "office")
    search_fields = ("reason",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return blocks with their reasons."""
        why = BlockReason.objects.filter(block_id=OuterRef("pk"))
        rows: QuerySet[Any] = super().get_queryset(request)
        explained: QuerySet[Any] = rows.annotate(
            reason=Subquery(why.values("reason")[:1]), office=Subquery(why.values("office")[:1])
        )
        return explained

    @admin.display(ordering="reason")
    def reason(self, block: Any) -> str:
        """Why."""
        return block.reason or ""

    @admin.display(description="whom to see", ordering="office")
    def office(self, block: Any) -> str:
        """The office that can lift it."""
        return block.office or ""

    def get_readonly_fields(
        self, request: HttpRequest, obj: Block | None = None
    ) -> tuple[str, ...]:
        """The student of a block cannot be changed."""
        return ("student_id",) if obj else ()

    def save_model(
        self, request: HttpRequest, obj: Block, form: forms.ModelForm[Block], change: bool
    ) -> None:
        """Place or reword it through the service."""
        words = {"reason": form.cleaned_data["reason"], "office": form.cleaned_data["office"]}
        if change:
            services.block_change(block=obj.id, **words)
        else:
            obj.id = services.block_put(student=obj.student_id, **words)

    def delete_model(self, request: HttpRequest, obj: Block) -> None:
        """Lift it through the service."""
        services.block_lift(block=obj.id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Block]) -> None:
        """Lift them through the service."""
        for block in queryset:
            services.block_lift(block=block.id)

"""Blocks on students. Saving calls a service, which appends the event."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from project.accounts.person_field import PersonField
from project.accounts.person_lists import PersonList
from project.web.form_versions import VersionedAdmin
from registration import services
from registration.models import Block, BlockReason
from registration.selectors.blocks import get_block
from registration.selectors.student_page import among_students, describe_students


class BlockForm(forms.ModelForm[Block]):
    """A block on a student, who is shown before it is saved."""

    student_id = PersonField(
        label="Student",
        help_text="Search by name, number, user name or email address.",
        among=among_students,
        describe=describe_students,
        nobody="No student is found by “{text}”.",
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


@admin.register(Block)
class BlockAdmin(PersonList, VersionedAdmin):
    """Blocks on students. Deleting one lifts it."""

    stream = "block"
    form = BlockForm
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
        return ("person", "student_id") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Block | None = None) -> tuple[str, ...]:
        """Whom it is on, why, and whom to see."""
        return ("person" if obj else "student_id", "reason", "office")

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

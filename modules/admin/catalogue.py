"""Terms, modules and sections: saved by services that append the event, never deleted."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, DateTimeField, F, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from modules.admin.forms import ModuleForm, SectionForm
from modules.admin.rollover import RollsOver
from modules.admin.section_preview import section_preview
from modules.admin.term_actions import TermActions
from modules.admin.term_form import TermForm
from modules.admin.term_picture import term_picture
from modules.models import Module, Section, Term
from modules.rules.terms import Days, Deadlines
from modules.services.catalogue import module_save, section_save, term_save
from project.admin import CreditsFilter, credits_column
from project.web.campus_time import campus_deadline
from project.web.errors.base import Refusal
from project.web.form_versions import VersionedAdmin
from project.web.previews import Preview, PreviewedAdmin
from project.web.time_fields import DeadlineField

UNTIL = ("add_until", "drop_until", "refund_until")


class EventSourcedAdmin(VersionedAdmin):
    """Edits rows through a service. A refusal is shown as an error, and nothing is saved."""

    fixed: tuple[str, ...] = ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: events are not deleted."""
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """Codes by which other apps know a row cannot be changed."""
        return (*self.readonly_fields, *(self.fixed if obj is not None else ()))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or save it."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refusal as no:
            self.message_user(request, f"{no.detail} {no.fix}".strip(), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


@admin.register(Term)
class TermAdmin(TermActions, RollsOver, EventSourcedAdmin):
    """Terms. A new one is a draft: only staff see it until it is published."""

    stream = "term"
    form = TermForm
    fields = (
        *("code", "name", "starts_on", "ends_on", "without_classes", "parts_of_term"),
        *(*UNTIL, "calendar", "next_term"),
    )
    readonly_fields = ("calendar", "next_term")
    formfield_overrides: ClassVar = {DateTimeField: {"form_class": DeadlineField}}
    list_display = (
        "code",
        "name",
        "starts_on",
        "ends_on",
        "adding_ends",
        "how_many_sections",
        "is_draft",
        "is_paused",
    )
    search_fields = ("code", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Term]:
        """Annotated with the number of sections."""
        return Term.objects.annotate(how_many=Count("sections"))

    @admin.display(description="add until", ordering="add_until", empty_value="-")
    def adding_ends(self, term: Term) -> str:
        """Until when seats are offered to waitlists."""
        return campus_deadline(term.add_until)

    @admin.display(description="sections", ordering="how_many")
    def how_many_sections(self, term: Any) -> int:
        """The number of sections of the term."""
        return int(term.how_many)

    @admin.display(description="calendar", empty_value="set dates to see the term as a picture")
    def calendar(self, term: Term) -> SafeString | None:
        """The term's dates, deadlines and windows on one axis."""
        return term_picture(term)

    @admin.display(description="next term", empty_value="-")
    def next_term(self, term: Term) -> SafeString | None:
        """The way to the page that makes the next term from this one."""
        if not term.pk:
            return None
        address = reverse("admin:modules_term_roll_over", args=[term.pk])
        return format_html('<a href="{}">Make the next term from this one</a>', address)

    def save_model(self, request: HttpRequest, obj: Term, form: Any, change: bool) -> None:
        """Save the term by its service."""
        obj.pk = term_save(
            code=obj.code,
            name=obj.name,
            term=obj.pk,
            days=Days(obj.starts_on, obj.ends_on),
            deadlines=Deadlines(**{name: getattr(obj, name) for name in UNTIL}),
            is_draft=not change,
            periods=form.periods(),
        )


@admin.register(Module)
class ModuleAdmin(EventSourcedAdmin):
    """Modules with what they require."""

    stream = "module"
    form = ModuleForm
    fields = (
        "code",
        "title",
        "credit_quarters",
        "credit_quarters_max",
        "department",
        "needs",
        "requirement_note",
    )
    fixed = ("code",)
    list_display = ("code", "title", credits_column, "department")
    list_filter = (CreditsFilter, "department")
    search_fields = ("code", "title")

    def save_model(self, request: HttpRequest, obj: Module, form: Any, change: bool) -> None:
        """Save the module by its service."""
        obj.pk = module_save(module=form.changed())


class FillFilter(admin.SimpleListFilter):
    """Filters sections by how full they are."""

    title = "seats"
    parameter_name = "seats"
    _ways: ClassVar[dict[str, dict[str, Any]]] = {
        "free": {"taken__lt": F("seats")},
        "full": {"taken__gte": F("seats"), "seats__gt": 0},
        "waitlist": {"waiting__gt": 0},
        "unlimited": {"seats": None},
        "closed": {"seats": 0},
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices offered."""
        return [(way, way) for way in self._ways]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Section]) -> QuerySet[Section]:
        """The sections of the selected choice."""
        return queryset.filter(**self._ways.get(self.value() or "", {}))


@admin.register(Section)
class SectionAdmin(PreviewedAdmin, EventSourcedAdmin):
    """Sections, with the numbers of taken seats and of waitlisted students."""

    stream = "section"
    form = SectionForm
    fields = (
        "term",
        "module",
        "code",
        "seats",
        "is_open",
        "credit_quarters",
        "credit_quarters_max",
        "times",
        "instructor",
        "part",
        "starts_on",
        "ends_on",
    )
    fixed = ("term", "module", "code")
    autocomplete_fields = ("module",)
    list_display = ("module", "code", "term", "seats", "taken", "waiting", "is_open", "instructor")
    list_filter = ("term", "is_open", FillFilter)
    list_select_related = ("module", "term")
    search_fields = ("module__code", "module__title", "instructor")
    show_full_result_count = False

    def preview(self, form: SectionForm) -> Preview | None:
        """Who would have a conflict, rooms and instructors taken twice, and who gets a seat."""
        return section_preview(form.instance, form.changed())

    def save_model(self, request: HttpRequest, obj: Section, form: Any, change: bool) -> None:
        """Save the section by its service; name meetings that are to be arranged."""
        obj.pk = section_save(section=form.changed())
        for text in form.cleaned_data["times"].to_arrange:
            warning = gettext(
                "“{meeting}” has no day or no time: it is to be arranged and not stored."
            )
            self.message_user(request, warning.format(meeting=text), messages.WARNING)

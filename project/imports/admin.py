"""Imports in the admin: upload, see defects or the difference, apply, download the result."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from project.admin import ReadOnlyAdmin
from project.imports.defects import Defect
from project.imports.formats import FileFormat, formats
from project.imports.forms import UploadForm
from project.imports.jobs import comparison_of, get_progress, job_apply, job_create, job_retry
from project.imports.models import ImportJob
from project.imports.result_rows import comparison_rows, defect_rows, shown_differences

_DEFECTS_SHOWN = 200
State = ImportJob.State


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    """The uploads of the last thirty days. Nobody edits one: the pages below do all."""

    list_display = ("number", "format_title", "file_name", "state", "who", "created_at")
    list_display_links = ("number",)
    list_filter = ("state", "format")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Those whom the registry lets import files."""
        return bool(request.user.has_perm("imports.add_importjob"))

    def get_urls(self) -> list[URLPattern]:
        """The pages of a job beside the list."""
        site = self.admin_site
        return [
            path("<int:job>/apply/", site.admin_view(self.apply), name="imports_apply"),
            path("<int:job>/result/", site.admin_view(self.result), name="imports_result"),
            *super().get_urls(),
        ]

    @admin.display(description=_("number"), ordering="id")
    def number(self, job: ImportJob) -> int:
        """The number of the job."""
        return job.pk

    @admin.display(description=_("format"), ordering="format")
    def format_title(self, job: ImportJob) -> str:
        """The title of its format."""
        return gettext(formats.by_name[job.format].title)

    @admin.display(description=_("who"))
    def who(self, job: Any) -> str:
        """The user name of whoever uploaded it."""
        return str(job.username or "")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportJob]:
        """With the user names."""
        names = get_user_model().objects.filter(pk=OuterRef("user_id")).values("username")
        return ImportJob.objects.annotate(username=Subquery(names))

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Choose a format, then upload."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = formats.by_name.get(request.GET.get("format", ""))
        if chosen is None:
            return self._page(request, "choose", formats=formats.by_name.values())
        form = UploadForm(chosen, request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            return self._uploaded(request, chosen, form)
        return self._page(request, "upload", form=form, format=chosen)

    def _uploaded(self, request: HttpRequest, format: FileFormat, form: UploadForm) -> HttpResponse:
        number = job_create(format=format, user=request.user.pk or 0, upload=form.upload())
        self.log_addition(request, ImportJob.objects.get(pk=number), "uploaded")
        return self._to(number)

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """How far it is, and what it would change or has changed."""
        job = self._job(request, object_id)
        comparison = comparison_of(job)
        defects = [Defect.from_data(one) for one in job.result.get("defects", ())]
        return self._page(
            request,
            "job",
            job=job,
            format=formats.by_name[job.format],
            is_under_way=job.state in (State.COMPARING, State.APPLYING),
            progress=get_progress(job=job.pk) if job.state == State.APPLYING else None,
            may_go_on=job.state in (State.COMPARED, State.FAILED)
            and self.has_add_permission(request),
            notes=[one.read(gettext) for one in comparison.notes] if comparison else [],
            confirm=[one.read(gettext) for one in comparison.confirm] if comparison else [],
            differences=shown_differences(comparison, gettext) if comparison else [],
            is_empty=comparison is not None and comparison.is_empty,
            defects=list(defect_rows(defects[:_DEFECTS_SHOWN], gettext)) if defects else [],
            how_many_defects=len(defects),
        )

    def apply(self, request: HttpRequest, job: int) -> HttpResponse:
        """Have the pool apply it, or compare again what failed."""
        found = self._job(request, job)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            is_confirmed = bool(request.POST.get("is_confirmed"))
            if job_apply(job=job, is_confirmed=is_confirmed) or job_retry(job=job):
                self.log_change(request, found, "applied")
            else:
                text = gettext("This import is under way or done already.")
                self.message_user(request, text, messages.WARNING)
        return self._to(job)

    def result(self, request: HttpRequest, job: int) -> HttpResponse:
        """The whole result as a CSV file."""
        found = self._job(request, job)
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="import-{job}.csv"'
        answer.write("\ufeff")
        csv.writer(answer).writerows(self._result_rows(found))
        return answer

    def _result_rows(self, job: ImportJob) -> Iterator[tuple[str, ...]]:
        comparison = comparison_of(job)
        if comparison is not None:
            yield from comparison_rows(comparison, gettext)
        defects = [Defect.from_data(one) for one in job.result.get("defects", ())]
        if defects:
            yield from defect_rows(defects, gettext)

    def _job(self, request: HttpRequest, number: int | str) -> ImportJob:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not str(number).isdecimal():
            raise Http404
        return get_object_or_404(ImportJob, pk=number)

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"imports/{name}.html", {**common, **context})

    def _to(self, job: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:imports_importjob_change", args=[job]))

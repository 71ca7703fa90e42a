"""Categories from a file: all of it in one transaction, or nothing."""

from collections.abc import Mapping

from django.db import transaction

from project.imports.defects import FileInvalid
from project.imports.differences import Missing, compare
from project.imports.formats import Comparison, FileFormat, Progress, Upload
from project.imports.tables import read_table
from registration.rules.category_file import COLUMNS, ByCode, parse_categories
from registration.rules.people import Category, category_id
from registration.selectors.audience import load_categories
from registration.services.categories import categories_set


def _(text: str) -> str:
    return text


def categories_compare(upload: Upload) -> Comparison:
    """What the file would change. Raises FileInvalid."""
    return _read(upload)[0]


def categories_apply(upload: Upload, _is_confirmed: bool, on_progress: Progress) -> Comparison:
    """Add and change the categories of the file; others stay. Raises FileInvalid."""
    with transaction.atomic():
        comparison, wanted = _read(upload)
        categories_set(list(wanted.values()))
        on_progress(len(wanted), len(wanted))
    return comparison


def _read(upload: Upload) -> tuple[Comparison, ByCode]:
    table, stored = read_table(upload.file, COLUMNS), dict(load_categories())
    wanted = parse_categories(table, stored)
    if table.defects:
        raise FileInvalid(table.defects)
    difference = compare(
        kind=_("Categories"),
        stored=stored,
        wanted=wanted,
        name=lambda key: category_id(*key),
        show=_shown,
        missing=[Missing(name=category_id(*key)) for key in stored if key not in wanted],
    )
    return Comparison(differences=(difference,), notes=tuple(table.notes)), wanted


def _shown(category: Category) -> Mapping[str, str]:
    return {
        _("name"): category.name,
        _("years"): str(category.years or ""),
        _("retired"): "yes" if category.is_retired else "",
    }


CATEGORIES = FileFormat(
    name="categories",
    title=_("Categories of students"),
    columns=COLUMNS,
    compare=categories_compare,
    apply=categories_apply,
)

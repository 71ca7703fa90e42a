"""The form of a file format, made from its options."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _

from project.imports.formats import FileFormat, Option, OptionKind, Upload
from project.imports.records import LARGEST_FILE, File


class BoundedFileField(forms.FileField):
    """A file of a size that is read."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, unless it is too large."""
        file = super().clean(data, initial)
        if file and file.size > LARGEST_FILE:
            text = _("The file has {size} MB; at most {limit} MB are read.")
            raise forms.ValidationError(text.format(size=file.size >> 20, limit=LARGEST_FILE >> 20))
        return file


class UploadForm(forms.Form):
    """A file with its options."""

    def __init__(self, format: FileFormat, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format = format
        self.fields["file"] = BoundedFileField(label=_("A CSV file or an .xlsx workbook."))
        for option in format.options:
            self.fields[option.name] = _field(option)

    def upload(self) -> Upload:
        """What was typed and chosen."""
        files = {name: _read(one) for name, one in self.cleaned_data.items() if _is_file(one)}
        return Upload(file=files.pop("file"), files=files, texts=_texts(self.cleaned_data))


def _field(option: Option) -> forms.Field:
    words: dict[str, Any] = {"label": _(option.meaning), "required": option.is_required}
    match option.kind:
        case OptionKind.FLAG:
            return forms.BooleanField(**words)
        case OptionKind.DAY:
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **words)
        case OptionKind.FILE:
            return BoundedFileField(**words)
        case OptionKind.CHOICE:
            return forms.ChoiceField(choices=[(one, one) for one in ("", *option.choices)], **words)
        case OptionKind.TEXT:
            return forms.CharField(
                max_length=option.longest, validators=[ProhibitNullCharactersValidator()], **words
            )


def _is_file(value: object) -> bool:
    return isinstance(value, UploadedFile)


def _read(file: Any) -> File:
    return File(name=file.name, data=file.read())


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    given = {name: value for name, value in data.items() if value and not _is_file(value)}
    return {name: "yes" if value is True else str(value) for name, value in given.items()}

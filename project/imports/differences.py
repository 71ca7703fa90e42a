"""What a file would change: new, changed with old and new values, missing from it, unchanged."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Key = TypeVar("Key")
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field with both values as people read them."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A record whose values change."""

    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A record that is here and not in the file; `taken` counts what hangs on it (seats, say)."""

    name: str
    taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Between what is here and a file, for one kind of record; `kind` is marked for translation."""

    kind: str
    new: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    missing: tuple[Missing, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the file changes nothing of this kind."""
        return not self.new and not self.changed

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": self.kind,
            "new": list(self.new),
            "changed": [
                {"name": one.name, "fields": [[f.field, f.old, f.new] for f in one.fields]}
                for one in self.changed
            ],
            "missing": [[one.name, one.taken] for one in self.missing],
            "unchanged": self.unchanged,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Difference":
        """From JSON."""
        return cls(
            kind=data["kind"],
            new=tuple(data["new"]),
            changed=tuple(
                Changed(
                    name=one["name"],
                    fields=tuple(FieldChange(field=f, old=o, new=n) for f, o, n in one["fields"]),
                )
                for one in data["changed"]
            ),
            missing=tuple(Missing(name=name, taken=taken) for name, taken in data["missing"]),
            unchanged=data["unchanged"],
        )


def compare(
    *,
    kind: str,
    stored: Mapping[Key, Record],
    wanted: Mapping[Key, Record],
    name: Callable[[Key], str],
    show: Callable[[Record], Mapping[str, str]],
    missing: Iterable[Missing] = (),
) -> Difference:
    """The difference of two sets of records by key. `show` gives the fields as people read them,
    and is called only for records that differ."""
    both = [key for key in wanted if key in stored]
    differing = [key for key in both if stored[key] != wanted[key]]
    return Difference(
        kind=kind,
        new=tuple(name(key) for key in wanted if key not in stored),
        changed=tuple(
            Changed(name=name(key), fields=_fields(show(stored[key]), show(wanted[key])))
            for key in differing
        ),
        missing=tuple(missing),
        unchanged=len(both) - len(differing),
    )


def _fields(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field=field, old=old[field], new=value)
        for field, value in new.items()
        if old[field] != value
    )

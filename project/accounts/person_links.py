"""What apps have about a person, as links on the person's page for staff."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLink:
    """A link to what an app has about a person: `address` makes it of the user's id."""

    label: str
    address: Callable[[int], str]


_links: list[PersonLink] = []


def register_person_link(*links: PersonLink) -> None:
    """Offer links on the page of each person."""
    _links.extend(links)


def links_of(user: int) -> list[tuple[str, str]]:
    """Label and address of every link for this person."""
    return [(link.label, link.address(user)) for link in _links]

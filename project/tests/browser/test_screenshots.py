"""`make screenshots`: pictures of key pages, for the README. Not a part of `make test`."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from project.ops.env import ROOT
from project.testing.browser.browser_contexts import DESKTOP, PHONE, Visitors
from project.testing.browser.page_catalogue import CONFIRMED, CONFLICTING, PLANNER, WAITER, Sights

pytestmark = pytest.mark.screenshots

FOLDER = ROOT / "docs" / "pictures"
COLOURS = 96
MOST_BYTES = 1_500_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as one student sees it."""

    file: str
    path: str
    who: int | None = None
    how: dict[str, Any] = field(default_factory=dict)


def pictures(sights: Sights) -> list[Picture]:
    module = f"/catalogue/{sights.university.modules['CS 310']}/"
    waiting, decided = (
        f"/registrations/{sights.registrations[who]}/" for who in (WAITER, CONFIRMED)
    )
    dark, phone, chinese = {"theme": "dark"}, {"device": PHONE}, {"language": "zh-hant"}
    return [
        Picture("sign-in", "/sign-in/"),
        Picture("catalogue", "/catalogue/", PLANNER),
        Picture("module", module, PLANNER),
        Picture("plan-refusals", "/plan/", CONFLICTING),
        Picture("plan", "/plan/", PLANNER),
        Picture("plan-chinese", "/plan/", PLANNER, chinese),
        Picture("follow-queue", waiting, WAITER),
        Picture("follow-confirmed-dark", decided, CONFIRMED, dark),
        Picture("registrations", "/registrations/", WAITER),
        Picture("timetable", "/timetable/", CONFIRMED),
        Picture("statement-dark", "/account/", CONFIRMED, dark),
        Picture("inbox", "/inbox/", WAITER),
        Picture("phone-catalogue-dark", "/catalogue/?q=CS+2", PLANNER, phone | dark),
        Picture("phone-follow", waiting, WAITER, phone),
        Picture("phone-plan-chinese", "/plan/", PLANNER, phone | chinese),
    ]


def small(picture: bytes) -> bytes:
    """The same with few colours: pages have few."""
    out = BytesIO()
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def test_make_pictures_of_key_pages(sights: Sights, visitors: Visitors) -> None:
    FOLDER.mkdir(exist_ok=True)
    for one in pictures(sights):
        who = None if one.who is None else sights.person(one.who)
        page = visitors.come(who, **({"device": DESKTOP} | one.how))
        page.goto(one.path, wait_until="networkidle")
        (FOLDER / f"{one.file}.png").write_bytes(small(page.screenshot()))
    assert sum(file.stat().st_size for file in FOLDER.glob("*.png")) < MOST_BYTES

"""The picture in the documents is the saga as it is."""

from registration.management.commands.draw_saga import PICTURE, drawn
from registration.saga import FLOWS


def test_the_committed_picture_is_current() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawn(FLOWS), "run `manage.py draw_saga`"


def test_a_step_taken_out_changes_the_picture() -> None:
    assert drawn(FLOWS[:-1]) != drawn(FLOWS)


def test_every_step_and_undo_is_in_the_picture() -> None:
    picture = drawn(FLOWS)
    for flow in FLOWS:
        assert f">{flow.name}<" in picture
        for step in flow.steps:
            assert f">{step.task}<" in picture
            assert step.undo is None or f">undo {step.undo}<" in picture

"""`manage.py draw_saga [FILE]`: draw the saga from the table in `registration/saga.py`."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from project.environment import ROOT
from project.messages.flow import Flow, Step
from registration.saga import FLOWS

PICTURE = ROOT / "docs" / "saga.svg"
MARGIN, FACT, BOX, GAP, HIGH, ROW = 16, 148, 156, 26, 58, 88

# Colours follow the reader's light or dark.
STYLE = """
    .fact { fill: #0b5c58; } .fact-text { fill: #fff; font-weight: 600; }
    .step { fill: none; stroke: #566072; stroke-width: 1.2; }
    text { font: 13px system-ui, sans-serif; fill: #1d2430; } .quiet { fill: #566072; font-size: 11px; }
    .arrow { stroke: #566072; stroke-width: 1.4; fill: none; } .head { fill: #566072; }
    @media (prefers-color-scheme: dark) {
      .fact { fill: #6fc7bf; } .fact-text { fill: #16191e; } .step, .arrow { stroke: #a7adb8; }
      text { fill: #e8e6e1; } .quiet { fill: #a7adb8; } .head { fill: #a7adb8; }
    }"""  # noqa: E501 -- one rule a line reads better


def drawn(flows: Sequence[Flow]) -> str:
    """The flows as SVG, one row each: the fact, then the steps with queue and undo."""
    longest = max(len(flow.steps) for flow in flows)
    width = 2 * MARGIN + FACT + longest * (GAP + BOX)
    height = 2 * MARGIN + len(flows) * ROW - (ROW - HIGH)
    rows = [line for n, flow in enumerate(flows) for line in _row(flow, MARGIN + n * ROW)]
    return "\n".join([*_head(width, height, flows), *rows, "</svg>", ""])


def _head(width: int, height: int, flows: Sequence[Flow]) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-labelledby="title story">'
    )
    yield '  <title id="title">The saga: what follows when a fact has happened</title>'
    yield f'  <desc id="story">{escape(" ".join(map(_aloud, flows)))}</desc>'
    yield f"  <style>{STYLE}\n  </style>"


def _aloud(flow: Flow) -> str:
    return f"{flow.name}: {', then '.join(step.task for step in flow.steps)}."


def _row(flow: Flow, y: int) -> Iterator[str]:
    middle = y + HIGH // 2
    x = MARGIN
    yield f'  <rect class="fact" x="{x}" y="{y}" width="{FACT}" height="{HIGH}" rx="29"/>'
    yield _text(x + FACT // 2, middle + 5, flow.name, "fact-text")
    x += FACT
    for step in flow.steps:
        yield _arrow(x, middle)
        x += GAP
        yield from _box(step, x, y)
        x += BOX


def _box(step: Step, x: int, y: int) -> Iterator[str]:
    center = x + BOX // 2
    yield f'  <rect class="step" x="{x}" y="{y}" width="{BOX}" height="{HIGH}" rx="6"/>'
    yield _text(center, y + 19, step.task)
    yield _text(center, y + 35, f"queue {step.queue}", "quiet")
    if step.undo:
        yield _text(center, y + 50, f"undo {step.undo}", "quiet")


def _arrow(x: int, y: int) -> str:
    tip = x + GAP - 2
    return (
        f'  <path class="arrow" d="M{x + 2} {y}H{tip - 6}"/>'
        f'<path class="head" d="M{tip - 7} {y - 4}L{tip} {y}L{tip - 7} {y + 4}Z"/>'
    )


def _text(x: int, y: int, words: str, look: str = "") -> str:
    named = f' class="{look}"' if look else ""
    return f'  <text{named} x="{x}" y="{y}" text-anchor="middle">{escape(words)}</text>'


class Command(BaseCommand):
    help = "Draw the saga from its table; writes docs/saga.svg."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=PICTURE)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        file.write_text(drawn(FLOWS), encoding="utf-8")
        self.stdout.write(f"{file.name} is drawn.")

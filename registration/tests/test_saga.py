"""The table of the saga: its compensations follow from its steps."""

from dataclasses import replace

import pytest

from project.bus.registry import Registry
from project.events.flow import Flow, Step
from registration.saga import FLOWS, FORWARD, LOCK, with_compensation

COMPENSATING = ("refused", "dropped", "expired")


def _tasks(flows: tuple[Flow, ...]) -> dict[str, list[str]]:
    return {flow.name: [step.task for step in flow.steps] for flow in flows}


def _without(step: Step) -> tuple[Flow, ...]:
    """The saga with a seat step that needs no compensation."""
    bare = replace(step, compensation=None)
    return with_compensation(
        replace(flow, steps=tuple(bare if one == step else one for one in flow.steps))
        for flow in FORWARD
    )


def test_each_compensation_is_a_step_of_every_compensating_flow() -> None:
    named = {s.compensation.task for flow in FORWARD for s in flow.steps if s.compensation}
    assert named
    for name in COMPENSATING:
        assert named < set(_tasks(FLOWS)[name])


def test_a_compensating_flow_releases_seats_then_voids_or_refunds_and_announces() -> None:
    expected = ["modules.release", "payments.void_or_refund", "notifications.announce"]
    assert [_tasks(FLOWS)[name] for name in COMPENSATING] == [expected] * 3


def test_a_seat_step_without_compensation_removes_release_from_compensating_flows() -> None:
    flows = _tasks(_without(LOCK))
    assert [flows[name] for name in COMPENSATING] == [
        ["payments.void_or_refund", "notifications.announce"]
    ] * 3
    assert flows["submitted"] == _tasks(FLOWS)["submitted"]


def test_a_flow_with_a_task_twice_is_refused() -> None:
    flow = FLOWS[0]
    with pytest.raises(ValueError, match="has a task twice"):
        Registry().register_flows([replace(flow, steps=(*flow.steps, flow.steps[0]))])

"""A small registration day with everything in it: a waitlist, refusals, a drop, an offer."""

from dataclasses import dataclass, field
from uuid import UUID

from project.testing.system.world import World

SEATS = 2
# The last insists on both sections at once, of which one has a waitlist already.
CHOICES = (("any", "waitlist"), ("any", "refuse"), ("all", "waitlist"), ("all", "refuse"))


@dataclass(slots=True, kw_only=True)
class Day:
    """Two seats in high demand, and room for all elsewhere. `accepted` has the accepted
    registrations."""

    world: World
    students: list[int]
    scarce: int = 0
    roomy: int = 0
    accepted: dict[UUID, int] = field(default_factory=dict)

    def begin(self) -> None:
        """Fill the scarce section and its waitlist, and wait until the system is idle."""
        self.scarce, self.roomy = self.world.section(seats=SEATS), self.world.section(seats=None)
        self.world.ready()
        for student in self.students[: SEATS + 2]:
            self._submit(student, self.scarce)
        self.world.system.drain()

    def ask(self) -> None:
        """Submit the others: for both sections, all or any of them, with and without waitlist."""
        for n, student in enumerate(self.students[SEATS + 2 :]):
            mode, on_full = CHOICES[n % len(CHOICES)]
            self._submit(student, self.roomy, self.scarce, mode=mode, on_full=on_full)

    def drop_first(self) -> None:
        """Drop a scarce seat: the first on the waitlist gets it, and is charged."""
        registration, student = next(iter(self.accepted.items()))
        assert self.world.drop(student, registration, self.scarce)

    def _submit(
        self, student: int, *sections: int, mode: str = "any", on_full: str = "waitlist"
    ) -> None:
        registration = self.world.submit(student, *sections, mode=mode, on_full=on_full)
        self.accepted[registration] = student

    def end(self) -> None:
        """When idle, everything that was accepted is decided; all scarce seats are taken, and
        whoever did not insist on one has a seat elsewhere."""
        self.world.system.drain(timeout=240)
        assert self.world.answered() == set(self.accepted)
        first, *others = self.accepted
        assert self.world.items(first) == {self.scarce: "dropped"}
        asked = len(self.students) - SEATS - 2
        insisted = asked // len(CHOICES)
        assert self.world.states(others)["confirmed"] == SEATS + asked - insisted

"""A small registration day with everything in it: a queue, refusals, a drop, an offer."""

from dataclasses import dataclass, field
from uuid import UUID

from project.tests.system.world import World

SEATS = 2
# The last insists on both sections at once, where there is a queue already.
WISHES = (("any", "waitlist"), ("any", "refuse"), ("all", "waitlist"), ("all", "refuse"))


@dataclass(slots=True, kw_only=True)
class Day:
    """Two seats that many want, and room for all elsewhere. `accepted` is what was promised."""

    world: World
    students: list[int]
    scarce: int = 0
    roomy: int = 0
    accepted: dict[UUID, int] = field(default_factory=dict)

    def begin(self) -> None:
        """The scarce section is full and has a queue, and everything is at rest."""
        self.scarce, self.roomy = self.world.section(seats=SEATS), self.world.section(seats=None)
        self.world.ready()
        for student in self.students[: SEATS + 2]:
            self._submit(student, self.scarce)
        self.world.system.drain()

    def ask(self) -> None:
        """The others come: for both sections, all or any of them, ready to queue or not."""
        for n, student in enumerate(self.students[SEATS + 2 :]):
            mode, on_full = WISHES[n % len(WISHES)]
            self._submit(student, self.roomy, self.scarce, mode=mode, on_full=on_full)

    def give_up(self) -> None:
        """Who has a scarce seat gives it back: the queue's first gets it, and is charged."""
        registration, student = next(iter(self.accepted.items()))
        assert self.world.drop(student, registration, self.scarce)

    def _submit(
        self, student: int, *sections: int, mode: str = "any", on_full: str = "waitlist"
    ) -> None:
        registration = self.world.submit(student, *sections, mode=mode, on_full=on_full)
        self.accepted[registration] = student

    def end(self) -> None:
        """At rest, everything that was accepted is there and answered; all scarce seats are taken,
        and whoever did not insist on one as well has a place elsewhere."""
        self.world.system.drain(timeout=240)
        assert self.world.answered() == set(self.accepted)
        first, *others = self.accepted
        assert self.world.items(first) == {self.scarce: "dropped"}
        asked = len(self.students) - SEATS - 2
        insisted = asked // len(WISHES)
        assert self.world.states(others)["confirmed"] == SEATS + asked - insisted

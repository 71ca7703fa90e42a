"""The demonstration's students against a small fake site."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from project.demo import REGISTRATIONS, Student, choose_sections, each

ANSWERS: dict[tuple[int, ...], tuple[int, dict[str, str]]] = {
    (1, 2, 3): (409, {"code": "time_conflict"}),
    (1, 2): (503, {}),
    (1,): (202, {"id": "r1"}),
}
SECTIONS = [{"id": n, "module": f"M{n % 40}", "seats": 0 if n < 10 else 5} for n in range(200)]


class Site(BaseHTTPRequestHandler):
    """Responds to a request by the sections it asks for, and lists sections."""

    def do_GET(self) -> None:
        self._answer(200, {"results": SECTIONS})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert (self.path, asked["on_full"]) == (REGISTRATIONS, "waitlist")
        assert self.headers["Authorization"] == "Bearer t"
        assert self.headers["Idempotency-Key"]
        self._answer(*ANSWERS.get(tuple(asked["sections"]), (400, {"code": "malformed"})))

    def _answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_refused_student_asks_for_one_section_less_and_keeps_the_refusals(site: str) -> None:
    student = Student(site=site, token="t", wanted=[1, 2, 3])
    student.register()
    assert (student.accepted, student.wanted) == ("r1", [1])
    assert student.refusals == ["time_conflict", "503"]


def test_who_is_refused_everything_stops(site: str) -> None:
    student = Student(site=site, token="t", wanted=[7, 8])
    student.register()
    assert (student.accepted, student.refusals) == ("", ["malformed", "malformed"])


def test_all_want_a_few_limited_sections_of_different_modules(site: str) -> None:
    students = [Student(site=site, token="t") for _ in range(100)]
    choose_sections(students, term="T", seed=1)
    module_of = {section["id"]: section["module"] for section in SECTIONS}
    for student in students:
        assert 1 <= len(student.wanted) <= 4
        assert len({module_of[section] for section in student.wanted}) == len(student.wanted)
    asked = {section for student in students for section in student.wanted}
    assert len(asked) <= 10
    assert min(asked) >= 10


def test_each_is_done_once_in_order_and_counted() -> None:
    students = [Student(site="", token=str(n)) for n in range(30)]
    ticks: list[int] = []
    found = each(students, lambda student: student.token, tick=lambda: ticks.append(1))
    assert found == [str(n) for n in range(30)]
    assert len(ticks) == 30

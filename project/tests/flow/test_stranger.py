"""A stranger from the registry's file: sets a password by the link, sees windows and blocks,
registers, is charged, drops. Every process is real."""

import json
import re
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from django.core.management import call_command

from project.accounts.models import User
from project.accounts.services import people_invite
from project.testing.in_process import paid
from project.testing.smtp_sink import Sink
from project.testing.system.client import Client
from project.testing.system.world import PER_CREDIT, PROGRAMME, World
from registration.services import block_lift, block_put

PASSWORD = "correct horse battery staple"
FILES = {
    "categories": f"kind,code,name,years\nprogramme,{PROGRAMME},Fine arts,3\n",
    "students": "number,full_name,email,programme,year,credit_limit\n"
    f"S-77,Grace Hopper,hopper@example.org,{PROGRAMME},2,20\n",
    "transcripts": "number,module,term,grade\nS-77,MATH 1,2025,A\n",
}


def load(folder: Path) -> None:
    for name, text in FILES.items():
        file = folder / f"{name}.csv"
        file.write_text(text)
        call_command(f"import_{name}", str(file), verbosity=0)


def send(browser: OpenerDirector, address: str, **fields: str) -> str:
    """The page at the address, or after its form was sent."""
    data = urlencode(fields).encode() if fields else None
    with browser.open(Request(address, data, {"Referer": address})) as answer:  # noqa: S310
        return str(answer.read().decode())


def set_password(site: str, mailbox: Sink) -> None:
    mails = [mail for mail in mailbox.emails if mail["To"] == "hopper@example.org"]
    body = bytes(mails[0].get_payload(decode=True))
    link = re.search(r"/password/reset/\w+/[\w-]+/", body.decode())
    assert link is not None
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with browser.open(f"{site}{link[0]}") as answer:
        address, page = answer.geturl(), answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    words = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "sign-in" in send(browser, address, csrfmiddlewaretoken=token[1], **words)


def sign_in(site: str) -> Client:
    body = json.dumps({"username": "s-77", "password": PASSWORD}).encode()
    headers = {"Content-Type": "application/json"}
    request = Request(f"{site}/api/v1/auth/token/", body, headers)  # noqa: S310
    with build_opener().open(request) as answer:
        return Client(address=site, token=json.loads(answer.read())["access"])


def test_a_stranger_from_the_file_registers(world: World, mailbox: Sink, tmp_path: Path) -> None:
    section = world.section(credits=5)
    load(tmp_path)
    student = User.objects.get(number="S-77").pk
    people_invite(people=[student], per_minute=60)
    block = block_put(student=student, reason="Return your books.", office="The library")
    world.system.drain()
    site = world.system.web()
    set_password(site, mailbox)
    client = sign_in(site)
    _, profile = client.ask("GET", "/api/v1/profile/")
    assert profile["studies"]["programme"] == "Fine arts"
    assert [one["term"] for one in profile["studies"]["windows"]] == ["Term 1"]
    assert profile["studies"]["blocks"] == [
        {"reason": "Return your books.", "office": "The library"}
    ]
    status, refusal = client.register(section, key="first")
    assert (status, refusal["code"]) == (409, "blocked")
    assert "Return your books. (The library)" in refusal["detail"]
    block_lift(block=block)
    status, accepted = client.register(section, key="second")
    assert status == 202
    world.system.drain()
    _, registration = client.ask("GET", accepted["url"])
    assert [item["state"] for item in registration["items"]] == ["confirmed"]
    assert paid(student) == 5 * PER_CREDIT
    assert client.ask("DELETE", f"{accepted['url']}items/{section}/")[0] == 200
    world.system.drain()
    assert paid(student) == 0

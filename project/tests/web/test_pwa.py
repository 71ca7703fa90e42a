"""The offline page and its service worker."""

import re

from django.test import Client

from project.accounts.models import User


def test_the_script_speaks_for_the_whole_site_and_is_always_fresh(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript"
    assert "no-store" in answer["Cache-Control"]
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "sw.js" in b"".join(client.get("/static/project/site.js")).decode()


def test_all_that_is_kept_is_there_and_the_same_for_everybody(client: Client, db: None) -> None:
    text = client.get("/sw.js").content.decode()
    kept = re.findall(r'"(/[^"]*)"', text.split("self.addEventListener")[0])
    assert kept == [
        "/offline/",
        "/static/project/tokens.css",
        "/static/project/site.css",
        "/static/project/icon.svg",
    ]
    assert [client.get(address).status_code for address in kept] == [200] * 4
    stranger = client.get("/offline/").content
    client.force_login(User.objects.create_user("ada", full_name="Ada Lovelace"))
    assert client.get("/offline/").content == stranger


def test_each_language_has_its_own_page_and_a_script_that_differs(client: Client) -> None:
    english, script = client.get("/offline/").content, client.get("/sw.js").content
    client.cookies["django_language"] = "zh-hant"
    assert 'lang="zh-hant"' in client.get("/offline/").content.decode()
    assert client.get("/sw.js").content != script
    assert b"You are offline" in english


def test_the_page_needs_no_file_that_is_not_kept(client: Client) -> None:
    text = client.get("/offline/").content.decode()
    files = set(re.findall(r'(?:src|href)="(/static/[^"]*)"', text))
    assert files <= set(re.findall(r'"(/static[^"]*)"', client.get("/sw.js").content.decode()))

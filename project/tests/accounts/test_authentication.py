"""Tokens: who gets one, who is refused, and how often one may try."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from project.accounts import backends
from project.accounts.authentication import Bearer, CheckedAuthentication, StatelessAuthentication
from project.accounts.models import User
from project.web.throttling import ReadThrottle, take_token

TOKEN, REFRESH = "/api/v1/auth/token/", "/api/v1/auth/refresh/"
NOWHERE = "redis://127.0.0.1:1/0"


class Checked(APIView):
    """Says who asks."""

    authentication_classes = (CheckedAuthentication,)
    throttle_classes = ()

    def get(self, request: Any) -> Any:
        return Response({"id": request.user.pk})


class Stateless(Checked):
    authentication_classes = (StatelessAuthentication,)


@pytest.fixture
def ada(db: None) -> Any:
    return User.objects.create_user("ada", "correct horse", full_name="Ada", email="a@x.org")


def ask(view: Any, token: object) -> Any:
    header: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    return view.as_view()(APIRequestFactory().get("/", **header))


def sign_in(username: str = "ada", password: str = "correct horse", **headers: Any) -> Any:  # noqa: S107  a test's own
    body = {"username": username, "password": password}
    return APIClient().post(TOKEN, body, headers=headers)


def sign_in_to_admin(password: str) -> str:
    body = {"username": "ada", "password": password, "next": "/admin/"}
    return Client().post("/admin/login/", body).content.decode()


def test_the_admin_counts_tries_too_and_then_even_the_right_password_waits(
    ada: User, settings: Any
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"login": (3, 3600.0)}
    for _ in range(3):
        assert "Too many tries" not in sign_in_to_admin("wrong")
    assert "Too many tries. Come back in 1" in sign_in_to_admin("correct horse")


def test_the_admin_lets_nobody_in_while_tries_cannot_be_counted(ada: User, settings: Any) -> None:
    settings.REDIS_URL = NOWHERE
    assert "Signing in is not possible at the moment" in sign_in_to_admin("correct horse")


@pytest.mark.parametrize("names", [["ada", " ada", "ADA\t", "ada\u2003"], [7, 7, " 7", "7"]])
def test_each_way_to_write_a_name_has_the_same_bucket(
    ada: User, settings: Any, names: list[object]
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"login": (3, 3600.0)}
    bodies = [{"username": name, "password": "wrong"} for name in names]
    answers = [APIClient().post(TOKEN, body, format="json").status_code for body in bodies]
    assert answers == [401, 401, 401, 429]


def test_few_sign_in_at_once_so_that_submissions_go_on(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("project.accounts.backends._slots", threading.BoundedSemaphore(1))
    with backends._slots:
        answer = sign_in()
        assert (answer.status_code, answer["Retry-After"]) == (503, "1")
        assert "Many are signing in" in sign_in_to_admin("correct horse")
    assert sign_in().status_code == 200


def test_name_and_password_give_two_tokens_that_nobody_may_keep(ada: User) -> None:
    answer = sign_in()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert AccessToken(answer.json()["access"])["user_id"] == str(ada.pk)
    assert APIClient().post(REFRESH, {"refresh": answer.json()["refresh"]}).status_code == 200


@pytest.mark.parametrize("path", [REFRESH, "/api/v1/auth/token/refresh/"])
def test_refreshing_is_found_under_both_addresses(path: str, ada: User) -> None:
    answer = APIClient().post(path, {"refresh": str(RefreshToken.for_user(ada))})
    assert answer.status_code == 200


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("nobody", "correct horse")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_response(
    name: str, password: str, ada: User
) -> None:
    answer = sign_in(name, password)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_disabled_user_gets_no_token_and_may_not_use_an_old_one(ada: User) -> None:
    old, refresh = AccessToken.for_user(ada), RefreshToken.for_user(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert sign_in().status_code == 401
    assert APIClient().post(REFRESH, {"refresh": str(refresh)}).status_code == 401
    assert ask(Checked, old).status_code == 401


def test_a_deleted_user_is_refused_not_an_error(ada: User) -> None:
    old, refresh = AccessToken.for_user(ada), RefreshToken.for_user(ada)
    ada.delete()
    assert APIClient().post(REFRESH, {"refresh": str(refresh)}).status_code == 401
    assert ask(Checked, old).status_code == 401


def test_a_token_alone_names_its_holder_without_a_query(
    ada: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert ask(Stateless, AccessToken.for_user(ada)).data == {"id": ada.pk}
    with django_assert_num_queries(1):
        assert ask(Checked, AccessToken.for_user(ada)).data == {"id": ada.pk}


def test_a_token_makes_nobody_staff() -> None:
    assert not Bearer(1).is_staff
    assert not Bearer(1).is_superuser


def bent(**claims: Any) -> Any:
    token = AccessToken()
    for name, value in claims.items():
        token[name] = value
    return str(token)


def expired() -> Any:
    token = AccessToken()
    token["user_id"] = "1"
    token.set_exp(lifetime=-timedelta(seconds=1))
    return str(token)


@pytest.mark.parametrize("view", [Checked, Stateless])
@pytest.mark.parametrize(
    "token",
    [
        *("", "a", "a.b.c", "two words", "\xff\xfe", "e30.e30.e30", "." * 5000),
        *(bent(), bent(user_id="abc"), bent(user_id="9" * 40), bent(user_id=["1"])),
        *(bent(user_id="-1"), bent(user_id=None), bent(user_id="²")),
        pytest.param(expired(), id="expired"),
    ],
)
@pytest.mark.django_db
def test_a_bad_token_is_401_whatever_is_in_it(view: Any, token: str) -> None:
    assert ask(view, token).status_code == 401


@pytest.mark.django_db
def test_another_try_after_the_last_is_429_with_the_time_to_wait(settings: Any, ada: User) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "login": (3, 60.0)}
    assert [sign_in(password="x").status_code for _ in range(4)] == [401, 401, 401, 429]
    refused = sign_in()
    assert refused.json()["code"] == "throttled"
    assert 1 <= int(refused["Retry-After"]) <= 20
    assert sign_in("ADA").status_code == 429
    assert sign_in("grace", "x").status_code == 401


def test_one_address_may_not_try_account_after_account(settings: Any, ada: User) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "login_address": (2, 60.0)}
    assert [sign_in(f"user{n}").status_code for n in range(3)] == [401, 401, 429]


def test_an_address_that_the_caller_claims_counts_for_nothing(settings: Any, ada: User) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "login_address": (1, 60.0)}
    answers = [sign_in(f"u{n}", **{"x-forwarded-for": f"10.0.0.{n}"}) for n in range(2)]
    assert [one.status_code for one in answers] == [401, 429]


def test_tokens_come_back_with_time(settings: Any) -> None:
    settings.THROTTLE_RATES = {"login": (1, 0.2)}
    assert take_token(scope="login", ident="ada") == 0
    assert 0 < take_token(scope="login", ident="ada") <= 200
    threading.Event().wait(0.25)
    assert take_token(scope="login", ident="ada") == 0


def test_no_two_requests_take_the_same_token(settings: Any) -> None:
    settings.THROTTLE_RATES = {"login": (20, 3600.0)}
    start = threading.Barrier(8)
    passed: list[bool] = []

    def hammer() -> None:
        start.wait()
        passed.extend(take_token(scope="login", ident="race") == 0 for _ in range(10))

    threads = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), sum(passed)) == (80, 20)


def test_without_redis_nobody_signs_in(settings: Any, ada: User) -> None:
    settings.REDIS_URL = NOWHERE
    answer = sign_in()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Retry-After"] == "2"


def test_without_redis_everybody_reads(settings: Any, rf: RequestFactory) -> None:
    settings.REDIS_URL = NOWHERE
    request: Any = rf.get("/")
    request.user = Bearer(7)
    assert ReadThrottle().allow_request(request, Checked())


def test_reading_has_its_limit_and_writing_none_here(settings: Any, rf: RequestFactory) -> None:
    settings.THROTTLE_RATES = {"read": (1, 60.0)}
    requests: Any = ((rf.get("/"), [True, False]), (rf.post("/"), [True, True]))
    for request, allowed in requests:
        request.user = Bearer(7)
        assert [ReadThrottle().allow_request(request, Checked()) for _ in range(2)] == allowed

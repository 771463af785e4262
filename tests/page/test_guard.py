"""Who is not the page gets nothing, and nothing is written for them."""

import json

import pytest

from restore.page import app
from restore.page.desk import safe_name
from restore.page.guard import POLICY


def test_the_page_loads_from_itself_alone(page):
    answer = page.ask("GET", "/")
    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "'unsafe" not in POLICY
    assert b"http" not in answer.content.replace(b'"http-equiv"', b"")


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Cookie": None}, 401),
        ("GET", {"Cookie": "restore=wrong"}, 401),
        ("GET", {"Host": "evil.example"}, 403),
        ("GET", {"Host": None}, 400),
        ("GET", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("GET", {"Sec-Fetch-Site": "same-site"}, 403),
        ("GET", {"Origin": "http://evil.example"}, 403),
        ("POST", {"Origin": "http://evil.example"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": None}, 403),
        ("POST", {"Cookie": None}, 401),
    ],
)
def test_others_are_refused(page, method, headers, status):
    before = sorted(page.desk.folder.iterdir())
    path = "/session" if method == "GET" else "/images?name=a.png"
    assert page.ask(method, path, b"x" * (method == "POST"), **headers).status == status
    assert sorted(page.desk.folder.iterdir()) == before


def test_the_token_is_taken_once_and_leaves_the_address(page):
    answer = page.ask("GET", f"/?token={page.address.token}", Cookie=None)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=strict" in answer.headers["Set-Cookie"]
    assert page.ask("GET", "/?token=wrong", Cookie=None).status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2fapp.py",
        "/static/../app.py",
        "/images/..%2f..%2fetc/result",
        "/images/x/result",
        "/runs/..%2fa",
        "/no",
    ],
)
def test_no_path_leads_elsewhere(page, path):
    assert page.ask("GET", path).status == 404


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\a.png", "a.png"),
        ("..", "image"),
        (".hidden.png", "hidden.png"),
        ("a\nb\0<x>.png", "a_b__x_.png"),
        ("", "image"),
        ("é" * 200 + ".png", "é" * 48 + ".png"),
        ("print 1.tif", "print 1.tif"),
    ],
)
def test_names_are_names_of_files_in_one_folder(name, safe):
    assert safe_name(name) == safe


def test_large_and_empty_uploads_leave_nothing(page, monkeypatch):
    before = sorted(page.desk.folder.iterdir())
    assert page.ask("POST", "/images?name=a.png", b"x", Content_Length=str(2**30)).status == 413
    monkeypatch.setattr(app, "MOST_BYTES", 10)
    chunked = b"b\r\n" + b"x" * 11 + b"\r\n0\r\n\r\n"
    assert (
        page.ask("POST", "/images?name=a.png", chunked, Content_Length=None, Transfer_Encoding="chunked").status == 413
    )
    assert page.ask("POST", "/images?name=a.png", b"").status == 400
    assert sorted(page.desk.folder.iterdir()) == before


def test_a_request_that_makes_no_sense_is_answered_in_words(page):
    answer = page.ask("POST", "/images?name=a.png&fill=red", b"x")
    assert (answer.status, json.loads(answer.content)["code"]) == (400, "unknown-value")

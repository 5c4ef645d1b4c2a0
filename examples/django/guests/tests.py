import json

from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext

from guests.models import Guest, Invitation, digest_of
from wedding.database_url import parse_database_url


class DatabaseUrlTest(SimpleTestCase):
    def test_percent_signs_are_decoded(self):
        entry = parse_database_url("postgres://al%40ice:p%3A%2F%40ss@[::1]:6432/my%20db?application_name=x")

        self.assertEqual(
            [entry[k] for k in ("USER", "PASSWORD", "HOST", "PORT", "NAME")],
            ["al@ice", "p:/@ss", "::1", "6432", "my db"],
        )
        self.assertEqual(entry["OPTIONS"], {"application_name": "x"})

    def test_separate_password_counts_only_where_the_url_has_none(self):
        self.assertEqual(parse_database_url("postgres://u@h/d", "s@cret")["PASSWORD"], "s@cret")
        self.assertEqual(parse_database_url("postgres://u:x@h/d", "s@cret")["PASSWORD"], "x")

    def test_bad_urls_are_refused_without_showing_the_password(self):
        for url in ("mysql://u:hush@h/d", "postgres://u:hush@h", "postgres://u:hush@h:abc/d"):
            with self.assertRaises(ValueError) as caught:
                parse_database_url(url)
            self.assertNotIn("hush", str(caught.exception))


class OpenInvitationTest(TestCase):
    def setUp(self):
        self.invitation = Invitation.objects.create(code="INV-0001", token_digest=digest_of("right"))
        Guest.objects.create(invitation=self.invitation, name="Ada")

    def post(self, body):
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.post("/api/public/auth/", text, content_type="application/json")

    def test_right_token_opens_the_invitation(self):
        answer = self.post({"code": "INV-0001", "token": "right"})

        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json(), {"code": "INV-0001", "guests": [{"name": "Ada", "attending": None}]})
        self.invitation.refresh_from_db()
        self.assertIsNotNone(self.invitation.opened_at)

    def test_everything_else_is_a_bad_request(self):
        for body in (
            {"code": "INV-0001", "token": "wrong"},
            {"code": "INV-0001", "token": "\ud800"},
            {"code": "INV-0002", "token": "right"},
            {"code": "INV\0", "token": "right"},
            {"code": "INV\ud800", "token": "right"},
            {"code": "INV-0001"},
            {"code": 1, "token": "right"},
            [],
            "not JSON",
        ):
            self.assertEqual(self.post(body).status_code, 400, body)
        self.invitation.refresh_from_db()
        self.assertIsNone(self.invitation.opened_at)

    def test_reading_is_not_allowed(self):
        self.assertEqual(self.client.get("/api/public/auth/").status_code, 405)


class PagesTest(TestCase):
    def test_guests_are_listed_with_escaped_names(self):
        invitation = Invitation.objects.create(code="INV-0001", token_digest=digest_of("right"))
        Guest.objects.create(invitation=invitation, name="<b>Ada</b>")

        with CaptureQueriesContext(connection) as queries:
            answer = self.client.get("/")

        self.assertContains(answer, "&lt;b&gt;Ada&lt;/b&gt;")
        self.assertEqual(queries[0]["sql"].split()[0], "SAVEPOINT")

    def test_health_answers(self):
        self.assertContains(self.client.get("/health/"), "ok")
        self.assertContains(self.client.get("/health/database/"), "ok")

"""The console's API as browsers, scripts and strangers use it: lars dev with a real store.

    console_test.py BUILD
"""

import contextlib
import http.client
import json
import pathlib
import re
import resource
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
LARS = BUILD / "bin" / "lars"
API = "/api/v1"
HANG = 120  # dns compares the whole table once a minute


class Dev:
    """`lars dev` on free ports."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="lars-console.")
        data = self._directory.name
        self.store = f"sqlite://{data}/lars.db"
        ports = [
            each
            for name in ("dns", "reporter", "console", "udp")
            for each in (f"--{name}-port", "0")
        ]
        self._process = subprocess.Popen(
            [LARS, "dev", "--data", data, "--log-level", "error", *ports],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.said = {}
        for line in self._process.stdout:
            word, _, rest = line.strip().partition(" ")
            self.said[word] = rest
            if word == "ready":
                break
        url, _, self.link = self.said["console"].partition("/#link=")
        self.port = int(url.rpartition(":")[2])

    def lars(self, *words, **options):
        command = [LARS, *words, "--store", self.store]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def get_host(self, module):
        command = [LARS, "get-host", module, "--agent", self.said["agent"], "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()
        self._directory.cleanup()


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.fields = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Browser:
    """Who is signed in, or not yet."""

    def __init__(self, port, address="127.0.0.1"):
        self._port = port
        self._from = (address, 0)
        self.cookie = None
        self.csrf = None

    def ask(self, method, path, body=None, **fields):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=HANG, source_address=self._from
        )
        head = {name.replace("_", "-"): value for name, value in fields.items()}
        if self.cookie is not None:
            head.setdefault("Cookie", self.cookie)
        if self.csrf is not None and method != "GET":
            head.setdefault("X-Lars-Csrf", self.csrf)
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        connection.request(method, path if path.startswith("/") else f"{API}/{path}", data, head)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def get(self, path, **fields):
        return self.ask("GET", path, **fields)

    def post(self, path, body, **fields):
        return self.ask("POST", path, body, **fields)

    def sign_in(self, path, body):
        answer = self.post(path, body)
        if answer.status == 200:
            self.cookie = answer.fields["Set-Cookie"].partition(";")[0]
            self.csrf = answer.json["csrf"]
        return answer


class ConsoleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dev = Dev()
        cls.admin = Browser(cls.dev.port)
        first = cls.admin.sign_in("session/link", {"secret": cls.dev.link})
        assert first.status == 200, first.body
        for name, roles in (("reader", ["read"]), ("editor", ["edit"])):
            made = cls.admin.post(
                "accounts", {"name": name, "password": "correct horse battery", "roles": roles}
            )
            assert made.status == 201, made.body

    @classmethod
    def tearDownClass(cls):
        cls.dev.close()

    def stranger(self):
        return Browser(self.dev.port)

    def signed_in(self, name):
        browser = self.stranger()
        body = {"account": name, "password": "correct horse battery"}
        self.assertEqual(browser.sign_in("session", body).status, 200)
        return browser

    def make_module(self, name, *hosts):
        endpoints = [{"host": host, "port": 80} for host in hosts]
        made = self.admin.post("modules", {"name": name, "endpoints": endpoints})
        self.assertEqual(made.status, 201, made.body)
        return made.json

    def endpoints(self, name):
        module = self.admin.get(f"modules/{name}").json
        rows = [
            {field: row[field] for field in ("host", "port", "weight", "zone", "tags")}
            for row in module["endpoints"]
        ]
        return rows, module["etag"]

    def eventually(self, happens):
        until = time.monotonic() + HANG
        while not happens():
            self.assertLess(time.monotonic(), until)
            time.sleep(0.02)

    # ---- Who comes in

    def test_nobody_reads_or_changes_anything_without_a_session(self):
        stranger = self.stranger()
        for path in ("overview", "modules/x", "alarms", "system", "history", "live", "accounts"):
            self.assertEqual(stranger.get(path).status, 401, path)
        for path in ("modules", "modules/x/edits", "alarms", "held/confirm", "accounts", "tokens"):
            self.assertEqual(stranger.post(path, {}).status, 401, path)

    def test_forged_and_ended_sessions_are_none(self):
        forged = self.stranger()
        for cookie in ("lars_session=x", "lars_session=", "lars_session=" + "A" * 43, "other=1"):
            self.assertEqual(forged.get("overview", Cookie=cookie).status, 401)
        browser = self.signed_in("reader")
        self.assertEqual(browser.get("overview").status, 200)
        self.assertEqual(browser.ask("DELETE", "session").status, 204)
        self.assertEqual(browser.get("overview").status, 401)

    def test_a_link_signs_in_once(self):
        self.assertEqual(self.stranger().sign_in("session/link", {"secret": self.dev.link}).status, 401)

    def test_a_wrong_password_is_refused_and_soon_held_back(self):
        guesser = Browser(self.dev.port, "127.0.0.2")
        guess = {"account": "nobody", "password": "x" * 20}
        statuses = [guesser.sign_in("session", guess).status for _ in range(8)]
        self.assertEqual(statuses[0], 401)
        self.assertEqual(statuses[-1], 429)
        # From this address whoever it is for, and this account from wherever.
        limited = guesser.sign_in("session", {"account": "reader", "password": "x" * 20})
        self.assertEqual(limited.status, 429)
        self.assertIn("Retry-After", limited.fields)
        self.assertEqual(Browser(self.dev.port, "127.0.0.3").sign_in("session", guess).status, 429)

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self):
        body = {"account": "reader", "password": "correct horse battery"}
        cookie = self.stranger().sign_in("session", body).fields["Set-Cookie"]
        for attribute in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(attribute, cookie)
        answer = self.admin.get("session")
        self.assertEqual(answer.json["roles"], ["read", "edit", "admin"])
        self.assertNotIn("Set-Cookie", answer.fields)

    def test_roles_hold(self):
        reader, editor = self.signed_in("reader"), self.signed_in("editor")
        self.assertEqual(reader.get("overview").status, 200)
        self.assertEqual(reader.post("modules", {"name": "no", "endpoints": []}).status, 403)
        self.assertEqual(editor.post("alarms", {}).status, 400)
        self.assertEqual(editor.get("accounts").status, 403)
        self.assertEqual(editor.post("held/confirm", {}).status, 403)

    def test_a_change_needs_the_sessions_csrf_token(self):
        editor = self.signed_in("editor")
        for token in ("", "x", editor.csrf + "x", self.admin.csrf):
            answer = editor.post("modules", {"name": "no", "endpoints": []}, X_Lars_Csrf=token)
            self.assertEqual(answer.status, 403, token)

    def test_a_program_has_a_token_that_can_be_withdrawn(self):
        made = self.admin.post(
            "tokens", {"label": "deploy", "roles": ["edit"], "expires_in": 3600}
        ).json
        program = self.stranger()
        bearer = {"Authorization": f"Bearer {made['secret']}"}
        self.assertTrue(made["secret"].startswith("lars_"))
        self.assertEqual(program.get("overview", **bearer).status, 200)
        self.assertEqual(program.post("alarms", {}, **bearer).status, 400)
        self.assertEqual(program.get("accounts", **bearer).status, 403)
        tokens = self.admin.get("tokens").json["tokens"]
        self.assertEqual([each["label"] for each in tokens if each["id"] == made["id"]], ["deploy"])
        self.assertNotIn(made["secret"], json.dumps(tokens))
        self.assertEqual(self.admin.ask("DELETE", f"tokens/{made['id']}").status, 204)
        self.eventually(lambda: program.get("overview", **bearer).status == 401)

    # ---- What comes in

    def test_bodies_and_heads_are_bounded(self):
        browser = self.stranger()
        self.assertEqual(browser.post("session", b"x" * 100_000).status, 413)
        self.assertEqual(browser.get("overview", X_Much="x" * 100_000).status, 431)
        self.assertEqual(self.admin.post("modules", b"[" * 100_000).status, 400)
        for wrong in (b"", b"null", b"[]", b'{"name": 5}', b'{"name": "x"', b"\xff\xfe"):
            answer = self.admin.post("modules", wrong)
            self.assertEqual(answer.status, 400, wrong)
            self.assertIn("error", answer.json)

    def test_a_wrong_field_is_named(self):
        for body, field in (
            ({"name": "Wrong Name", "endpoints": []}, "name"),
            ({"name": "x1", "endpoints": [{"host": "10.0.0.1"}]}, "endpoints[0].port"),
            ({"name": "x1", "endpoints": [{"host": "<b>", "port": 1}]}, "endpoints[0].host"),
            ({"name": "x1", "endpoints": [], "colour": 1}, "colour"),
            ({"name": "x' OR 1=1 --", "endpoints": []}, "name"),
        ):
            answer = self.admin.post("modules", body)
            self.assertEqual((answer.status, answer.json["field"]), (400, field), body)

    def test_there_is_nothing_beside_the_page(self):
        browser = self.stranger()
        page = browser.get("/")
        self.assertIn(b"<html", page.body)
        self.assertIn("default-src 'self'", page.fields["Content-Security-Policy"])
        self.assertNotIn("unsafe", page.fields["Content-Security-Policy"])
        for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/modules/payments"):
            self.assertEqual(browser.get(path).body, page.body, path)
        self.assertEqual(browser.get(f"{API}/nothing").status, 404)
        self.assertEqual(browser.ask("PUT", f"{API}/overview").status, 405)

    def test_what_people_write_comes_back_as_it_is(self):
        comment = "<script>alert(1)</script>'; DROP TABLE AlarmRule; -- \u4e2d"
        rule = {"kind": "error_rate", "threshold": 0.1, "comment": comment}
        made = self.admin.post("alarms", rule)
        self.assertEqual(made.status, 201, made.body)
        listed = self.admin.get("alarms")
        self.assertEqual(listed.fields["Content-Type"], "application/json")
        comments = [each["comment"] for each in listed.json["rules"]]
        self.assertIn(comment, comments)
        self.assertEqual(self.admin.ask("DELETE", f"alarms/{made.json['id']}").status, 204)

    # ---- What is done

    def test_a_new_module_is_served_by_the_agent(self):
        self.make_module("served", "10.0.0.7")
        self.eventually(lambda: (self.dev.get_host("served") or {}).get("host") == "10.0.0.7")
        self.assertEqual(
            self.admin.post("modules", {"name": "served", "endpoints": []}).status, 409
        )
        names = [each.get("name") for each in self.admin.get("overview").json["modules"]]
        self.assertIn("served", names)

    def test_an_edit_is_previewed_committed_and_taken_back(self):
        self.make_module("edited", "10.0.1.1", "10.0.1.2")
        rows, etag = self.endpoints("edited")
        rows[0]["weight"] = 50
        wanted = [rows[0], {"host": "10.0.1.3", "port": 81, "tags": ["version=2"]}]
        body = {"etag": etag, "endpoints": wanted, "dry_run": True}
        preview = self.admin.post("modules/edited/edits", body).json
        self.assertEqual([each["host"] for each in preview["added"]], ["10.0.1.3"])
        self.assertEqual([each["host"] for each in preview["removed"]], ["10.0.1.2"])
        self.assertEqual(preview["changed"][0]["after"]["weight"], 50)
        self.assertIsNone(preview["change_id"])
        self.assertEqual(self.endpoints("edited")[1], etag)

        done = self.admin.post("modules/edited/edits", {**body, "dry_run": False}).json
        after, new_etag = self.endpoints("edited")
        self.assertEqual(new_etag, done["etag"])
        self.assertEqual({each["host"] for each in after}, {"10.0.1.1", "10.0.1.3"})
        history = self.admin.get("modules/edited/history").json["changes"]
        self.assertEqual(history[0]["id"], done["change_id"])
        self.assertEqual(history[0]["actor"], "console:dev")
        self.assertEqual(len(history[0]["before"]["endpoints"]), 2)
        why = self.admin.get("modules/edited/why").json["events"]
        self.assertTrue(any(each.get("change") == done["change_id"] for each in why))

        self.assertEqual(self.admin.post(f"history/{done['change_id']}/undo", {}).status, 200)
        self.assertEqual(self.endpoints("edited")[1], etag)
        again = self.admin.post(f"history/{done['change_id']}/undo", {})
        self.assertEqual(again.status, 409)

    def test_two_who_edit_the_same_module_are_told(self):
        self.make_module("contended", "10.0.2.1")
        rows, etag = self.endpoints("contended")
        mine = {"etag": etag, "endpoints": [*rows, {"host": "10.0.2.2", "port": 80}]}
        theirs = {"etag": etag, "endpoints": [*rows, {"host": "10.0.2.3", "port": 80}]}
        self.assertEqual(self.admin.post("modules/contended/edits", theirs).status, 200)
        refused = self.admin.post("modules/contended/edits", mine)
        self.assertEqual(refused.status, 409)
        hosts = [each["host"] for each in refused.json["current"]["endpoints"]]
        self.assertEqual(hosts, ["10.0.2.1", "10.0.2.3"])
        self.assertEqual(refused.json["etag"], self.endpoints("contended")[1])

    def test_an_edit_elsewhere_is_a_conflict_too(self):
        self.make_module("elsewhere", "10.0.3.1")
        rows, etag = self.endpoints("elsewhere")
        self.dev.lars("route", "add", "elsewhere", "10.0.3.2:80")
        self.assertEqual(
            self.admin.post("modules/elsewhere/edits", {"etag": etag, "endpoints": rows}).status, 409
        )

    def test_a_drained_endpoint_gets_no_calls(self):
        self.make_module("drained", "10.0.4.1", "10.0.4.2")
        rows, etag = self.endpoints("drained")
        rows[0]["weight"] = 0
        self.assertEqual(
            self.admin.post("modules/drained/edits", {"etag": etag, "endpoints": rows}).status, 200
        )
        self.eventually(
            lambda: all(self.dev.get_host("drained")["host"] == "10.0.4.2" for _ in range(8))
        )

    def test_calls_are_seen_in_overview_module_and_series(self):
        self.make_module("called", "10.0.5.1")
        self.eventually(lambda: self.dev.get_host("called"))
        subprocess.run(
            [LARS, "simulate", "called", "--agent", self.dev.said["agent"], "--count", "200"],
            check=True,
            capture_output=True,
        )

        def seen():
            module = self.admin.get("modules/called").json
            return module["endpoints"][0].get("calls", 0) >= 200

        self.eventually(seen)
        series = self.admin.get("modules/called/series?last=600").json
        self.assertEqual(sum(series["total"]["calls"]), 200)
        self.assertEqual(series["endpoints"][0]["host"], "10.0.5.1")
        lines = self.admin.get("overview").json["modules"]
        line = next(each for each in lines if each.get("name") == "called")
        self.assertEqual(sum(line["spark"]), 200)

    def test_a_file_of_routes_is_previewed_and_taken_whole_or_not_at_all(self):
        lines = [f"10.1.{i // 250}.{i % 250 + 1},80,imported-{i % 20}" for i in range(10_000)]
        csv = "\n".join(["host,port,name", *lines]) + "\n"
        preview = self.admin.post("import", {"csv": csv, "dry_run": True}).json
        self.assertEqual((preview["rows"], preview["added"], preview["errors"]), (10_000, 10_000, []))
        self.assertEqual(self.admin.get("modules/imported-0").status, 404)

        broken = lines[:]
        for number in (10, 5_000, 9_999):
            broken[number] = "10.1.0.300,80,imported-1"
        wrong = self.admin.post("import", {"csv": "\n".join(["host,port,name", *broken])})
        self.assertEqual(wrong.status, 400)
        self.assertEqual([each["line"] for each in wrong.json["errors"]], [12, 5_002, 10_001])
        self.assertEqual(self.admin.get("modules/imported-0").status, 404)

        done = self.admin.post("import", {"csv": csv})
        self.assertEqual((done.status, done.json["added"]), (200, 10_000))
        self.assertEqual(len(self.endpoints("imported-0")[0]), 500)
        again = self.admin.post("import", {"csv": csv, "dry_run": True}).json
        self.assertEqual((again["added"], again["present"], again["changed"]), (0, 10_000, 0))

    def test_what_dns_holds_is_shown_and_let_go(self):
        self.make_module("kept", "10.0.7.1", "10.0.7.2")
        self.eventually(lambda: self.dev.get_host("kept"))
        self.assertEqual(self.admin.get("held").json["problem"], None)
        with contextlib.closing(sqlite3.connect(self.dev.store[len("sqlite://") :])) as database:
            module = self.admin.get("modules/kept").json
            ids = (module["modid"], module["cmdid"])
            triggers = [
                row[0]
                for row in database.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
            ]
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.fetchall():
                database.execute(f'DROP TRIGGER "{name}"')
            database.execute("DELETE FROM RouteData WHERE modid = ? AND cmdid = ?", ids)
            for trigger in triggers:
                database.execute(trigger)
            database.commit()

        def held():
            return [each.get("name") for each in self.admin.get("held").json["modules"]] == ["kept"]

        self.eventually(held)
        self.assertIsNotNone(self.dev.get_host("kept"))
        self.assertEqual(self.admin.post("held/confirm", {}).status, 200)
        self.eventually(lambda: self.dev.get_host("kept") is None)
        self.assertEqual(self.admin.get("held").json["modules"], [])

    def test_the_system_says_who_is_there(self):
        system = self.admin.get("system").json
        self.assertEqual(system["store"]["kind"], "sqlite")
        self.assertEqual(system["store"]["schema"], system["store"]["current"])
        self.assertEqual([each["alive"] for each in system["dns"]], [True])

    def test_open_pages_are_told_of_changes(self):
        events = []

        def follow():
            connection = http.client.HTTPConnection("127.0.0.1", self.dev.port, timeout=HANG)
            connection.request("GET", f"{API}/live", headers={"Cookie": self.admin.cookie})
            response = connection.getresponse()
            while len(events) < 50:
                line = response.readline().decode().strip()
                if not line and response.isclosed():
                    break
                if line.startswith("event: "):
                    events.append(line[7:])

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        self.eventually(lambda: "version" in events)
        before = events.count("version")
        self.dev.lars("route", "add", "told", "10.0.6.1:80")
        self.eventually(lambda: events.count("version") > before)
        self.eventually(lambda: "calls" in events)

    def test_many_silent_clients_leave_others_served(self):
        """More than the console has connections, or descriptors."""
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
        silent = []
        for _ in range(min(3_000, before[1] - 100)):
            silent.append(socket.create_connection(("127.0.0.1", self.dev.port)))
        self.assertEqual(self.admin.get("overview").status, 200)
        for each in silent:
            each.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    # ---- What is written down

    def test_the_api_is_as_it_is_described(self):
        described = json.loads((ROOT / "services" / "console" / "openapi.json").read_text())
        operations = {
            (method.upper(), path)
            for path, methods in described["paths"].items()
            for method in methods
            if method in ("get", "post", "put", "delete", "patch")
        }
        self.assertTrue(operations)
        served = set()
        for source in (ROOT / "services" / "console").glob("*.cpp"):
            text = source.read_text()
            served |= set(re.findall(r'\(\s*"(GET|POST|PUT|DELETE)",\s*"(/[^"]+)"', text))
            reads = re.findall(r'(?:pages\.get\(|router\.add\(\{)\s*"(/(?!api/")[^"]+)"', text)
            served |= {("GET", path) for path in reads}
        whole = {(method, path if path.startswith(API) else API + path) for method, path in served}
        said = {(method, path if path.startswith(API) else API + path) for method, path in operations}
        self.assertEqual(whole - said, set(), "served, and not described")
        for method, path in sorted(operations):
            real = path.replace("{", "").replace("}", "")
            answer = self.stranger().ask(method, real if real.startswith(API) else API + real)
            self.assertNotIn(answer.status, (404, 405), f"{method} {path} isn't there")


if __name__ == "__main__":
    unittest.main()

"""What a test suite in another language can do with the local portal: start it, fill it, make it fail, read what it was asked."""

import json
import os
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

from local_portal import Handler, LocalPortal, Refused

CONNECTOR = {"connectorId": "acme_chat", "name": "Acme Chat"}


class ControlAddress(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.portal = LocalPortal()
        cls.addClassCleanup(cls.portal.close)

    def setUp(self):
        self.portal.control("POST", "reset")

    def seed(self, **content):
        return self.portal.control("POST", "seed", content)

    def state(self):
        return self.portal.control("GET", "state")

    def result(self, method, **parameters):
        status, body = self.portal.rest(method, **parameters)
        self.assertEqual(status, 200, body)
        return body["result"]

    def test_what_is_seeded_is_what_the_portal_contains(self):
        self.seed(
            connectors=[CONNECTOR],
            lines=[{"lineName": "Support"}, {"lineName": "Sales"}],
            activations=[{"connectorId": "acme_chat", "lineId": 2}],
            eventHandlers=[{"event": "ONIMCONNECTORMESSAGEADD", "handler": "https://acme.example/events"}],
        )
        self.assertEqual(self.result("imconnector.list")["acme_chat"], "Acme Chat")
        self.assertEqual([one["LINE_NAME"] for one in self.result("imopenlines.config.list.get")], ["Support", "Sales"])
        self.assertEqual(self.result("imconnector.status", CONNECTOR="acme_chat", LINE=2)["STATUS"], True)
        self.assertEqual(self.result("event.get")[0]["handler"], "https://acme.example/events")

    def test_state_reset_and_seed_give_the_same_state(self):
        self.seed(connectors=[CONNECTOR], lines=[{"lineName": "Support"}])
        before = self.state()
        self.portal.control("POST", "reset")
        self.assertEqual((self.state()["connectors"], self.state()["lines"]), ([], []))
        self.seed(**before)
        self.assertEqual(self.state(), before)

    def test_a_refused_seed_changes_nothing_and_says_what_is_wrong(self):
        self.seed(connectors=[CONNECTOR])
        before = self.state()
        for content in (
            {"connectors": [{"connectorId": "a.b", "name": "A"}]},
            {"nothing": []},
            {"lines": [{"lineName": 7}]},
            {"bots": [{"code": 7}]},
            {"activations": "all"},
        ):
            with self.subTest(content=content), self.assertRaises(Refused) as caught:
                self.seed(**content)
            self.assertEqual(caught.exception.status, 400)
            self.assertIn(next(iter(content)), caught.exception.sentence)
            self.assertEqual(self.state(), before)

    def test_faults_strike_as_often_as_they_shall(self):
        self.portal.control(
            "POST", "faults", {"method": "imconnector.list", "code": "QUERY_LIMIT_EXCEEDED", "httpStatus": 503, "times": 2}
        )
        answers = [self.portal.rest("imconnector.list") for _ in range(3)]
        self.assertEqual([status for status, _ in answers], [503, 503, 200])
        self.assertEqual(answers[0][1]["error"], "QUERY_LIMIT_EXCEEDED")
        self.assertEqual(self.portal.control("GET", "faults")["faults"], [])

    def test_faults_can_be_looked_at_and_taken_back(self):
        first = self.portal.control("POST", "faults", {"method": "profile", "html": True})["id"]
        self.portal.control("POST", "faults", {"code": "ACCESS_DENIED"})
        self.assertEqual(len(self.portal.control("GET", "faults")["faults"]), 2)
        self.portal.control("DELETE", f"faults/{first}")
        with self.assertRaises(Refused) as caught:
            self.portal.control("DELETE", f"faults/{first}")
        self.assertEqual(caught.exception.status, 404)
        self.portal.control("DELETE", "faults")
        self.assertEqual(self.portal.rest("profile")[0], 200)

    def test_a_connection_breaks_after_the_work_was_done(self):
        self.portal.control("POST", "faults", {"method": "imopenlines.config.add", "reset": "after", "times": 1})
        with self.assertRaises(OSError):
            self.portal.rest("imopenlines.config.add", PARAMS={"LINE_NAME": "Support"})
        self.assertEqual([one["lineName"] for one in self.state()["lines"]], ["Support"])

    def test_the_journal_takes_batches_apart_and_shows_no_secret(self):
        start = self.portal.control("GET", "requests?since=0")["next"]
        self.portal.rest("batch", cmd={"a": "profile", "b": "imopenlines.config.get"})
        journal = self.portal.control("GET", f"requests?since={start}")
        (request,) = journal["requests"]
        self.assertEqual([call["method"] for call in request["calls"]], ["profile", "imopenlines.config.get"])
        self.assertEqual(request["calls"][1]["error"], "CONFIG_ID_EMPTY")
        self.assertNotIn(self.portal.connection["accessToken"], json.dumps(journal))
        self.assertEqual(self.portal.control("GET", f"requests?since={journal['next']}")["requests"], [])

    def test_tokens_expire_when_they_are_told_to_and_with_the_clock(self):
        self.portal.control("POST", "tokens/expire")
        self.assertEqual(self.portal.rest("profile")[1]["error"], "expired_token")
        self.portal.control("POST", "reset")
        self.portal.control("POST", "clock", {"advance": 3599})
        self.assertEqual(self.portal.rest("profile")[0], 200)
        self.portal.control("POST", "clock", {"advance": 2})
        self.assertEqual(self.portal.rest("profile")[1]["error"], "expired_token")

    def test_plan_name_and_rights_can_be_changed_and_come_back_with_a_reset(self):
        before = self.state()
        self.portal.control("POST", "portal", {"plan": "en_ent250", "host": "renamed.localhost"})
        self.portal.control("POST", "users/1", {"administrator": False})
        self.assertEqual(self.state()["plan"], "en_ent250")
        self.assertIn("renamed.localhost", self.state()["portal"])
        self.portal.control("POST", "reset")
        self.assertEqual(self.state(), before)
        self.assertIs(self.result("user.admin"), True)

    def test_an_operators_answer_reaches_the_connectors_handler(self):
        handler = Handler()
        self.addCleanup(handler.close)
        self.seed(lines=[{"lineName": "Support", "active": True}])
        icon = {"DATA_IMAGE": "data:image/svg+xml,<svg/>"}
        self.result("imconnector.register", ID="acme_chat", NAME="Acme", ICON=icon, PLACEMENT_HANDLER="https://acme.example")
        self.result("imconnector.activate", CONNECTOR="acme_chat", LINE=1, ACTIVE=1)
        self.result("event.bind", event="ONIMCONNECTORMESSAGEADD", handler=handler.address)
        message = {"user": {"id": 7}, "message": {"id": 1, "text": "Hello"}, "chat": {"id": "c1"}}
        self.result("imconnector.send.messages", CONNECTOR="acme_chat", LINE=1, MESSAGES=[message])
        (dialog,) = self.state()["dialogs"]
        self.assertEqual([one["text"] for one in dialog["messages"]], ["Hello"])
        self.portal.control("POST", "answer", {"connectorId": "acme_chat", "lineId": 1, "chatId": "c1", "text": "Yes?"})
        (event,) = handler.wait()
        self.assertEqual(event["event"], "ONIMCONNECTORMESSAGEADD")
        self.assertIn("Yes?", event["data[MESSAGES][0][message][text]"])

    def test_an_operator_changes_deletes_and_finishes(self):
        handler = Handler()
        self.addCleanup(handler.close)
        place = {"connectorId": "acme_chat", "lineId": 1, "chatId": "c1"}
        self.seed(
            connectors=[CONNECTOR],
            lines=[{"lineName": "Support"}],
            dialogs=[{**place, "messages": [{"id": "1", "from": "client", "text": "Hello"}]}],
        )
        names = ["ONIMCONNECTORMESSAGEUPDATE", "ONIMCONNECTORMESSAGEDELETE", "ONIMCONNECTORDIALOGFINISH"]
        for name in names:
            self.result("event.bind", event=name, handler=handler.address)
        number = self.portal.control("POST", "answer", {**place, "text": "Yes"})["messageId"]
        self.portal.control("POST", f"answer/{number}", {"text": "No"})
        self.portal.control("DELETE", f"answer/{number}")
        self.portal.control("POST", "finish", place)
        self.assertEqual([event["event"] for event in handler.wait(3)], names)
        for method, path, body in (("DELETE", f"answer/{number}", None), ("POST", "finish", place)):
            with self.subTest(path=path), self.assertRaises(Refused) as caught:
                self.portal.control(method, path, body)
            self.assertEqual(caught.exception.status, 404)

    def test_is_described(self):
        description = self.portal.control("GET", "openapi.json")
        for path in ("state", "reset", "seed", "requests", "faults", "tokens/expire", "clock", "answer", "portal"):
            self.assertIn(f"/_portal/{path}", description["paths"])

    def test_what_is_no_json_or_no_path_is_refused_with_a_sentence(self):
        for method, path, body in (("GET", "nothing", None), ("POST", "clock", {"advance": "soon"}), ("POST", "seed", [])):
            with self.subTest(path=path), self.assertRaises(Refused) as caught:
                self.portal.control(method, path, body)
            self.assertGreater(len(caught.exception.sentence), 10)

    def test_pages_of_other_origins_are_kept_out(self):
        request = urllib.request.Request(
            self.portal.connection["control"] + "state", headers={"origin": "https://acme.example"}
        )
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        self.assertEqual(caught.exception.code, 403)
        caught.exception.close()


class Command(unittest.TestCase):
    def test_begins_with_a_seed_and_fixed_credentials(self):
        with tempfile.TemporaryDirectory() as folder:
            seed = os.path.join(folder, "seed.json")
            with open(seed, "w", encoding="utf-8") as file:
                json.dump({"connectors": [CONNECTOR]}, file)
            portal = LocalPortal("--seed", seed, "--access-token", "fixed-token", "--generation", "old")
            self.addCleanup(portal.close)
            self.assertEqual(portal.connection["accessToken"], "fixed-token")
            self.assertIn("acme_chat", portal.rest("imconnector.list")[1]["result"])
            self.assertEqual(portal.control("GET", "state")["generation"], "old")

    def test_is_gone_when_npx_is_ended(self):
        portal = LocalPortal()
        address = urllib.parse.urlsplit(portal.connection["portal"])
        portal.close()
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((address.hostname, address.port))

    def test_keeps_its_content_in_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "state.json")
            first = LocalPortal("--state", file)
            first.rest("imopenlines.config.add", PARAMS={"LINE_NAME": "Support"})
            first.close()
            second = LocalPortal("--state", file)
            self.addCleanup(second.close)
            self.assertEqual(second.connection["accessToken"], first.connection["accessToken"])
            self.assertEqual([one["lineName"] for one in second.control("GET", "state")["lines"]], ["Support"])

    def test_says_in_one_sentence_that_a_port_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            command = ["npx", "--no-install", "pulumi-bitrix24", "portal", "--port", port]
            done = subprocess.run(command, cwd=os.environ["PORTAL_PROJECT"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1)
        self.assertIn(port, done.stderr)


if __name__ == "__main__":
    unittest.main()

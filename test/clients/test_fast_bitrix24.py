"""fast_bitrix24, the most used Python client, works with the local portal as it does with a real one."""

import unittest

from local_portal import LocalPortal

from fast_bitrix24 import Bitrix, BitrixAsync
from fast_bitrix24.server_response import ErrorInServerResponseException


class FastBitrix24(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.portal = LocalPortal()
        cls.addClassCleanup(cls.portal.close)

    def setUp(self):
        self.portal.control("POST", "reset")
        self.client = Bitrix(self.portal.connection["webhook"], verbose=False)

    def people(self, count=120):
        self.portal.control("POST", "seed", {"users": [{"name": f"User {n}"} for n in range(count)]})
        return len(self.portal.control("GET", "state")["users"])

    def test_gets_all_pages_of_a_list(self):
        count = self.people()
        people = self.client.get_all("user.get")
        self.assertEqual(sorted(int(one["ID"]) for one in people), list(range(1, count + 1)))
        found = self.client.get_all("user.get", {"filter": {"%NAME": "User 1"}, "select": ["ID", "NAME"]})
        self.assertEqual({one["NAME"][:6] for one in found}, {"User 1"})

    def test_gets_what_is_asked_for_by_id(self):
        self.client.call("imopenlines.config.add", [{"PARAMS": {"LINE_NAME": f"Line {n}"}} for n in range(3)])
        lines = self.client.get_by_ID("imopenlines.config.get", [1, 2, 3], ID_field_name="CONFIG_ID")
        self.assertEqual({key: one["LINE_NAME"] for key, one in lines.items()}, {
            "1": "Line 0",
            "2": "Line 1",
            "3": "Line 2",
        })

    def test_sends_more_calls_than_a_batch_holds(self):
        added = self.client.call("imopenlines.config.add", [{"PARAMS": {"LINE_NAME": f"A & B {n}"}} for n in range(70)])
        self.assertEqual(sorted(added), list(range(1, 71)))
        names = {one["lineName"] for one in self.portal.control("GET", "state")["lines"]}
        self.assertEqual(names, {f"A & B {n}" for n in range(70)})

    def test_runs_a_batch(self):
        answer = self.client.call_batch({"halt": 0, "cmd": {"me": "profile", "admin": "user.admin"}})
        self.assertEqual((answer["me"]["ID"], answer["admin"]), ("1", True))

    def test_is_told_what_a_command_of_a_batch_was_refused_with(self):
        with self.assertRaises(ErrorInServerResponseException) as caught:
            self.client.call("imopenlines.config.get", [{}, {"CONFIG_ID": 1}])
        self.assertIn("CONFIG_ID_EMPTY", str(caught.exception))

    def test_repeats_what_failed_for_a_moment(self):
        self.portal.control("POST", "faults", {"method": "profile", "code": "QUERY_LIMIT_EXCEEDED", "times": 1})
        self.portal.control("POST", "faults", {"method": "user.admin", "reset": "before", "times": 1})
        self.assertEqual(self.client.call("profile", raw=True)["result"]["ID"], "1")
        self.assertIs(self.client.call("user.admin", raw=True)["result"], True)


class FastBitrix24WithAnApplication(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.portal = LocalPortal()
        self.addCleanup(self.portal.close)

    async def test_asks_for_a_new_token_when_the_old_one_has_expired(self):
        given = []

        async def token():
            # The first one is an old one.
            given.append("unknown" if not given else self.portal.connection["accessToken"])
            return given[-1]

        client = BitrixAsync(f"{self.portal.connection['portal']}/rest/", token_func=token, verbose=False)
        self.assertEqual((await client.call("profile", raw=True))["result"]["ID"], "1")
        self.assertEqual(len(given), 2)


if __name__ == "__main__":
    unittest.main()

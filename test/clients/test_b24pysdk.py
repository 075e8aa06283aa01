"""The official Python SDK (b24pysdk) works with the local portal as it does with a real one."""

import os
import unittest
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

from local_portal import Handler, LocalPortal

from b24pysdk import BitrixApp, BitrixAppLocal, BitrixToken, BitrixWebhook, Config
from b24pysdk import errors
from b24pysdk.api.requesters import BitrixOAuthRequester
from b24pysdk.credentials import OAuthEventData
from b24pysdk.errors import oauth as oauth_errors

ICON = {"DATA_IMAGE": "data:image/svg+xml,<svg/>", "COLOR": "#1900ff"}
SETTINGS = "https://acme.example/settings"


class Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow: the address holds what the browser brings back."""

    def redirect_request(self, *_):
        return None


class OfficialSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.portal = LocalPortal("--https")
        cls.addClassCleanup(cls.portal.close)
        connection = cls.portal.connection
        # The SDK has no settings for these two things: whom to trust, and where the authorization server is.
        os.environ["REQUESTS_CA_BUNDLE"] = connection["certificate"]
        server = connection["authorizationServer"]
        BitrixOAuthRequester._OAUTH_TOKEN_URL = f"{server}/oauth/token/"
        BitrixOAuthRequester._APP_INFO_URL = f"{server}/rest/app.info/"
        cls.app = BitrixApp(client_id=connection["clientId"], client_secret=connection["clientSecret"])
        cls.first = connection["refreshToken"]
        Config().configure(default_initial_retry_delay=0.01, default_retry_delay_increment=0)

    def setUp(self):
        self.portal.control("POST", "reset")
        connection = self.portal.connection
        self.token = BitrixToken(
            domain=self.portal.host,
            auth_token=connection["accessToken"],
            refresh_token=connection["refreshToken"],
            bitrix_app=self.app,
        )
        self.client = self.token.get_client()

    def seed(self, **content):
        self.portal.control("POST", "seed", content)

    def state(self):
        return self.portal.control("GET", "state")

    def register(self, name="acme_chat"):
        answer = self.client.imconnector.register(name, "Acme Chat", ICON, SETTINGS).response
        self.assertEqual(answer.result, {"result": True})

    # Authorization

    def test_renews_an_expired_token_and_goes_on(self):
        self.portal.control("POST", "tokens/expire")
        before = self.token.auth_token
        self.assertEqual(self.client.profile().response.result["ADMIN"], True)
        self.assertNotEqual(self.token.auth_token, before)
        self.assertGreater(self.token.expires, datetime.now(timezone.utc) + timedelta(minutes=50))

    def test_exchanges_a_code_for_tokens(self):
        query = urllib.parse.urlencode({"client_id": self.app.client_id, "state": "abc"})
        opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=self.portal.trust))
        with self.assertRaises(urllib.error.HTTPError) as caught:
            opener.open(f"{self.portal.connection['portal']}/oauth/authorize/?{query}")
        given = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(caught.exception.headers["location"]).query))
        caught.exception.close()
        self.assertEqual(given["state"], "abc")
        renewed = self.app.get_oauth_token(given["code"])
        self.assertTrue(renewed.validate_against_app_info(renewed.get_app_info(self.app)))
        token = BitrixToken(
            domain=self.portal.host, auth_token=renewed.oauth_token.access_token, bitrix_app=self.app
        )
        self.assertEqual(token.get_client().profile().response.result["ID"], "1")
        with self.assertRaises(oauth_errors.BitrixOAuthInvalidGrant):
            self.app.get_oauth_token(given["code"])

    def test_reads_the_trusted_status_of_the_application(self):
        info = self.token.get_app_info().result
        self.assertEqual((info.client_id, info.user_id), (self.app.client_id, 1))
        self.assertEqual((info.install.status.value, info.install.installed), ("L", True))
        self.assertIn("imconnector", info.scope)

    def test_reads_the_application_and_what_a_webhook_may_do(self):
        info = self.client.app.info().response.result
        self.assertEqual((info["STATUS"], info["INSTALLED"], info["LANGUAGE_ID"]), ("L", True, "en"))
        webhook = self.webhook().get_client().app.info().response.result
        self.assertEqual(sorted(webhook), ["LICENSE", "SCOPE"])
        self.assertIn("imopenlines", webhook["SCOPE"])

    def webhook(self):
        token = urllib.parse.urlsplit(self.portal.connection["webhook"]).path.removeprefix("/rest/")
        return BitrixWebhook(domain=self.portal.host, webhook_token=token)

    def test_learns_the_new_name_of_a_portal(self):
        self.portal.control("POST", "portal", {"host": "renamed.localhost"})
        # It would go on under that name, but on the port of real portals.
        self.token._AUTO_CHANGED_DOMAIN = False
        with self.assertRaises(errors.BitrixResponse302JSONDecodeError) as caught:
            self.client.profile().response
        self.assertEqual(caught.exception.new_domain, "renamed.localhost")

    # Connectors

    def test_leads_a_connector_through_its_life(self):
        client = self.client
        line = client.imopenlines.config.add(params={"LINE_NAME": "Support"}).response.result
        self.register()
        self.assertEqual(client.imconnector.list().response.result["acme_chat"], "Acme Chat")
        self.assertIs(client.imconnector.activate("acme_chat", line, True).response.result, True)
        data = {"ID": "acme-1", "URL": "https://acme.example", "URL_IM": "https://acme.example/chat", "NAME": "Acme"}
        self.assertIs(client.imconnector.connector.data.set("acme_chat", line, data).response.result, True)
        status = client.imconnector.status("acme_chat", line=line).response.result
        self.assertEqual(
            status, {"LINE": line, "CONNECTOR": "acme_chat", "ERROR": False, "CONFIGURED": True, "STATUS": True}
        )
        self.assertIs(client.imconnector.activate("acme_chat", line, False).response.result, True)
        self.assertEqual(client.imconnector.unregister(bitrix_id="acme_chat").response.result, {"result": True})
        self.assertEqual(self.state()["connectors"], [])

    def test_leads_a_conversation(self):
        client = self.client
        line = client.imopenlines.config.add(params={"LINE_NAME": "Support", "ACTIVE": "Y"}).response.result
        self.register()
        client.imconnector.activate("acme_chat", line, True).response
        handler = Handler()
        self.addCleanup(handler.close)
        self.assertIs(client.event.bind("ONIMCONNECTORMESSAGEADD", handler.address).response.result, True)
        message = {
            "user": {"id": "7", "name": "Clara"},
            "message": {"id": "m1", "text": "Hello", "date": 1764000000},
            "chat": {"id": "c1"},
        }
        sent = client.imconnector.send.messages("acme_chat", line, [message]).response.result
        self.assertIs(sent["SUCCESS"], True)
        changed = {**message, "message": {"id": "m1", "text": "Hello!"}}
        self.assertIs(client.imconnector.update.messages("acme_chat", line, [changed]).response.result["SUCCESS"], True)
        client.imconnector.chat.name.set("acme_chat", line, "c1", "Clara", user_id="7").response
        answer = {"connectorId": "acme_chat", "lineId": line, "chatId": "c1", "text": "Good morning"}
        self.portal.control("POST", "answer", answer)
        event = OAuthEventData.from_dict(handler.wait()[0])
        self.assertEqual(event.event, "ONIMCONNECTORMESSAGEADD")
        self.assertFalse(event.is_system)
        self.assertTrue(event.validate_against_app_info(event.get_app_info(self.app)))
        posted = event.data["MESSAGES"][0]
        self.assertIn("Good morning", posted["message"]["text"])
        report = [{"im": posted["im"], "message": {"id": ["x1"]}, "chat": {"id": "c1"}}]
        delivered = client.imconnector.send.status.delivery("acme_chat", line, report).response.result
        self.assertIs(delivered["SUCCESS"], True)
        removed = client.imconnector.delete.messages("acme_chat", line, [message]).response.result
        self.assertIs(removed["SUCCESS"], True)
        messages = self.state()["dialogs"][0]["messages"]
        self.assertEqual([one.get("deleted", False) for one in messages], [True, False])

    # Open lines

    def test_leads_a_line_through_its_life(self):
        config = self.client.imopenlines.config
        line = config.add(params={"LINE_NAME": "Support", "QUEUE_TYPE": "evenly"}).response.result
        self.assertIs(config.update(line, params={"LINE_NAME": "Sales"}).response.result, True)
        self.assertEqual(config.get(line).response.result["LINE_NAME"], "Sales")
        self.assertEqual(config.get(line, with_queue=True, show_offline=True).response.result["QUEUE_TYPE"], "evenly")
        listed = config.list.get(params={"select": ["ID", "LINE_NAME"]}).response.result
        self.assertEqual(listed, [{"ID": str(line), "LINE_NAME": "Sales"}])
        self.assertIn("SERVER_ADDRESS", config.path.get().response.result)
        self.assertIs(config.delete(line).response.result, True)
        self.assertIs(config.get(line).response.result, False)
        self.assertIn("rest", self.client.imopenlines.revision.get().response.result)

    # Events, placements, bots, providers

    def test_binds_and_unbinds_events(self):
        event = self.client.event
        handler = "https://acme.example/events"
        self.assertIs(event.bind("ONIMCONNECTORMESSAGEADD", handler, auth_type=1).response.result, True)
        self.assertIs(
            event.bind("ONIMCONNECTORMESSAGEADD", "", event_type="offline", auth_connector="sync").response.result, True
        )
        online, offline = event.get().response.result
        self.assertEqual((online["event"], online["handler"]), ("ONIMCONNECTORMESSAGEADD", handler))
        self.assertEqual(offline["offline"], 1)
        self.assertEqual(event.unbind("ONIMCONNECTORMESSAGEADD", handler).response.result, {"count": 1})
        self.assertIn("ONAPPINSTALL", self.client.events().response.result)

    def test_binds_and_unbinds_a_placement(self):
        placement = self.client.placement
        self.assertIs(placement.bind("CONTACT_CENTER", "https://acme.example/tile", title="Acme").response.result, True)
        self.assertEqual(placement.get().response.result[0]["handler"], "https://acme.example/tile")
        self.assertIn("SETTING_CONNECTOR", placement.list().response.result)
        self.assertEqual(placement.unbind("CONTACT_CENTER").response.result, {"count": 2})

    def test_leads_a_bot_through_its_life(self):
        bot = self.client.imbot.v2.bot
        fields = {"code": "acme", "properties": {"name": "Acme"}, "webhookUrl": "https://acme.example/bot"}
        made = bot.register(fields).response.result["bot"]
        self.assertEqual(bot.get(bot_id=made["id"]).response.result["bot"]["code"], "acme")
        bot.update(made["id"], {"properties": {"name": "Acme 2"}}).response
        self.assertEqual(len(bot.list().response.result["bots"]), 1)
        self.assertIs(bot.unregister(made["id"]).response.result["result"], True)
        self.assertEqual(self.state()["bots"], [])

    def test_leads_a_message_provider_through_its_life(self):
        sender = self.client.messageservice.sender
        self.assertIs(sender.add("acme", "SMS", "https://acme.example/sms", "Acme").response.result, True)
        self.assertEqual(sender.list().response.result, ["acme"])
        self.assertIs(sender.update("acme", name="Acme 2").response.result, True)
        self.assertIs(sender.delete("acme").response.result, True)

    # Batches and lists

    def test_takes_a_batch_apart(self):
        answer = self.client.call_batch(
            {
                "me": self.client.profile(),
                "line": self.client.imopenlines.config.add(params={"LINE_NAME": "A & B"}),
                "missing": self.client.imopenlines.config.get(99),
                "wrong": self.client.imconnector.activate("", 1, True),
            }
        ).result
        self.assertEqual(answer.result["me"]["ID"], "1")
        self.assertIs(answer.result["missing"], False)
        self.assertEqual(list(answer.result_error), ["wrong"])
        self.assertEqual(self.state()["lines"][0]["lineName"], "A & B")

    def test_sends_more_commands_than_a_batch_holds(self):
        requests = [self.client.imopenlines.config.add(params={"LINE_NAME": f"Line {n}"}) for n in range(60)]
        answer = self.client.call_batches(requests).result
        self.assertEqual(len(answer.result), 60)
        self.assertEqual(len(self.state()["lines"]), 60)

    def people(self):
        self.seed(users=[{"name": f"User {n}", "lastName": "B" if n % 2 else "A"} for n in range(120)])

    def test_walks_through_lists_page_by_page_and_by_id(self):
        self.people()
        client = self.webhook().get_client()
        user = client.user.get(sort="ID", order="DESC")
        ids = [int(one["ID"]) for one in user.as_list().response.result]
        self.assertEqual(ids, sorted(ids, reverse=True))
        self.assertEqual(len(ids), len(self.state()["users"]))
        fast = [int(one["ID"]) for one in client.user.get().as_list_fast().response.result]
        self.assertEqual(fast, sorted(ids))
        page = client.user.get(start=100).response
        self.assertEqual((len(page.result), page.total, page.next), (len(ids) - 100, len(ids), None))

    def test_filters_sorts_and_selects_users(self):
        self.people()
        client = self.webhook().get_client()
        answer = client.user.get(
            sort="NAME", order="ASC", filter={"LAST_NAME": "B", "%NAME": "User 1"}, select=["ID", "NAME"]
        )
        names = [one["NAME"] for one in answer.as_list().response.result]
        self.assertEqual(names, sorted(names))
        self.assertEqual(len(names), 16)
        self.assertEqual(client.user.current().response.result["ID"], "1")
        self.assertIs(client.user.admin().response.result, True)
        self.assertIs(client.user.access(["U1"]).response.result, True)

    def test_asks_what_there_is(self):
        client = self.client
        self.assertEqual(client.method.get("imconnector.list").response.result, {"isExisting": True, "isAvailable": True})
        self.assertIn("imconnector", client.scope().response.result)
        self.assertEqual(client.feature.get("rest_offline_extended").response.result, {"value": "Y"})
        self.assertEqual(list(client.access.name(["AU"]).response.result), ["AU"])
        self.assertIsNotNone(client.server.time().response.result)

    # Errors

    def test_is_told_of_errors_in_the_classes_it_has_for_them(self):
        with self.assertRaises(errors.BitrixAPIWrongAuthType):
            self.webhook().get_client().imconnector.status("acme_chat", line=1).response
        with self.assertRaises(errors.BitrixAPINotFound):
            self.token.call_method("no.such.method")
        with self.assertRaises(errors.BitrixAPIBadRequest) as caught:
            self.client.imconnector.activate("", 1, True).response
        self.assertEqual(caught.exception.json_response["error"], "ERROR_ARGUMENT")
        with self.assertRaises(errors.BitrixAPIError) as caught:
            self.client.imconnector.register("a.b", "A", ICON, SETTINGS).response
        self.assertEqual(caught.exception.json_response["error"], "APPLICATION_REGISTRATION_ERROR_POINT")

    def test_waits_when_there_are_too_many_requests(self):
        self.portal.control("POST", "faults", {"method": "profile", "code": "QUERY_LIMIT_EXCEEDED", "times": 1})
        self.assertEqual(self.client.profile().response.result["ID"], "1")

    def test_is_told_that_the_refresh_token_is_dead(self):
        other = BitrixToken(
            domain=self.portal.host, auth_token="unknown", refresh_token="unknown", bitrix_app=self.app
        )
        with self.assertRaises(errors.BitrixAPIInvalidToken):
            other.get_client().profile().response
        with self.assertRaises(oauth_errors.BitrixOAuthInvalidGrant):
            other.refresh_oauth_token()


if __name__ == "__main__":
    unittest.main()

"""Starts the local portal by its command, and operates it through its control address. Uses the standard library alone."""

import http.server
import json
import os
import shutil
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request


class Refused(Exception):
    """The control address has refused something: its status and its sentence."""

    def __init__(self, status, sentence):
        super().__init__(f"{status}: {sentence}")
        self.status = status
        self.sentence = sentence


class LocalPortal:
    """A portal of its own process, started in the project that PORTAL_PROJECT names, where the package is installed."""

    def __init__(self, *options):
        npx = shutil.which("npx")
        if npx is None:
            raise RuntimeError("npx is not on PATH.")
        self._process = subprocess.Popen(
            [npx, "--no-install", "pulumi-bitrix24", "portal", "--json", *options],
            cwd=os.environ["PORTAL_PROJECT"],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline()
        if line == "":
            raise RuntimeError(f"The portal did not start: exit code {self._process.wait()}.")
        self.connection = json.loads(line)
        certificate = self.connection.get("certificate")
        self.trust = None if certificate is None else ssl.create_default_context(cafile=certificate)

    @property
    def host(self):
        """Name and port, as clients want it that put https:// before it themselves."""
        return urllib.parse.urlsplit(self.connection["portal"]).netloc

    def control(self, method, path, body=None):
        """Asks the control address; what it refuses is raised."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.connection["control"] + path, data, method=method)
        try:
            with urllib.request.urlopen(request, context=self.trust) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.load(error)["error"]) from None

    def rest(self, method, **parameters):
        """Calls a method with the portal's token: status and body, whatever they are."""
        data = json.dumps({"auth": self.connection["accessToken"], **parameters}).encode()
        request = urllib.request.Request(
            f"{self.connection['portal']}/rest/{method}", data, {"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, context=self.trust) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def close(self):
        """Ends it as a test in any language would, by ending npx; the portal itself has to notice."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        self._process.wait(timeout=30)
        # The portal holds the other end: this returns when the portal is gone.
        self._process.stdout.read()
        self._process.stdout.close()


class Handler:
    """A handler of events on this machine; it keeps what was posted to it, as pairs of names and values."""

    def __init__(self):
        received = self.received = []

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                received.append(dict(urllib.parse.parse_qsl(body, keep_blank_values=True)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                """Says nothing: the tests' output is read by people."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/events"

    def wait(self, count=1):
        """What has arrived, once it is so many."""
        end = time.monotonic() + 10
        while len(self.received) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(self.received)} of {count} events have arrived.")
            time.sleep(0.02)
        return self.received

    def close(self):
        self._server.shutdown()
        self._server.server_close()

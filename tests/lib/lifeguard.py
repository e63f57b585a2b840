"""Start a server of our own on loopback, talk to it, stop it by process id. Standard library only."""

import base64
import hmac
import http.client
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import urllib.parse

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("LIFEGUARD", os.path.join(TOP, "build", "lifeguard"))

DEMO_POOL = "us-east-1_Lifeguard"
DEMO_CLIENT = "lifeguarddemo0000000000000"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def totp(secret, now):
    """What an authenticator app shows (RFC 6238) for a base32 secret."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(now // 30)), "sha1").digest()
    at = mac[19] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06}"


class ApiError(Exception):
    """An answer that is not 200."""

    def __init__(self, status, body):
        self.status = status
        self.code = body.get("__type") if isinstance(body, dict) else None
        self.message = body.get("message") if isinstance(body, dict) else str(body)
        super().__init__(f"{status} {self.code}: {self.message}")


TARGETS = {"cognito-idp": "AWSCognitoIdentityProviderService", "cognito-identity": "AWSCognitoIdentityService"}


def development_key(service):
    """Headers of a call that is signed with a key which nobody knows: with --dev it comes from the account."""
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return {"X-Amz-Date": date, "Authorization": f"AWS4-HMAC-SHA256 Credential=AKIADEVELOPMENT/{date[:8]}/us-east-1/{service}/"
            "aws4_request, SignedHeaders=host;x-amz-date, Signature=" + "0" * 64}


class Server:
    """`with Server() as server:`; `data` keeps a folder across restarts, None = the server's own temporary one."""

    def __init__(self, *flags, data=None, env=None, preexec=None):
        self.flags = list(flags)
        self.data = data
        self.env = env
        self.preexec = preexec
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.process = None
        self.log = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self, wait_s=20):
        self.log = tempfile.TemporaryFile()
        command = [BINARY, "serve", "--dev", "--listen", f"localhost:{self.port}", *self.flags]
        if self.data:
            command += ["--data", self.data]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log,
                                        env=self.env, preexec_fn=self.preexec)
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"server ended with {self.process.returncode}: {self.log_text()[-4000:]}")
            try:
                if self.get("/_lifeguard/health/ready")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.01)
        self.stop()
        raise RuntimeError(f"server did not start: {self.log_text()[-4000:]}")

    def log_text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def stop(self, how=signal.SIGTERM, wait_s=10):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(wait_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def rss_kb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def call(self, operation, members, signed=None, connection=None, agent=None, service="cognito-idp"):
        """One JSON 1.1 call; signed operations carry a development key. Raises ApiError."""
        own = connection is None
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"localhost:{self.port}", "Content-Type": "application/x-amz-json-1.1",
                   "X-Amz-Target": f"{TARGETS[service]}.{operation}"}
        if agent:
            headers["User-Agent"] = agent
        if signed or (signed is None and operation.startswith(("Admin", "Create", "Describe", "List", "Update", "Delete"))
                      and operation not in ("DeleteUser", "DeleteUserAttributes", "UpdateUserAttributes")):
            headers.update(development_key(service))
        try:
            connection.request("POST", "/", json.dumps(members), headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            if own:
                connection.close()
        body = json.loads(text) if text else {}
        if answer.status != 200:
            raise ApiError(answer.status, body)
        return body

    def query(self, service, action, members):
        """One signed call of the query protocol (IAM); the answer as text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"localhost:{self.port}", "Content-Type": "application/x-www-form-urlencoded",
                   **development_key(service)}
        form = urllib.parse.urlencode({"Action": action, "Version": "2010-05-08", **members})
        try:
            connection.request("POST", "/", form, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise ApiError(answer.status, text)
        return text

    def advance(self, seconds):
        """Moves the server's clock forward."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/_lifeguard/clock", json.dumps({"advance_s": seconds}), {
                "Host": f"localhost:{self.port}", "Content-Type": "application/json"})
            status = connection.getresponse().status
        finally:
            connection.close()
        assert status == 200, status

    def messages(self, **filters):
        status, text = self.get("/_lifeguard/inbox/messages?" + urllib.parse.urlencode(filters))
        assert status == 200, text
        return json.loads(text)

    def code(self, to, purpose=None):
        filters = {"to": to, **({"purpose": purpose} if purpose else {})}
        return self.messages(**filters)[0]["code"]

    def sign_in(self, username, password, client=DEMO_CLIENT):
        return self.call("InitiateAuth", {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client,
                                          "AuthParameters": {"USERNAME": username, "PASSWORD": password}})


class Folder:
    """A temporary folder that disappears."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="lifeguard-test-")
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

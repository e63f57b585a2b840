"""A server with authorizers, and what proxies ask it: bytes as they say them, no proxy between."""

import base64
import http.client
import json
import os
import re
import socket
import sys
import tempfile
from urllib.parse import urlsplit

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(TOP, "tests", "lib"))
sys.path.insert(0, os.path.join(TOP, "tests", "gateway", "lib"))
from calls import sign  # noqa: E402
from lifeguard import DEMO_CLIENT, DEMO_POOL, Server  # noqa: E402
from people import ACCOUNT, REGION, Account  # noqa: E402

__all__ = ["ACCOUNT", "API", "Account", "DEMO_CLIENT", "DEMO_POOL", "Door", "HOST", "REGION", "forge", "sign"]

HOST = "api.example.com"
API = f"http://{HOST}"


class Verdict:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __getitem__(self, name):
        """The one value of a header; None when it is not there."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, (name, values)
        return values[0] if values else None

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def context(self):
        text = self["X-Amzn-Request-Context"]
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) if text else None

    @property
    def head_bytes(self):
        return sum(len(name) + len(value) + 4 for name, value in self.headers) + len("HTTP/1.1 200 OK\r\n\r\n")


class Door(Server):
    """`with Door(settings) as door:`; the settings are the text of a file."""

    def __init__(self, settings, *flags):
        self.file = tempfile.NamedTemporaryFile("w", suffix=".ini", prefix="lifeguard-door-")
        self.file.write(settings)
        self.file.flush()
        super().__init__("--config", self.file.name, *flags)

    def stop(self, *how):
        super().stop(*how)
        self.file.close()

    def raw(self, text, timeout=5):
        """What is answered to these bytes, and whether the connection stays open."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as wire:
            wire.sendall(text)
            answer = http.client.HTTPResponse(wire)
            answer.begin()
            return Verdict(answer.status, answer.getheaders(), answer.read().decode())

    def send(self, target, headers, method="GET", body=b"", version="1.1"):
        lines = [f"{method} {target} HTTP/{version}"] + [f"{name}: {value}" for name, value in headers]
        return self.raw("\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body)

    def ask(self, uri, method="GET", headers=(), **more):
        """As nginx asks with the configuration of docs/AUTHORIZER.md."""
        ours = {"Host": HOST, "X-Original-URI": uri, "X-Original-Method": method, "X-Original-Proto": "https",
                "X-Real-IP": "198.51.100.7", "X-Original-Protocol": "HTTP/1.1"}
        ours.update(more.pop("nginx", {}))
        pairs = [(name, value) for name, value in ours.items() if value is not None]
        client = headers.items() if isinstance(headers, dict) else headers
        pairs += [(name, value) for name, value in client if name.lower() != "host"]
        return self.send("/authorizer/nginx", pairs, **more)

    def forward(self, uri, method="GET", headers=(), host=HOST, **more):
        """As Traefik and Caddy ask."""
        pairs = [("Host", "lifeguard"), ("X-Forwarded-Uri", uri), ("X-Forwarded-Method", method),
                 ("X-Forwarded-Host", host), ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "198.51.100.7")]
        client = headers.items() if isinstance(headers, dict) else headers
        return self.send("/authorizer/forward", pairs + [(n, v) for n, v in client if n.lower() != "host"], **more)

    def envoy(self, uri, method="GET", headers=(), body=b"", **more):
        pairs = [("Host", HOST), ("Content-Length", str(len(body)))]
        client = headers.items() if isinstance(headers, dict) else headers
        pairs += [(n, v) for n, v in client if n.lower() not in ("host", "content-length")]
        return self.send("/authorizer/envoy" + uri, pairs, method=method, body=body, **more)

    def signed(self, keys, uri, method="GET", body=b"", headers=None, by=None, **more):
        """A signed request, asked about by nginx, or by whoever `by` is."""
        options = {name: more.pop(name) for name in ("service", "expires") if name in more}
        target, named = sign(keys, more.pop("url", API), uri, method, body, headers, **options)
        return (by or self.ask)(target, method, named, **more)

    def refusals(self):
        """The log's lines about refused requests, oldest first."""
        lines = [json.loads(line) for line in self.log_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == "request refused"]

    def reason(self):
        return self.refusals()[-1]["reason"]


def forge(token, **claims):
    """The token with other claims, or another header (`header=`), its signature as it was."""
    head, body, signature = token.split(".")

    def change(part, more):
        said = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        said.update(more)
        return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return f"{change(head, claims.pop('header', {}))}.{change(body, claims)}.{signature}"

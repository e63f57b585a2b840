"""Requests as bytes say them: nothing between a test and the wire cleans up a path or a header."""

import http.client
import json
import socket
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from people import REGION


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def reached(self):
        """The headers that the application got."""
        return self.json["headers"]


def call(url, target="/", method="GET", headers=(), body=None, timeout=20):
    """One request; `headers` is a list of pairs, sent in this order and nothing besides but Host."""
    place = urlsplit(url)
    pairs = list(headers.items() if isinstance(headers, dict) else headers)
    names = {name.lower() for name, _ in pairs}
    if "host" not in names:
        pairs.insert(0, ("Host", place.netloc))
    if body is not None and not names & {"content-length", "transfer-encoding"}:
        pairs.append(("Content-Length", str(len(body))))
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in pairs)
    with socket.create_connection(("127.0.0.1", place.port), timeout) as wire:
        wire.sendall(head.encode("latin-1") + b"Connection: close\r\n\r\n" + (body or b""))
        answer = http.client.HTTPResponse(wire, method=method)
        answer.begin()
        return Answer(answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read().decode())


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def sign(keys, url, target="/", method="GET", body=b"", headers=None, service="execute-api", expires=None):
    """What botocore adds to a request: (target, headers). `expires` signs the address instead."""
    who = Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"], keys.get("aws_session_token"))
    request = AWSRequest(method=method, url=url + target, data=body, headers=headers or {})
    if expires:
        kind = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
        kind(who, service, REGION, expires=expires).add_auth(request)
        return request.url[len(url):], dict(headers or {})
    kind = S3SigV4Auth if service == "s3" else SigV4Auth
    kind(who, service, REGION).add_auth(request)
    return target, dict(request.headers.items())


def signed(keys, url, target="/", method="GET", body=None, **more):
    target, headers = sign(keys, url, target, method, body or b"", **more)
    return call(url, target, method, headers, body)

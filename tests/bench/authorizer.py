"""The API authorizer: a token that was seen before, one that was not, and signed requests."""

import http.client
import json
import os
import subprocess
import tempfile

NEW_TOKENS = 12000  # src/authorizer/seen.h keeps 4,096: used in turn, few of these are among them
HOST = "api.example.com"
SETTINGS = """
[authorizer main]
kind = jwt
issuer = us-east-1_Lifeguard
audience = lifeguarddemo0000000000000
[route pets]
path = /pets/{id}
authorizer = main
"""


def ask(token):
    """What nginx asks, as bytes."""
    return (f"GET /authorizer/nginx HTTP/1.1\r\nHost: {HOST}\r\nX-Original-URI: /pets/1?limit=10\r\nX-Original-Method: GET\r\n"
            f"X-Original-Proto: https\r\nX-Real-IP: 198.51.100.7\r\nX-Original-Protocol: HTTP/1.1\r\n"
            f"User-Agent: bench/1.0\r\nAccept: */*\r\nAuthorization: Bearer {token}\r\n\r\n").encode()


def new_tokens(server, count):
    """ID and access tokens, each of which is another one."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    refresh = server.sign_in("demo", "Correct-horse-9")["AuthenticationResult"]["RefreshToken"]
    tokens = []
    while len(tokens) < count:
        found = server.call("InitiateAuth", {"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": "lifeguarddemo0000000000000",
                                             "AuthParameters": {"REFRESH_TOKEN": refresh}}, connection=connection)
        tokens += [found["AuthenticationResult"]["IdToken"], found["AuthenticationResult"]["AccessToken"]]
    return tokens


def machine(bench, options, path):
    """What libmicrohttpd alone makes of the same requests, and a verification: both a second."""
    return bench["bare"]("inline", options.limit_seconds, "fixed", (path, "-")), bench["limits"](options.limit_seconds)["rsa_verify"]


def limit_of(name, bare, verify):
    if name == "authorizer_seen":
        return "libmicrohttpd with the same requests", bare
    return "libmicrohttpd with the same requests + 1 verification", 1 / (1 / bare + 1 / verify)


def decisions(bench, options, results):
    """IAM decisions without a server, beside the hashes that a signature takes."""
    text = subprocess.run(bench["on_core"](bench["core"], os.path.join(bench["tools"], "bench_authorizer"), str(options.limit_seconds)),
                          check=True, capture_output=True, text=True).stdout
    found = json.loads(text)
    results.append({"name": "authorizer_iam", **found})
    print(f"authorizer_iam: {found['decision_us']:.1f} µs a decision with a policy of 10 statements, of it {found['hashes_us']:.1f} µs "
          f"for the hashes of its signature: {found['decision_us'] - found['hashes_us']:.1f} µs beyond them (30)", flush=True)


def measure(bench, options, results):
    """`bench`: on_core, load, limits, bare, Pinned and wait_until_idle of bench.py."""
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as settings:
        settings.write(SETTINGS)
        settings.flush()
        with bench["Pinned"]("--config", settings.name, "--set", "log.level=warn") as server:
            bench["wait_until_idle"](server)
            tokens = new_tokens(server, NEW_TOKENS)
            for name, asked in (("authorizer_seen", tokens[:16]), ("authorizer_new", tokens)):
                with tempfile.NamedTemporaryFile() as file:
                    file.write(b"\0".join(ask(token) for token in asked))
                    file.flush()
                    before = machine(bench, options, file.name)
                    bench["load"](server.port, "fixed", min(1, options.seconds), 1, (file.name, "-"))
                    run = bench["load"](server.port, "fixed", options.seconds, 1, (file.name, "-"))
                    after = machine(bench, options, file.name)
                limit_name, limit = limit_of(name, *((a + b) / 2 for a, b in zip(before, after)))
                results.append({"name": name, "store": "sqlite", "users": 1, "connections": 16, "rate": round(run["rate"], 1),
                                "p50_ms": round(run["p50_ms"], 3), "p99_ms": round(run["p99_ms"], 3), "limit_name": limit_name,
                                "limit_rate": round(limit, 1), "ratio": round(run["rate"] / limit, 3), "rss_kb": server.rss_kb()})
                print(f"{name:18} {run['rate']:>8,.0f}/s, p99 {run['p99_ms']:.2f} ms, {run['rate'] / limit:.2f} of {limit_name} "
                      f"({limit:,.0f}/s), {server.rss_kb() // 1024} MB", flush=True)

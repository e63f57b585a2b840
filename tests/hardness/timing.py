#!/usr/bin/env python3
"""Does time tell who exists? Thousands of answers about known and unknown users, in turn; the statistic is printed.

Nothing here passes or fails by time: what is asserted is that the answers read alike. The work behind them is counted
and compared in the unit tests.
"""

import http.client
import json
import math
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import check  # noqa: E402
from lifeguard import ApiError, Server  # noqa: E402

SAMPLES = int(os.environ.get("SAMPLES", "1500"))
KNOWN = 200


def prepare(server):
    """Many known users, so that no lockout or budget of one speaks; a client that hides them."""
    pool = server.call("CreateUserPool", {"PoolName": "timing", "AutoVerifiedAttributes": ["email"],
                                          "UserPoolTags": {"lifeguard:tokens.alg": "ES256"}})["UserPool"]["Id"]
    client = server.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "c", "PreventUserExistenceErrors": "ENABLED",
                                                  "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH",
                                                                        "ALLOW_REFRESH_TOKEN_AUTH"]})["UserPoolClient"]["ClientId"]
    for n in range(KNOWN):
        server.call("AdminCreateUser", {"UserPoolId": pool, "Username": f"known{n:05}", "MessageAction": "SUPPRESS", "UserAttributes": [
            {"Name": "email", "Value": f"known{n:05}@example.com"}, {"Name": "email_verified", "Value": "true"}]})
        server.call("AdminSetUserPassword", {"UserPoolId": pool, "Username": f"known{n:05}", "Password": "Correct-horse-9", "Permanent": True})
    return client


def scenarios(client):
    """name -> (operation, members of a user name, what of the answer must read alike)"""
    return {
        "password": lambda name: ("InitiateAuth", {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": {
            "USERNAME": name, "PASSWORD": "Wrong-horse-9"}}),
        "srp": lambda name: ("InitiateAuth", {"AuthFlow": "USER_SRP_AUTH", "ClientId": client, "AuthParameters": {
            "USERNAME": name, "SRP_A": "a1b2c3"}}),
        "confirm": lambda name: ("ConfirmForgotPassword", {"ClientId": client, "Username": name, "ConfirmationCode": "123456",
                                                           "Password": "Correct-horse-8"}),
    }


def shape(answer):
    """An answer without what differs between two users or two calls."""
    if isinstance(answer, dict):
        return {key: shape(value) for key, value in sorted(answer.items())}
    if isinstance(answer, list):
        return [shape(value) for value in answer]
    if isinstance(answer, str):
        return "text" if len(answer) < 40 else f"about {round(math.log2(len(answer)))}"
    return answer


def ask(server, connection, operation, members):
    start = time.perf_counter()
    try:
        answer = server.call(operation, members, connection=connection)
    except ApiError as error:
        answer = {"error": error.code, "message": error.message}
        return time.perf_counter() - start, answer
    return time.perf_counter() - start, shape(answer)


def welch(a, b):
    return (statistics.fmean(a) - statistics.fmean(b)) / math.sqrt(statistics.variance(a) / len(a) + statistics.variance(b) / len(b))


def test_known_and_unknown_read_alike():
    with Server("--set", "dev.demo_pool=false") as server:
        client = prepare(server)
        print(f"{'':10} {'samples':>8} {'known, median':>14} {'unknown, median':>16} {'Welch t':>8}")
        for name, make in scenarios(client).items():
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            times = {True: [], False: []}
            seen = {True: set(), False: set()}
            for i in range(SAMPLES):
                for known in ((True, False) if i % 2 else (False, True)):
                    user = f"known{i % KNOWN:05}" if known else f"ghost{i % KNOWN:05}"
                    took, answer = ask(server, connection, *make(user))
                    times[known].append(took)
                    seen[known].add(json.dumps(answer, sort_keys=True))
                # Guesses are few: let lockouts and budgets pass.
                if i % KNOWN == KNOWN - 1:
                    connection.close()
                    server.get("/_lifeguard/clock")
                    advance(server)
            check.equal(seen[True], seen[False], name)
            cut = {k: sorted(v)[: int(len(v) * 0.95)] for k, v in times.items()}
            print(f"{name:10} {SAMPLES:8} {statistics.median(times[True]) * 1000:11.3f} ms {statistics.median(times[False]) * 1000:13.3f} ms "
                  f"{welch(cut[True], cut[False]):8.2f}")
            connection.close()


def advance(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", "/_lifeguard/clock", json.dumps({"advance_s": 7200}),
                       {"Host": f"localhost:{server.port}", "Content-Type": "application/json"})
    check.equal(connection.getresponse().status, 200)
    connection.close()


if __name__ == "__main__":
    check.run(globals())

#!/usr/bin/env python3
"""A thousand pools with ten clients each against one: does a call cost the same?

    tests/bench/pools.py [POOLS]

Each call is timed alone, over one connection, with pools drawn at random, so that the second server pays for
whatever does not fit its caches. The first sign-in of a pool, which makes its keys, is not counted. What a call
reads of the store is counted in tests/unit/test_pools_cost.c.
"""

import http.client
import os
import random
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import Server  # noqa: E402

CLIENTS = 10
TIMES = 2000
PASSWORD = "Correct-horse-9"


def make_pool(call, number):
    pool = call("CreateUserPool", PoolName=f"pool{number}", UserPoolTags={"lifeguard:tokens.alg": "ES256"})["UserPool"]["Id"]
    clients = [call("CreateUserPoolClient", UserPoolId=pool, ClientName=f"client{n}",
                    ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])["UserPoolClient"]["ClientId"] for n in range(CLIENTS)]
    call("AdminCreateUser", UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    call("AdminSetUserPassword", UserPoolId=pool, Username="ada", Password=PASSWORD, Permanent=True)
    return pool, clients


def caller(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    return lambda operation, **members: server.call(operation, members, signed=operation != "InitiateAuth", connection=connection)


def sign_in_of(client):
    return {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD}}


def timed(call, operation, members_of):
    took = []
    for _ in range(TIMES):
        members = members_of()
        start = time.perf_counter()
        call(operation, **members)
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def measure(count):
    with Server("--set", f"quotas.pools={count + 10}") as server:
        with ThreadPoolExecutor(4) as threads:
            pools = sum(threads.map(lambda part: [make_pool(caller(server), n) for n in range(part, count, 4)], range(4)), [])
        call, draw = caller(server), random.Random(1)
        for _, clients in pools:
            call("InitiateAuth", **sign_in_of(clients[0]))

        def sign_in():
            return sign_in_of(draw.choice(draw.choice(pools)[1]))

        def client():
            pool, clients = draw.choice(pools)
            return {"UserPoolId": pool, "ClientId": draw.choice(clients)}

        return {
            "ListUserPools, 2": timed(call, "ListUserPools", lambda: {"MaxResults": 2}),
            "DescribeUserPool": timed(call, "DescribeUserPool", lambda: {"UserPoolId": draw.choice(pools)[0]}),
            "ListUserPoolClients": timed(call, "ListUserPoolClients", lambda: {"UserPoolId": draw.choice(pools)[0]}),
            "DescribeUserPoolClient": timed(call, "DescribeUserPoolClient", client),
            "password sign-in": timed(call, "InitiateAuth", sign_in),
        }, server.rss_kb()


def main():
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    (one, one_kb), (all_of_them, many_kb) = measure(1), measure(many)
    print(f"| Call | 1 pool: p50 ms | p99 ms | {many:,} pools: p50 ms | p99 ms |\n|---|---|---|---|---|")
    for name, (median, slow) in one.items():
        print(f"| {name} | {median:.2f} | {slow:.2f} | {all_of_them[name][0]:.2f} | {all_of_them[name][1]:.2f} |")
    print(f"\nMemory: {one_kb / 1024:.1f} MB and {many_kb / 1024:.1f} MB.")


if __name__ == "__main__":
    main()

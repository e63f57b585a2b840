#!/usr/bin/env python3
"""make bench: the server against this machine's own limits, measured in the same run.

The server runs on one core, the load client on another. Limits come from OpenSSL and libsodium (limits.c) and
from libmicrohttpd alone (bare.c) on the server's core. Prints a table and writes build/bench.json (DESIGN 2).
"""

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import TOP, Server, free_port  # noqa: E402

import authorizer  # noqa: E402
import oauth  # noqa: E402

TOOLS = os.path.join(TOP, "build", "tests")
SERVER_CORE, CLIENT_CORE = "0", "1"
CONNECTIONS = 16
SEEDED = "seeded"  # a file of this name: the users are there
PASSWORD = "Correct-horse-9"


def on_core(core, *command):
    return ["taskset", "-c", core, *command]


def limits(seconds):
    text = subprocess.run(on_core(SERVER_CORE, os.path.join(TOOLS, "bench_limits"), str(seconds)), check=True,
                          capture_output=True, text=True).stdout
    return json.loads(text)


def load(port, scenario, seconds, users, place=()):
    done = subprocess.run(on_core(CLIENT_CORE, os.path.join(TOOLS, "bench_load"), str(port), scenario, str(CONNECTIONS),
                                  str(seconds), str(users), *place), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{scenario}: {done.stderr}")
    result = json.loads(done.stdout)
    if result["failures"]:
        sys.exit(f"{scenario}: {result['failures']} failures, the first: {result['first_failure']}")
    return result


def wait_for(port):
    """Until somebody listens, at most ten seconds."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"nobody listens on port {port}")


def policies(seconds, results):
    """Decisions on IAM policies; they need no server."""
    text = subprocess.run(on_core(SERVER_CORE, os.path.join(TOOLS, "bench_policy"), str(seconds)), check=True,
                          capture_output=True, text=True).stdout
    found = json.loads(text)
    for statements in (10, 1000):
        rate, compile_us = found[f"policy_{statements}"], found[f"policy_{statements}_compile_us"]
        results.append({"name": f"policy_{statements}", "rate": rate, "compile_us": compile_us})
        print(f"IAM policy of {statements:,} statements: {rate:,.0f} decisions/s ({1e6 / rate:,.1f} µs), compiled in {compile_us:,.0f} µs")


def bare(kind, seconds, scenario="jwks", place=()):
    port = free_port()
    process = subprocess.Popen(on_core(SERVER_CORE, os.path.join(TOOLS, "bench_bare"), str(port), kind))
    try:
        wait_for(port)
        return load(port, scenario, seconds, 1, place)["rate"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def measure_machine(seconds):
    """What this machine can do right now, one core: the limits of every scenario."""
    machine = limits(seconds)
    machine["bare_inline"] = bare("inline", seconds)
    machine["bare_handover"] = bare("handover", seconds)
    return machine


def walk_identities(server, pool):
    """Every identity of the pool is read once; how many there are."""
    count, token = 0, {}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    while True:
        page = server.call("ListIdentities", {"IdentityPoolId": pool, "MaxResults": 60, **token}, signed=True,
                           service="cognito-identity", connection=connection)
        count += len(page["Identities"])
        if "NextToken" not in page:
            connection.close()
            return count
        token = {"NextToken": page["NextToken"]}


def identities(counts, options, results):
    """What identities cost: credentials for some of them, and memory once all were read."""
    for wanted in counts:
        folder = tempfile.mkdtemp(prefix="lifeguard-bench-", dir=options.dir)
        try:
            done = subprocess.run([os.path.join(TOOLS, "bench_seed"), folder, str(wanted), "identities"], check=True,
                                  stdout=subprocess.PIPE, text=True)
            with Pinned(data=folder) as server:
                sample_users(server, CONNECTIONS)
                wait_until_idle(server)
                begin = server.rss_kb()
                found = walk_identities(server, done.stdout.split()[-1])
                run = load(server.port, "credentials", options.seconds, CONNECTIONS, identity_pool(server))
                results.append({"name": "identities", "store": "sqlite", "identities": found, "rate": round(run["rate"], 1),
                                "rss_kb": server.rss_kb()})
                print(f"{found:,} identities: {run['rate']:,.0f} credentials/s, {begin / 1024:.1f} MB resident at first, "
                      f"{server.rss_kb() / 1024:.1f} MB after all were read", flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def authorization_server(options, results):
    """Token endpoint and sign-in page, beside another authorization server."""
    with Pinned() as server:
        wait_until_idle(server)
        oauth.measure({"on_core": on_core, "load": load, "measure_machine": measure_machine, "core": SERVER_CORE}, server, options, results)


def api_authorizer(options, results):
    """What a proxy waits for."""
    bench = {"on_core": on_core, "load": load, "limits": limits, "bare": bare, "core": SERVER_CORE, "tools": TOOLS,
             "Pinned": Pinned, "wait_until_idle": wait_until_idle}
    authorizer.measure(bench, options, results)
    authorizer.decisions(bench, options, results)


def between(before, after):
    return {name: (before[name] + after[name]) / 2 for name in before}


def limit_of(scenario, machine, password_rate):
    """(name, operations a second): DESIGN 6. What a code adds is told against the password sign-in of the same run."""
    sign, verify, modexp = machine["rsa_sign"], machine["rsa_verify"], machine["modexp"]
    point_reads = ("libmicrohttpd with hand-over + 1 verification + 2 point reads",
                   1 / (1 / machine["bare_handover"] + 1 / verify + 2 / machine["point_read"]))
    return {
        "jwks": ("bare libmicrohttpd", machine["bare_inline"]),
        "get_user": point_reads,
        "get_user_first": point_reads,
        "refresh": ("2 RSA-2048 signatures", sign / 2),
        "password": ("1 modexp + 2 signatures", 1 / (1 / modexp + 2 / sign)),
        "srp": ("3 modexps + 2 signatures", 1 / (3 / modexp + 2 / sign)),
        "device": ("6 modexps + 2 signatures", 1 / (6 / modexp + 2 / sign)),
        "totp": ("the password sign-in of this run", password_rate),
        "credentials": ("libmicrohttpd with hand-over + 1 verification + 2 point reads", point_reads[1]),
        "identity_token": ("1 signature + 1 verification", 1 / (1 / sign + 1 / verify)),
        "sign_up": ("1 modexp", modexp),
    }[scenario]


class Pinned(Server):
    """A server on its own core."""

    def start(self, wait_s=120):
        os.sched_setaffinity(0, {int(SERVER_CORE)})
        try:
            return super().start(wait_s)
        finally:
            os.sched_setaffinity(0, set(range(os.cpu_count())))


def sample_users(server, count, pool="us-east-1_Lifeguard"):
    for n in range(count):
        server.call("AdminCreateUser", {"UserPoolId": pool, "Username": f"bench{n:06}", "MessageAction": "SUPPRESS"})
        server.call("AdminSetUserPassword", {"UserPoolId": pool, "Username": f"bench{n:06}", "Password": PASSWORD, "Permanent": True})


def device_pool(server):
    """A pool that tracks devices, with a user for each connection: (pool, client)."""
    pool = server.call("CreateUserPool", {"PoolName": "devices", "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True}})
    pool = pool["UserPool"]["Id"]
    client = server.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "devices", "ExplicitAuthFlows": [
        "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})
    sample_users(server, CONNECTIONS, pool)
    return pool, client["UserPoolClient"]["ClientId"]


def identity_pool(server):
    """An identity pool for users of the demo pool: (pool, client)."""
    client = "lifeguarddemo0000000000000"
    pool = server.call("CreateIdentityPool", {
        "IdentityPoolName": "bench", "AllowUnauthenticatedIdentities": False, "CognitoIdentityProviders": [
            {"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_Lifeguard", "ClientId": client}]},
        signed=True, service="cognito-identity")["IdentityPoolId"]
    trust = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": pool}}}}
    role = "bench" + pool[-12:]
    server.query("iam", "CreateRole", {"RoleName": role, "AssumeRolePolicyDocument": json.dumps(trust)})
    server.call("SetIdentityPoolRoles", {"IdentityPoolId": pool, "Roles": {
        "authenticated": f"arn:aws:iam::123456789012:role/{role}"}}, signed=True, service="cognito-identity")
    return pool, client


def totp_pool(server, seconds):
    """A pool where second factors are optional, and users for a run: (users of a connection, pool, client)."""
    each = int(60 * (seconds + 1))
    pool = server.call("CreateUserPool", {"PoolName": "totp"})["UserPool"]["Id"]
    server.call("SetUserPoolMfaConfig", {"UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
                                         "SoftwareTokenMfaConfiguration": {"Enabled": True}}, signed=True)
    client = server.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "totp", "ExplicitAuthFlows": [
        "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})
    sample_users(server, CONNECTIONS * each, pool)
    return each, pool, client["UserPoolClient"]["ClientId"]


def wait_until_idle(server, most_s=60):
    """A new store makes a stock of signing keys first."""
    used = -1
    for _ in range(most_s):
        with open(f"/proc/{server.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        now = int(fields[11]) + int(fields[12])
        if now - used <= 1:
            return
        used = now
        time.sleep(1)


def start_times(flags, data, rounds=7):
    """Milliseconds from exec to the first answer, keys stored; resident and anonymous memory when idle."""
    times = []
    for _ in range(rounds):
        server = Server(*flags, data=data)
        begin = time.monotonic()
        server.start()
        times.append((time.monotonic() - begin) * 1000)
        time.sleep(0.5)
        with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
            status = dict(line.split(":", 1) for line in file)
        server.stop()
    return statistics.median(times), int(status["VmRSS"].split()[0]), int(status["RssAnon"].split()[0])


SCENARIOS = ["jwks", "get_user", "get_user_first", "refresh", "password", "srp", "totp", "device", "credentials", "identity_token",
             "sign_up"]


def run_scenario(server, scenario, users, options, devices):
    """Each after a moment of warming up, but codes of TOTP are few."""
    if scenario == "totp":
        each, *place = totp_pool(server, options.seconds)
        return load(server.port, scenario, options.seconds, each, tuple(place))
    place = devices if scenario == "device" else identity_pool(server) if scenario in ("credentials", "identity_token") else ()
    load(server.port, scenario, min(1, options.seconds), users, place)
    return load(server.port, scenario, options.seconds, users, place)


def measure(store, flags, users, options, results):
    """All scenarios on one store with so many users; the machine's limits before and after each."""
    folder = kept_folder(options, store, users) or tempfile.mkdtemp(prefix="lifeguard-bench-", dir=options.dir)
    try:
        if not os.path.exists(os.path.join(folder, SEEDED)):
            with Pinned(*flags, data=folder) as server:
                if users == 1:
                    sample_users(server, 1)
                wait_until_idle(server)
            if users > 1:
                print(f"making {users:,} users on {store} ...", flush=True)
                subprocess.run([os.path.join(TOOLS, "bench_seed"), folder, str(users), *flags], check=True)
            with open(os.path.join(folder, SEEDED), "w", encoding="ascii"):
                pass
        with Pinned(*flags, data=folder) as server:
            wait_until_idle(server)
            devices = device_pool(server)
            password_rate = 0
            before = measure_machine(options.limit_seconds)
            for scenario in SCENARIOS:
                run = run_scenario(server, scenario, users, options, devices)
                after = measure_machine(options.limit_seconds)
                if scenario == "password":
                    password_rate = run["rate"]
                name, limit = limit_of(scenario, between(before, after), password_rate)
                before = after
                results.append({"name": scenario, "store": store, "users": users, "connections": CONNECTIONS,
                                "rate": round(run["rate"], 1), "p50_ms": round(run["p50_ms"], 3),
                                "p99_ms": round(run["p99_ms"], 3), "limit_name": name, "limit_rate": round(limit, 1),
                                "ratio": round(run["rate"] / limit, 3), "rss_kb": server.rss_kb()})
                print(f"{scenario:14} {store:9} {users:>9,} {run['rate']:>10,.0f} {run['p50_ms']:>9.2f} {run['p99_ms']:>9.2f} "
                      f"{limit:>10,.0f} {run['rate'] / limit:>6.2f} {server.rss_kb() // 1024:>5} MB  {name}", flush=True)
        if users == 1 and store == "sqlite":
            start_ms, rss, anonymous = start_times(flags, folder)
            results.append({"name": "start_ms", "store": store, "value": round(start_ms, 1)})
            results.append({"name": "idle_rss_kb", "store": store, "value": rss, "anonymous_kb": anonymous})
            print(f"start to first answer {start_ms:.0f} ms, idle memory {rss / 1024:.1f} MB resident, "
                  f"{anonymous / 1024:.1f} MB of it anonymous", flush=True)
    finally:
        if folder != kept_folder(options, store, users):
            shutil.rmtree(folder, ignore_errors=True)


def kept_folder(options, store, users):
    """Where a large store stays from run to run, so that it is filled once; None = it goes."""
    if not options.keep or users == 1:
        return None
    folder = os.path.join(options.keep, f"{store}-{users}")
    os.makedirs(folder, exist_ok=True)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--limit-seconds", type=float, default=0.5, help="each limit, before and after each scenario")
    parser.add_argument("--users", default="1,1000000", help="comma-separated numbers of users")
    parser.add_argument("--only-authorizer", action="store_true", help="the API authorizer alone, nothing is written")
    parser.add_argument("--only-oauth", action="store_true", help="the authorization server alone, nothing is written")
    parser.add_argument("--identities", default="1000,1000000", help="comma-separated numbers of identities")
    parser.add_argument("--stores", default="sqlite,postgres")
    parser.add_argument("--dir", default=os.environ.get("TMPDIR"), help="where data folders are made")
    parser.add_argument("--keep", help="a folder in which stores of many users stay for the next run")
    options = parser.parse_args()
    os.chdir(TOP)
    subprocess.run(["ninja", "-C", "build", "--quiet", "lifeguard", "tests/bench_load", "tests/bench_limits",
                    "tests/bench_bare", "tests/bench_seed", "tests/bench_policy", "tests/bench_authorizer"], check=True)

    machine = measure_machine(min(2.0, options.seconds))
    print(f"this machine, one core: {machine['rsa_sign']:,.0f} RSA-2048 signatures/s, {machine['rsa_verify']:,.0f} verifications/s, "
          f"{machine['modexp']:,.0f} modexps/s (3072 bits, 256-bit exponent), {machine['argon2id']:,.1f} Argon2id/s, {machine['point_read']:,.0f} point reads/s, "
          f"libmicrohttpd {machine['bare_inline']:,.0f}/s inline, {machine['bare_handover']:,.0f}/s with hand-over")
    print(f"{'operation':14} {'store':9} {'users':>9} {'rate/s':>10} {'p50 ms':>9} {'p99 ms':>9} {'limit/s':>10} {'ratio':>6} {'memory':>8}  limit")

    results = []
    if options.only_oauth:
        return authorization_server(options, results)
    if options.only_authorizer:
        return api_authorizer(options, results)
    for store in options.stores.split(","):
        for users in (int(n) for n in options.users.split(",")):
            if store == "postgres":
                with Postgres(kept_folder(options, store, users)) as postgres:
                    measure(store, ["--set", "store.engine=postgres", "--set", f"store.url={postgres.url}"], users, options,
                            results)
            else:
                measure(store, [], users, options, results)
    authorization_server(options, results)
    api_authorizer(options, results)
    identities([int(n) for n in options.identities.split(",") if n], options, results)
    policies(options.limit_seconds, results)
    for path, content in (("build/bench.json", results), ("build/bench-limits.json", machine)):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
    print("written: build/bench.json, build/bench-limits.json")


class Postgres:
    """A PostgreSQL of our own (tests/lib/postgres.sh), for as long as the block lasts."""

    def __init__(self, folder):
        self.folder = [os.path.join(folder, "postgres")] if folder else []

    def __enter__(self):
        self.process = subprocess.Popen([os.path.join(TOP, "tests", "lib", "postgres.sh"), "hold", *self.folder],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            sys.exit("PostgreSQL did not start")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


if __name__ == "__main__":
    main()

"""The authorization server beside another one: npm's oidc-provider, on the same core, in the same minutes."""

import base64
import json
import os
import subprocess
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
TICKS = os.sysconf("SC_CLK_TCK")
ROUNDS = 2  # ours and theirs take turns, so that a slow minute of the machine meets both


def form(port, path, client, fields):
    """A whole request of a token endpoint, as bytes."""
    body = urllib.parse.urlencode(fields)
    basic = base64.b64encode(":".join(client).encode()).decode()
    return (f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Authorization: Basic {basic}\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


def page(port, path):
    return f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\n\r\n".encode()


class Peer:
    """oidc-provider on the server's core, until the block ends."""

    def __init__(self, on_core, core):
        self.on_core, self.core = on_core, core

    def __enter__(self):
        self.process = subprocess.Popen(self.on_core(self.core, "node", os.path.join(HERE, "peer.mjs")), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.told = json.loads(self.process.stdout.readline())
        self.told["pid"] = self.process.pid
        return self.told

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def requests_of(server, peer):
    """{name: [(port, request) of ours, of theirs]}; theirs is None where they have nothing to compare."""
    done = subprocess.run(["node", os.path.join(HERE, "ours.mjs"), server.url], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    ours, port, theirs = json.loads(done.stdout), server.port, peer["port"]
    credentials = {"grant_type": "client_credentials"}
    return {
        "client_credentials": [(port, form(port, "/oauth2/token", ours["machine"], {**credentials, "scope": "api/read"})),
                               (theirs, form(theirs, "/token", peer["client"], {**credentials, "scope": "read"}))],
        "oauth_refresh": [(port, form(port, "/oauth2/token", ours["client"], {
            "grant_type": "refresh_token", "refresh_token": ours["refresh"]})),
                          (theirs, form(theirs, "/token", peer["client"], {
                              "grant_type": "refresh_token", "refresh_token": peer["refresh"]}))],
        "login_page": [(port, page(port, ours["login"])), None],
    }


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def run_fixed(load, port, request, seconds):
    with tempfile.NamedTemporaryFile() as file:
        file.write(request)
        file.flush()
        return load(port, "fixed", seconds, 1, (file.name, "-"))


def timed(load, one, pid, seconds):
    """(a second, a second of the server's own processor time: what neighbours take away does not count)"""
    run_fixed(load, *one, min(1, seconds))
    before = cpu_s(pid)
    run = run_fixed(load, *one, seconds)
    return run["rate"], run["requests"] / (cpu_s(pid) - before), run["p50_ms"], run["p99_ms"]


def measure(bench, server, options, results):
    """`bench`: on_core, core, load and measure_machine of bench.py."""
    with Peer(bench["on_core"], bench["core"]) as peer:
        pids = server.process.pid, peer["pid"]
        for name, pair in requests_of(server, peer).items():
            before = bench["measure_machine"](options.limit_seconds)
            runs = [], []
            for _ in range(ROUNDS):
                for side, one in enumerate(pair):
                    if one:
                        runs[side].append(timed(bench["load"], one, pids[side], options.seconds / ROUNDS))
            after = bench["measure_machine"](options.limit_seconds)
            sign = (before["rsa_sign"] + after["rsa_sign"]) / 2
            limit_name, limit = {"client_credentials": ("1 RSA-2048 signature", sign),
                                 "oauth_refresh": ("2 RSA-2048 signatures", sign / 2),
                                 "login_page": ("5,000 a second", 5000)}[name]
            (rate, cpu), p50, p99 = (sum(run[i] for run in runs[0]) / ROUNDS for i in (0, 1)), runs[0][-1][2], runs[0][-1][3]
            result = {"name": name, "store": "sqlite", "users": 1, "rate": round(rate, 1), "cpu_rate": round(cpu, 1),
                      "p50_ms": round(p50, 3), "p99_ms": round(p99, 3), "limit_name": limit_name,
                      "limit_rate": round(limit, 1), "ratio": round(rate / limit, 3)}
            beside = ""
            if runs[1]:
                theirs, their_cpu = (sum(run[i] for run in runs[1]) / ROUNDS for i in (0, 1))
                result.update({"peer": "oidc-provider", "peer_rate": round(theirs, 1), "peer_cpu_rate": round(their_cpu, 1),
                               "peer_ratio": round(rate / theirs, 2), "peer_cpu_ratio": round(cpu / their_cpu, 2)})
                beside = f"; oidc-provider {theirs:,.0f}/s: {rate / theirs:.2f} ×, by processor time {cpu / their_cpu:.2f} ×"
            results.append(result)
            print(f"{name:18} {rate:>8,.0f}/s, {cpu:,.0f} a second of processor time, p99 {p99:.1f} ms, "
                  f"{rate / limit:.2f} of {limit_name}{beside}", flush=True)

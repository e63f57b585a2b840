#!/usr/bin/env python3
"""Bad input: each gets a proper error, memory stays bounded, and others are served meanwhile.

A server of our own on loopback gets bodies of 16 MiB, slow senders, 10,000 idle connections, duplicate headers,
invalid UTF-8, deep and wide JSON, wrong methods, broken requests and early ends; and its command line gets wrong
arguments.
"""

import concurrent.futures
import http.client
import json
import os
import resource
import socket
import stat
import subprocess
import sys
import threading
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import BINARY, DEMO_CLIENT, ApiError, Folder, Server, free_port  # noqa: E402

MIB = 1 << 20
IDLE = 10000
TARGET = "AWSCognitoIdentityProviderService."
JSON_HEADERS = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGET + "InitiateAuth"}
GROWTH_KB = 150 * 1024  # what a burst of bad input may leave behind

CASES = []


def case(function):
    CASES.append(function)
    return function


# ---- helpers ----


def dial(server, timeout=20):
    return socket.create_connection(("127.0.0.1", server.port), timeout=timeout)


def read_answer(connection):
    """(status, body), or (0, b"") when the connection ended without an answer."""
    file = connection.makefile("rb")
    try:
        line = file.readline().split()
        headers = http.client.parse_headers(file)
        body = file.read(int(headers.get("Content-Length", 0)))
    except (OSError, http.client.HTTPException):
        return 0, b""
    return (int(line[1]), body) if len(line) > 1 else (0, b"")


def ask_raw(server, data, timeout=20):
    with dial(server, timeout) as connection:
        try:
            connection.sendall(data)
        except OSError:
            pass  # What the server said counts.
        return read_answer(connection)


def post(server, body, headers=None, method="POST", path="/"):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request(method, path, body, {"Host": f"localhost:{server.port}", **(JSON_HEADERS if headers is None else headers)})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def error_of(body):
    return json.loads(body).get("__type")


def check(fact, text):
    if not fact:
        raise AssertionError(text)


def check_serves(server, within_s=2.0):
    """The server answers somebody else, soon."""
    begin = time.monotonic()
    check("AuthenticationResult" in server.sign_in("demo", "Correct-horse-9"), "sign-in fails")
    took = time.monotonic() - begin
    check(took < within_s, f"a sign-in took {took:.1f} s meanwhile")


# ---- cases: each gets a running server ----


@case
def bodies_of_16_mib_are_too_large(server):
    before = server.rss_kb()
    for _ in range(3):
        status, body = post(server, b"x" * 16 * MIB)
        check(status == 413, f"answered with {status}")
        check(error_of(body) == "RequestEntityTooLargeException", f"answered with {body[:200]}")
    check(server.rss_kb() - before < 8 * 1024, f"memory grew from {before} to {server.rss_kb()} KB")


@case
def chunked_bodies_are_too_large_too(server):
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, _ = ask_raw(server, head + chunk * 256 + b"0\r\n\r\n")
    check(status == 413, f"answered with {status}")
    with dial(server) as connection:  # and it never ends
        connection.sendall(head)
        sent = 0
        try:
            while sent < 200 * MIB:
                sent += connection.send(chunk)
        except OSError:
            pass
        check(sent < 200 * MIB, "nobody stopped an endless body")


@case
def large_bodies_at_once_stay_bounded(server):
    before = server.rss_kb()
    peak = 0
    body = b"[" * (MIB - 1)
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = [pool.submit(post, server, body) for _ in range(256)]
        for answer in answers:
            status, text = answer.result()
            check(status == 400 and error_of(text) == "SerializationException", f"answered with {status} {text[:100]}")
            peak = max(peak, server.rss_kb())
    check(peak - before < 400 * 1024, f"memory rose from {before} to {peak} KB")


@case
def password_hashes_at_once_stay_bounded(server):
    """Argon2id takes 19 MiB: a flood of passwords gets as many as there are cores, and a short queue."""
    pool_id = server.call("CreateUserPool", {"PoolName": "hashes", "UserPoolTags": {"lifeguard:password.storage": "argon2id"}})
    pool_id = pool_id["UserPool"]["Id"]
    client = server.call("CreateUserPoolClient", {
        "UserPoolId": pool_id, "ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
        "PreventUserExistenceErrors": "ENABLED"})["UserPoolClient"]["ClientId"]
    seen = {}

    def guess(i):
        try:
            server.sign_in(f"nobody{i}", "wrong", client)
        except ApiError as error:
            seen[error.code] = seen.get(error.code, 0) + 1
        return server.rss_kb()

    before = server.rss_kb()
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        guesses = [pool.submit(guess, i) for i in range(256)]
        check_serves(server)
        peak = max(made.result() for made in guesses)
    check(set(seen) <= {"NotAuthorizedException", "TooManyRequestsException"}, f"answered with {seen}")
    check(seen.get("NotAuthorizedException", 0) >= 32, f"nobody was served: {seen}")
    check(peak - before < (os.cpu_count() * 20 + 64) * 1024, f"memory rose from {before} to {peak} KB")


@case
def slow_senders_are_cut_and_others_served(server):
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
    slow = [(dial(server), part) for part in (b"POST / HT", head, head + b"\r\n{") for _ in range(30)]
    for connection, part in slow:
        connection.sendall(part)
    stop = threading.Event()

    def dribble():
        while not stop.is_set():
            for connection, _ in slow:
                try:
                    connection.send(b"a")
                except OSError:
                    pass
            time.sleep(0.2)

    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        begin = time.monotonic()
        check_serves(server)
        for connection, part in slow:
            status, _ = read_answer(connection)
            check(status == 408, f"{part} is answered with {status}")
        took = time.monotonic() - begin
        check(took < 10, f"slow senders were kept for {took:.0f} s")
    finally:
        stop.set()
        thread.join()
        for connection, _ in slow:
            connection.close()


@case
def slow_readers_are_cut(server):
    request = b"GET /_lifeguard/assets/inbox.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", server.port))
        try:
            for _ in range(3000):  # more than the socket buffers take, and nobody reads
                connection.sendall(request)
        except OSError:
            pass
        check_serves(server)
        time.sleep(3)  # twice the time for an answer
        received = 0
        try:
            while part := connection.recv(1 << 16):
                received += len(part)
        except OSError:
            pass
        check(received < 3000 * 4000, "somebody who does not read is waited for")


@case
def ten_thousand_idle_connections_hold_nobody_up(server):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = IDLE + 200
    if hard != resource.RLIM_INFINITY and hard < want:
        print(f"      only {hard} open files allowed: fewer connections")
        want = hard - 100
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, want + 100), hard))
    before = server.rss_kb()
    idle = []
    try:
        for _ in range(want):
            idle.append(dial(server))
        check_serves(server)
        grown = server.rss_kb() - before
        print(f"      {want} idle connections take {grown} KB")
        check(grown < GROWTH_KB, f"idle connections take {grown} KB")
        # The newest is served; beyond the maximum the oldest have gone.
        idle[-1].sendall(b"GET /_lifeguard/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        check(read_answer(idle[-1])[0] == 200, "the newest connection is not served")
        if want > IDLE:
            idle[0].settimeout(2)
            check(idle[0].recv(1) == b"", "the oldest connection is still there")
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    check_serves(server)


@case
def requests_that_can_be_read_two_ways_are_refused(server):
    post_line = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
    for data in (
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        post_line + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        post_line + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nab",
        post_line + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post_line + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post_line + b"Transfer-Encoding: identity\r\n\r\n",
        post_line + b"Content-Length: 0x2\r\n\r\nab",
        post_line + b"Content-Length: 99999999999999999999999\r\n\r\nab",
        post_line + b"X Y: 1\r\n\r\n",
        b"GET /a\x01b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /a\x00b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x0bb\r\n\r\n",
        b"G\xc3\xa4T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://elsewhere/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ):
        status, _ = ask_raw(server, data)
        check(status in (400, 413), f"{data} is answered with {status}")


@case
def what_is_no_http_is_refused(server):
    for data in (
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(600) + b"\r\n\r\n",
        b"\r\n" * 100 + b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"\x00" * 2000 + b"\r\n\r\n",
    ):
        status, _ = ask_raw(server, data, timeout=5)
        check(status == 0 or 400 <= status <= 505, f"{data[:60]} is answered with {status}")
    check_serves(server)


@case
def long_heads_are_refused(server):
    line = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
    for data in (
        b"GET /" + b"a" * 30000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        line + b"X: " + b"a" * 30000 + b"\r\n\r\n",
        line + b"".join(b"X%d: y\r\n" % n for n in range(500)) + b"\r\n",
        line + b"Cookie: " + b"a=b; " * 4000 + b"\r\n\r\n",
        b"GET /?" + b"a&" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ):
        status, _ = ask_raw(server, data)
        check(status in (414, 431), f"a head of {len(data)} bytes is answered with {status}")


@case
def methods_that_are_none_are_refused(server):
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", "A" * 100):
        for path in ("/", "/us-east-1_Lifeguard/.well-known/jwks.json", "/_lifeguard/health/ready", "/_lifeguard/clock"):
            status, _ = ask_raw(server, f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}".encode())
            check(status == 405, f"{method} {path} is answered with {status}")
    status, _ = ask_raw(server, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    check(status in (404, 405), f"GET / is answered with {status}")


@case
def json_that_is_none_is_a_serialization_error(server):
    deep, wide = 100000, 250000
    for body in (
        b"", b"{", b"nul", b"[]", b"\"text\"", b"{}}", b"{\"a\":1,}", b"{'a':1}", b"\xef\xbb\xbf{}", b"{\"a\":1}\x00",
        b"{\"ClientId\":\"\xff\xfe\"}", b"{\"ClientId\":\"\xed\xa0\x80\"}", b"{\"ClientId\":\"\\ud800\"}",
        b"{\"ClientId\":\"\xc0\x80\"}", b"{\"ClientId\":\"a\nb\"}", b"{\"a\":1,\"a\":2}",
        b"[" * deep, b"{\"a\":" * deep, b"[" * deep + b"]" * deep,
        b"{\"a\":[" + b"{}," * wide + b"{}]}",
        b"{\"a\":" + b"9" * 100000 + b"}", b"{\"a\":1e999999}",
    ):
        status, text = post(server, body)
        check(status == 400 and error_of(text) == "SerializationException",
              f"{body[:40]} ({len(body)} bytes) is answered with {status} {text[:200]}")


@case
def values_of_the_wrong_kind_are_a_serialization_error(server):
    for members in ({"ClientId": 1}, {"ClientId": {}}, {"AuthParameters": []}, {"AuthParameters": {"USERNAME": 1}},
                    {"AuthFlow": True}):
        status, text = post(server, json.dumps(members))
        check(status == 400 and error_of(text) in ("SerializationException", "InvalidParameterException"),
              f"{members} is answered with {status} {text[:200]}")


@case
def targets_that_are_none_are_unknown(server):
    for target in ("", "X", TARGET, TARGET + "Nothing", TARGET + "InitiateAuth" * 1000, "Other.InitiateAuth",
                   TARGET + "InitiateAuth\xff", "../../etc/passwd"):
        status, text = post(server, "{}", {**JSON_HEADERS, "X-Amz-Target": target.encode("latin-1")})
        check(status == 400 and error_of(text) == "UnknownOperationException", f"{target[:50]} is answered with {status} {text[:200]}")


@case
def text_of_every_plane_is_stored_or_refused_by_rule(server):
    for number, name in enumerate(("nul\x00byte", "emoji😀", "ﷺ", "'; DROP TABLE user_head; --", "\"<script>", "a" * 128, "𐀀" * 64,
                                   "\u202egnp", "e\u0301", "\U0010fffd")):
        address = f"plane{number}@example.com"
        try:
            server.call("SignUp", {"ClientId": DEMO_CLIENT, "Username": name, "Password": "Correct-horse-9",
                                   "UserAttributes": [{"Name": "email", "Value": address}, {"Name": "name", "Value": name[:64] + "'\x00\""}]})
        except ApiError as error:
            check(error.status == 400, f"{name!r}: {error}")
            continue
        user = server.call("AdminGetUser", {"UserPoolId": "us-east-1_Lifeguard", "Username": name})
        found = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
        check(found["name"] == name[:64] + "'\x00\"", f"{name!r} came back as {found['name']!r}")


@case
def web_pages_cannot_drive_it(server):
    for headers in ({"Host": "evil.example"}, {"Host": "localhost.evil.example"}):
        status, _ = post(server, "{}", {**JSON_HEADERS, **headers})
        check(status == 403, f"{headers} is answered with {status}")
    foreign = {"Origin": "https://evil.example", "Content-Type": "application/json"}
    for path in ("/_lifeguard/reset", "/_lifeguard/clock"):
        status, _ = post(server, "{\"advance_s\":1}", foreign, path=path)
        check(status == 403, f"{path} from a foreign page is answered with {status}")
    status, _ = post(server, "{}", {"Content-Type": "text/plain"}, path="/_lifeguard/reset")
    check(status == 415, f"a reset as text is answered with {status}")


@case
def early_ends_leave_nothing_behind(server):
    before = server.rss_kb()
    whole = (f"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: {TARGET}InitiateAuth\r\nContent-Length: 60\r\n\r\n"
             '{"ClientId":"lifeguarddemo0000000000000","AuthFlow":"USER_').encode()
    for number in range(1500):
        connection = dial(server)
        if number % 2:  # a reset instead of an end
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        connection.sendall(whole[:1 + number % len(whole)])
        connection.close()
    request = b"GET /_lifeguard/inbox HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for _ in range(300):  # gone before the worker is done
        connection = dial(server)
        connection.sendall(request)
        connection.close()
    check_serves(server)
    check(server.rss_kb() - before < 20 * 1024, f"memory grew from {before} to {server.rss_kb()} KB")


@case
def pipelines_are_answered_in_order(server):
    live = b"GET /_lifeguard/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    inbox = b"GET /_lifeguard/inbox/messages?to=nobody HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with dial(server) as connection:
        connection.sendall((live + inbox) * 100)
        file = connection.makefile("rb")
        for number in range(200):
            status = file.readline().split()[1]
            headers = http.client.parse_headers(file)
            body = file.read(int(headers["Content-Length"]))
            check(status == b"200" and (body == b"[]") == bool(number % 2), f"answer {number} is {body[:60]}")


# ---- the command line ----


def run_binary(*arguments, env=None):
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=20, check=False,
                          env={"PATH": os.environ["PATH"], **(env or {})})
    return done.returncode, done.stdout, done.stderr


def check_exit(expected, text, *arguments, env=None):
    code, out, err = run_binary(*arguments, env=env)
    check(code == expected, f"{arguments} exits with {code}: {err[-300:]}")
    check(text in out + err, f"{arguments} says {out + err}")


@case
def wrong_command_lines_exit_as_agreed(server):
    check_exit(0, "lifeguard 0.", "version")
    check_exit(0, "Commands", "help")
    check_exit(0, "server.public_url", "check", "--dev")
    check_exit(2, "a command is missing")
    check_exit(2, "no command serv", "serv")
    check_exit(2, "did you mean --listen?", "serve", "--lisen", "x")
    check_exit(2, "not available in this version", "backup")
    check_exit(1, "did you mean server.listen?", "serve", "--dev", "--set", "server.listn=1")
    check_exit(1, "did you mean server.public_url?", "check", "--dev", env={"LIFEGUARD_SERVER_PUBLICURL": "x"})
    check_exit(1, "dev.allow_remote", "serve", "--dev", "--listen", "0.0.0.0:9501")
    check_exit(1, "keys.master is needed", "serve", "--public-url", "https://id.example.com")
    check_exit(4, "cannot listen on", "serve", "--dev", "--listen", f"localhost:{server.port}")
    check_exit(3, "cannot make the data folder", "serve", "--dev", "--listen", f"localhost:{free_port()}", "--data", "/proc/none/data")


@case
def foreign_damaged_and_wrongly_keyed_data_is_refused_untouched(_server):
    with Folder() as data:
        path = os.path.join(data, "lifeguard.db")
        port = free_port()
        flags = ("serve", "--dev", "--listen", f"localhost:{port}", "--data", data)
        for content in (b"no database at all" * 500, b"SQLite format 3\x00" + b"\xff" * 5000):
            with open(path, "wb") as file:
                file.write(content)
            with open(os.path.join(data, "master.key"), "w", encoding="ascii") as file:
                file.write("00" * 32)
            os.chmod(file.name, 0o600)
            check_exit(3, "lifeguard: ", *flags)
            with open(path, "rb") as file:
                check(file.read() == content, "a foreign file was changed")
        os.remove(path)
        with Server(data=data) as own:
            check_serves(own)
        with open(os.path.join(data, "master.key"), "w", encoding="ascii") as file:
            file.write("11" * 32)
        check_exit(3, "wrong master key", *flags)
        os.remove(file.name)
        check_exit(3, "is not there", *flags)
        check(not os.path.exists(file.name), "a new key was made beside old data")


@case
def a_production_server_keeps_its_promises(_server):
    with Folder() as folder:
        data, key = os.path.join(folder, "data"), os.path.join(folder, "master.key")
        port = free_port()
        command = [BINARY, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", "--public-url", "https://id.example.com",
                   "--set", f"keys.master=file:{key}"]
        for start in range(2):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            try:
                until = time.monotonic() + 20
                while time.monotonic() < until and process.poll() is None:
                    try:
                        socket.create_connection(("127.0.0.1", port)).close()
                        break
                    except OSError:
                        time.sleep(0.05)
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("GET", "/_lifeguard/inbox")
                check(connection.getresponse().status == 404, "a production server has an inbox")
                connection.close()
            finally:
                process.terminate()
                out, _ = process.communicate(timeout=20)
            check(process.returncode == 0, f"stopped with {process.returncode}")
            credentials = os.path.join(data, "root-credentials")
            check(("root-credentials" in out) == (start == 0), f"start {start} says {out!r}")
            for path in (credentials, key):
                check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, f"{path} can be read by others")
            with open(credentials, encoding="ascii") as file:
                text = file.read()
            check("aws_access_key_id = AKIA" in text and text.split()[-1] not in out, "the root key is not as agreed")
            with open(os.path.join(data, "lifeguard.db"), "rb") as file:
                check(text.split()[-1].encode() not in file.read(), "the root key stands in the database")
        check_exit(3, "stamped", "serve", "--dev", "--listen", f"localhost:{port}", "--data", data, "--set", f"keys.master=file:{key}")


def main():
    passed = failed = 0
    only = sys.argv[1:]
    with Server("--set", "limits.request_ms=1500", "--set", "server.workers=16") as server:
        for function in CASES:
            if only and function.__name__ not in only:
                continue
            begin = time.monotonic()
            try:
                function(server)
                check(server.process.poll() is None, "the server ended")
                passed += 1
                print(f"ok    {function.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)
            except Exception:  # noqa: BLE001  whatever it is, the case failed
                failed += 1
                print(f"FAIL  {function.__name__}\n{traceback.format_exc()}", flush=True)
                if server.process.poll() is not None:
                    print(server.log_text()[-4000:])
                    break
        print(f"peak memory seen at the end: {server.rss_kb()} KB")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()

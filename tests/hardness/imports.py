#!/usr/bin/env python3
"""Imports of users: killed on the way, with lines that are none, stopped; each user once, in constant memory."""

import http.client
import os
import signal
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import check  # noqa: E402
from lifeguard import ApiError, Folder, Server  # noqa: E402

USERS = int(os.environ.get("IMPORT_USERS", "20000"))
MOST_KB = 96 * 1024  # resident: an empty server, a file's part, a batch of users, and the database's caches
SLOWEST = 500        # users a second, where others share the machine


def ask(server, method, url, body=None, headers=None):
    where = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, where.path + "?" + where.query, body,
                           {"Host": f"localhost:{server.port}", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("X-Lifeguard-Next")
    finally:
        connection.close()


def line(header, values):
    return ",".join(values.get(column, "") for column in header) + "\n"


def user(number):
    return {"cognito:username": f"Quetzal-{number}", "email": f"quetzal{number}@example.com", "email_verified": "TRUE",
            "cognito:mfa_enabled": "FALSE", "given_name": "Ann", "family_name": f"Family{number % 1000}"}


class Job:
    def __init__(self, server, lines):
        self.pool = server.call("CreateUserPool", {"PoolName": "imports", "AutoVerifiedAttributes": ["email"]})["UserPool"]["Id"]
        header = server.call("GetCSVHeader", {"UserPoolId": self.pool}, signed=True)["CSVHeader"]
        job = server.call("CreateUserImportJob", {"UserPoolId": self.pool, "JobName": "j",
                                                  "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/import"})["UserImportJob"]
        self.id = job["JobId"]
        text = (",".join(header) + "\n").encode() + b"".join(
            one if isinstance(one, bytes) else line(header, one).encode() for one in lines)
        status, body, _ = ask(server, "PUT", job["PreSignedUrl"], text, {"x-amz-server-side-encryption": "aws:kms"})
        check.equal((status, body), (200, b""), "upload")

    def start(self, server):
        server.call("StartUserImportJob", {"UserPoolId": self.pool, "JobId": self.id}, signed=True)

    def now(self, server):
        return server.call("DescribeUserImportJob", {"UserPoolId": self.pool, "JobId": self.id})["UserImportJob"]

    def wait(self, server, imported=None, seconds=120):
        """Until it has ended, or so many users are there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            job = self.now(server)
            if job["Status"] not in ("Pending", "InProgress", "Stopping") or (imported and job["ImportedUsers"] >= imported):
                return job
            time.sleep(0.05)
        raise AssertionError(f"still at work: {self.now(server)}")

    def log(self, server):
        url, at, text = self.now(server)["PreSignedUrl"], "0", b""
        while at is not None:
            status, part, at = ask(server, "GET", f"{url}&from={at}")
            check.equal(status, 200, "log")
            text += part
        return text.decode().splitlines()


def counts(job):
    return job["Status"], job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]


def test_killed_on_the_way_each_user_is_there_once():
    with Folder() as data:
        with Server(data=data) as server:
            job = Job(server, [user(number) for number in range(USERS)])
            job.start(server)
            for part in (1, 2):
                job.wait(server, imported=USERS * part // 4)
                server.stop(signal.SIGKILL)
                server.start()
            check.equal(counts(job.wait(server)), ("Succeeded", USERS, 0, 0), "counts")
            log = job.log(server)
            check.equal(len(log), USERS, "lines of the log")
            check.equal(len(set(log)), USERS, "lines of the log that differ")
            for number in (0, 1, USERS // 2, USERS - 1):
                server.call("AdminGetUser", {"UserPoolId": job.pool, "Username": f"Quetzal-{number}"})
            pool = server.call("DescribeUserPool", {"UserPoolId": job.pool})["UserPool"]
            assert pool["EstimatedNumberOfUsers"] >= USERS * 0.8, pool["EstimatedNumberOfUsers"]


def test_memory_is_constant_and_pace_is_kept():
    with Server() as server:
        job = Job(server, [user(number) for number in range(USERS)])
        begun = time.monotonic()
        job.start(server)
        most = 0
        while job.now(server)["Status"] in ("Pending", "InProgress"):
            most = max(most, server.rss_kb())
            time.sleep(0.1)
        pace = USERS / (time.monotonic() - begun)
        check.equal(counts(job.now(server)), ("Succeeded", USERS, 0, 0), "counts")
        print(f"  {USERS} users, {pace:.0f} a second, {most} KB resident at most")
        assert most < MOST_KB, f"{most} KB"
        assert pace > SLOWEST, f"{pace} a second"


def test_lines_that_are_none():
    lines = [user(0), b"x" * 10_000_000 + b"\n", user(1), b"\xff\xfe\xfd\n", b"\n", b"a,b\\,c\n", user(1), {**user(2), "birthdate": "1.2.90"},
             {**user(3), "address": "y" * 16001}, {**user(4), "email_verified": "FALSE"}, user(5)]
    with Server() as server:
        job = Job(server, lines)
        job.start(server)
        check.equal(counts(job.wait(server)), ("Succeeded", 3, 1, 6), "counts")
        log = job.log(server)
        check.equal([entry.split(" - ")[0] for entry in log],
                    [f"[{fate}] Line Number {number}" for number, fate in
                     ((2, "SUCCEEDED"), (3, "FAILED"), (4, "SUCCEEDED"), (5, "FAILED"), (7, "FAILED"), (8, "SKIPPED"), (9, "FAILED"),
                      (10, "FAILED"), (11, "FAILED"), (12, "SUCCEEDED"))], "log")
        for entry in log:
            assert "quetzal" not in entry.lower(), entry


def test_stopped_it_stays_stopped():
    with Server() as server:
        job = Job(server, [user(number) for number in range(USERS)])
        job.start(server)
        job.wait(server, imported=1)
        server.call("StopUserImportJob", {"UserPoolId": job.pool, "JobId": job.id}, signed=True)
        ended = job.wait(server)
        check.equal(ended["Status"], "Stopped", "status")
        assert 0 < ended["ImportedUsers"] < USERS, ended
        time.sleep(1.5)
        check.equal(job.now(server)["ImportedUsers"], ended["ImportedUsers"], "users")
        check.equal(len(job.log(server)), ended["ImportedUsers"], "lines of the log")
        try:
            server.call("StartUserImportJob", {"UserPoolId": job.pool, "JobId": job.id}, signed=True)
            raise AssertionError("started again")
        except ApiError as error:
            check.equal(error.code, "PreconditionNotMetException", "second start")


def test_files_that_are_too_large_or_not_expected():
    with Server() as server:
        job = Job(server, [user(0)])
        url = job.now(server)["PreSignedUrl"]
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        where = urllib.parse.urlsplit(url)
        connection.putrequest("PUT", where.path + "?" + where.query)
        connection.putheader("Content-Length", str((100 << 20) + 1))
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        check.equal(connection.getresponse().status, 413, "101 MiB")
        connection.close()
        check.equal(ask(server, "PUT", url.replace("token=A", "token=B"), b"x" * 1000)[0], 403, "another token")
        job.start(server)
        check.equal(ask(server, "PUT", url, b"x" * 1000)[0], 409, "after the start")
        check.equal(counts(job.wait(server)), ("Succeeded", 1, 0, 0), "counts")


def test_a_file_that_waits_is_not_readable():
    with Folder() as data:
        with Server(data=data) as server:
            job = Job(server, [user(number) for number in range(100)])
            check.equal(job.now(server)["Status"], "Created", "status")
        for name in os.listdir(data):
            with open(os.path.join(data, name), "rb") as file:
                content = file.read().lower()
            for secret in (b"quetzal", b"@example.com", b"cognito:username"):
                assert secret not in content, f"{secret} is readable in {name}"


if __name__ == "__main__":
    check.run(globals())

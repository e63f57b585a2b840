"""boto3's paginators over ten thousand users, groups and clients, while others come and go."""

import http.client
import os
import sys
import threading
import time
import unittest
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import Server  # noqa: E402

MANY = 10_000
GOING = 1_000  # of them, every tenth, may be deleted while the list is read


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--set", f"quotas.groups={3 * MANY}", "--set", f"quotas.clients={3 * MANY}").start()
        cls.idp = boto3.client("cognito-idp", endpoint_url=cls.server.url, region_name="us-east-1",
                               aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="any",
                               config=Config(retries={"max_attempts": 1}))
        cls.pool = cls.idp.create_user_pool(PoolName="pages", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def call(self, connection, operation, **members):
        return self.server.call(operation, {"UserPoolId": self.pool, **members}, signed=True, connection=connection)

    def seed(self, operation, members_of):
        """MANY calls over eight connections; their answers in order."""
        def part(first):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
            answers = [(number, self.call(connection, operation, **members_of(number))) for number in range(first, MANY, 8)]
            connection.close()
            return answers

        with ThreadPoolExecutor(8) as threads:
            return [answer for _, answer in sorted(sum(threads.map(part, range(8)), []), key=lambda one: one[0])]

    def walk(self, paginate, names_of, seeded, add, remove):
        """Each that stays is listed once; who is added or removed meanwhile at most once."""
        going, staying = seeded[::MANY // GOING], set(seeded) - set(seeded[::MANY // GOING])
        added, removed, done = [], [], threading.Event()

        def churn():
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
            while not done.is_set() and len(removed) < len(going):
                added.append(add(connection, len(added)))
                remove(connection, going[len(removed)])
                removed.append(going[len(removed)])
            connection.close()

        thread = threading.Thread(target=churn)
        thread.start()
        try:
            listed = [name for page in paginate for name in names_of(page)]
        finally:
            done.set()
            thread.join()
        self.assertGreater(len(removed), 20)
        self.assertEqual(len(listed), len(set(listed)), "something is listed twice")
        self.assertEqual(staying - set(listed), set(), "something is left out")
        self.assertEqual(set(listed) - set(seeded) - set(added), set())

    def test_users(self):
        header = self.idp.get_csv_header(UserPoolId=self.pool)["CSVHeader"]
        job = self.idp.create_user_import_job(UserPoolId=self.pool, JobName="seed",
                                              CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/logs")["UserImportJob"]
        names = [f"user{number}" for number in range(MANY)]
        lines = [",".join(header)]
        for name in names:
            row = {"cognito:username": name, "email": f"{name}@example.com", "email_verified": "true",
                   "phone_number_verified": "false", "cognito:mfa_enabled": "false"}
            lines.append(",".join(row.get(column, "") for column in header))
        urllib.request.urlopen(urllib.request.Request(job["PreSignedUrl"], "\n".join(lines).encode(), method="PUT"), timeout=30).close()
        self.idp.start_user_import_job(UserPoolId=self.pool, JobId=job["JobId"])
        until = time.monotonic() + 60
        while time.monotonic() < until:
            job = self.idp.describe_user_import_job(UserPoolId=self.pool, JobId=job["JobId"])["UserImportJob"]
            if job["Status"] == "Succeeded":
                break
            time.sleep(0.1)
        self.assertEqual(job["ImportedUsers"], MANY)

        def add(connection, number):
            self.call(connection, "AdminCreateUser", Username=f"new{number}", MessageAction="SUPPRESS")
            return f"new{number}"

        self.walk(self.idp.get_paginator("list_users").paginate(UserPoolId=self.pool),
                  lambda page: [one["Username"] for one in page["Users"]], names, add,
                  lambda connection, name: self.call(connection, "AdminDeleteUser", Username=name))

    def test_groups(self):
        self.seed("CreateGroup", lambda number: {"GroupName": f"group{number}"})

        def add(connection, number):
            self.call(connection, "CreateGroup", GroupName=f"new{number}")
            return f"new{number}"

        self.walk(self.idp.get_paginator("list_groups").paginate(UserPoolId=self.pool),
                  lambda page: [one["GroupName"] for one in page["Groups"]], [f"group{number}" for number in range(MANY)], add,
                  lambda connection, name: self.call(connection, "DeleteGroup", GroupName=name))

    def test_clients(self):
        made = self.seed("CreateUserPoolClient", lambda number: {"ClientName": f"client{number}"})

        def add(connection, number):
            return self.call(connection, "CreateUserPoolClient", ClientName=f"new{number}")["UserPoolClient"]["ClientId"]

        self.walk(self.idp.get_paginator("list_user_pool_clients").paginate(UserPoolId=self.pool, PaginationConfig={"PageSize": 60}),
                  lambda page: [one["ClientId"] for one in page["UserPoolClients"]],
                  [one["UserPoolClient"]["ClientId"] for one in made], add,
                  lambda connection, name: self.call(connection, "DeleteUserPoolClient", ClientId=name))


if __name__ == "__main__":
    unittest.main()

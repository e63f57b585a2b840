"""The AWS command line as Debian ships it, unmodified. Each of its operations: test_awscli_operations.py."""

import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import DEMO_CLIENT, DEMO_POOL, Server  # noqa: E402


class AwsCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def run_aws(self, *words):
        env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
               "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1",
               "AWS_EC2_METADATA_DISABLED": "true"}
        return subprocess.run(["/usr/bin/aws", "--endpoint-url", self.server.url, "cognito-idp", *words], env=env,
                              capture_output=True, text=True, timeout=60, check=False)

    def aws(self, *words):
        done = self.run_aws(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, error, *words):
        done = self.run_aws(*words)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"({error})", done.stderr)
        return done.stderr

    def test_journey(self):
        self.aws("sign-up", "--client-id", DEMO_CLIENT, "--username", "cli", "--password", "Correct-horse-9",
                 "--user-attributes", "Name=email,Value=cli@example.com")
        self.refused("CodeMismatchException", "confirm-sign-up", "--client-id", DEMO_CLIENT, "--username", "cli",
                     "--confirmation-code", "nope")
        self.aws("confirm-sign-up", "--client-id", DEMO_CLIENT, "--username", "cli", "--confirmation-code",
                 self.server.code("cli@example.com"))
        tokens = self.aws("initiate-auth", "--client-id", DEMO_CLIENT, "--auth-flow", "USER_PASSWORD_AUTH",
                          "--auth-parameters", "USERNAME=cli,PASSWORD=Correct-horse-9")["AuthenticationResult"]
        user = self.aws("get-user", "--access-token", tokens["AccessToken"])
        self.assertEqual(user["Username"], "cli")
        self.refused("NotAuthorizedException", "initiate-auth", "--client-id", DEMO_CLIENT, "--auth-flow",
                     "USER_PASSWORD_AUTH", "--auth-parameters", "USERNAME=cli,PASSWORD=Wrong-horse-9")

    def test_listing(self):
        pools = self.aws("list-user-pools", "--max-results", "60")["UserPools"]
        self.assertIn(DEMO_POOL, [pool["Id"] for pool in pools])
        users = self.aws("list-users", "--user-pool-id", DEMO_POOL, "--filter", 'username = "demo"')["Users"]
        self.assertEqual(users[0]["Username"], "demo")


if __name__ == "__main__":
    unittest.main()

"""A recipe of examples/ brought up whole: the server with its settings, what its set-up script makes, nginx, what is behind."""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "lib"))
from lifeguard import TOP, Server  # noqa: E402
from peers import EXAMPLES, Nginx, adapt  # noqa: E402
from people import Account  # noqa: E402


def environment(**more):
    """Debian's programs, and no settings of whoever runs the tests."""
    return {"PATH": f"/usr/bin:/bin:{os.environ['PATH']}", "HOME": "/nonexistent", "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"} | more


class Gateway:
    """`behind` is what nginx passes to, something with a port, in the place that the recipe names.

    `more` is added to the settings, `nginx` says how nginx is otherwise than in the recipe.
    """

    def __init__(self, example, place, behind, *flags, set_up=True, more="", **nginx):
        self.parts = []
        self.example = example
        with tempfile.NamedTemporaryFile("w", suffix=".ini", encoding="utf-8") as settings:
            settings.write(adapt(f"{example}/lifeguard.ini", {}) + more)
            settings.flush()
            self.server = Server("--config", settings.name, *flags).start()
        self.parts.append(self.server)
        try:
            self.places = {"127.0.0.1:9500": f"127.0.0.1:{self.server.port}", place: f"127.0.0.1:{behind.port}"}
            self.nginx = self.another_nginx(**nginx)
            self.url = self.nginx.url
            self.account = Account(self.server.url)
            if set_up:
                self.pool = self.run([os.path.join(EXAMPLES, example, "setup.sh"), self.server.url]).strip()
        except BaseException:
            self.stop()
            raise

    def another_nginx(self, **more):
        nginx = Nginx(self.example, self.places, **more)
        self.parts.append(nginx)
        return nginx

    def stop(self):
        for part in reversed(self.parts):
            part.stop()
        self.parts = []

    def run(self, command, **env):
        """What a program of the example prints."""
        done = subprocess.run(command, env=environment(LIFEGUARD=self.server.url, API=self.url, **env), capture_output=True,
                              text=True, timeout=60, check=False)
        if done.returncode:
            raise AssertionError(f"{command[0]}: {done.stderr}")
        return done.stdout

    def run_node(self, script, *words):
        """node finds what a script imports beside it, so it stands where the client libraries are for a moment."""
        path = os.path.join(TOP, "tests", "clients", f".gateway-{os.getpid()}.mjs")
        with open(path, "w", encoding="utf-8") as file:
            file.write(adapt(script, {}))
        try:
            return self.run(["node", path, *words])
        finally:
            os.remove(path)

    def reason(self):
        """Why the server's log says the newest request was refused."""
        lines = [json.loads(line) for line in self.server.log_text().splitlines()]
        return next(line["reason"] for line in reversed(lines) if line["event"] == "request refused")

    def keys(self, **logins):
        """Credentials of a guest, or of who the logins say."""
        identity = self.account.guest.get_id(IdentityPoolId=self.pool, **logins)["IdentityId"]
        return identity, self.account.credentials(identity, **logins)

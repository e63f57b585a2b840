"""Other people's programs beside a server of ours: an issuer of ID tokens."""

import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "lib"))
from lifeguard import TOP  # noqa: E402


def stop(process, how=signal.SIGTERM):
    if process and process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Lines:
    """A program of node's that answers lines with lines and ends with its input."""

    def __init__(self, script, *words):
        self.process = subprocess.Popen(["node", os.path.join(TOP, "tests", "gateway", "lib", script), *words],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.first = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[1]} ended")
        return json.loads(line)

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return self.read()

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        stop(self.process)


class Issuer(Lines):
    """npm's oidc-provider; everybody who asks is signed in."""

    def __init__(self):
        super().__init__("issuer.mjs")
        self.url = self.first
        self.name = self.url.split("//")[1]

    def id_token(self, sub, client="app"):
        return self.ask({"sub": sub, "client": client})

    def asked(self, path):
        return self.ask({"asked": True}).get(path, 0)


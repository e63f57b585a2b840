"""The lines of examples/README.md, typed as they stand; only the ports are others."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from gateway import environment  # noqa: E402
from peers import EXAMPLES, Store  # noqa: E402

from lifeguard import BINARY, free_port  # noqa: E402


class Readme(unittest.TestCase):
    def setUp(self):
        self.store = Store("photos")
        self.addCleanup(self.store.stop)
        self.folder = tempfile.mkdtemp(prefix="lifeguard-readme-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        os.chmod(self.folder, 0o755)
        self.ports = {"9500": free_port(), "8080": free_port(), "3000": free_port(), "4568": self.store.port}
        shutil.copytree(EXAMPLES, os.path.join(self.folder, "examples"))
        for where, _, names in os.walk(os.path.join(self.folder, "examples")):
            for name in names:
                self.change_ports(os.path.join(where, name))
        os.symlink(os.path.dirname(os.path.abspath(BINARY)), os.path.join(self.folder, "build"))

    def change_ports(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for port, other in self.ports.items():
            text = text.replace(port, str(other))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def sections(self):
        with open(os.path.join(self.folder, "examples", "README.md"), encoding="utf-8") as file:
            parts = re.split(r"^## ", file.read(), flags=re.M)
        return {part.split("\n", 1)[0]: "\n".join(re.findall(r"^```sh\n(.*?)^```$", part, re.M | re.S)) for part in parts}

    def type(self, section):
        text = self.sections()[section].replace("serve --dev", f"serve --dev --listen localhost:{self.ports['9500']}")
        text = text.replace("/tmp/gateway", os.path.join(self.folder, "gateway"))
        with open(os.path.join(self.folder, "said"), "w+", encoding="utf-8") as said:
            shell = subprocess.Popen(["bash", "-eu", "-o", "pipefail", "-c", text], cwd=self.folder, stdin=subprocess.DEVNULL,
                                     env=environment(HOME=self.folder), stdout=said, stderr=said, start_new_session=True)
            try:
                shell.wait(timeout=90)
            finally:
                self.stop_what_is_left(shell.pid)
            said.seek(0)
            text = said.read()
        self.assertEqual(shell.returncode, 0, text)
        return text

    def stop_what_is_left(self, group):
        """After a failure: the shell's children, and nginx, which has gone its own way."""
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            with open(os.path.join(self.folder, "gateway", "nginx.pid"), encoding="ascii") as file:
                os.kill(int(file.read()), signal.SIGTERM)
        except (OSError, ValueError):
            pass

    def test_an_api(self):
        said = self.type("An API")
        self.assertIn('"x-authz-username": "demo"', said)
        self.assertRegex(said, r"(?s)HTTP/1.1 401 .*WWW-Authenticate: Bearer.*HTTP/1.1 403 ")
        self.assertRegex(said, r"(?s)GET /reports/2026 200 .*GET /reports/secret/1 403 .*GET /reports/public/1 200 ")

    def test_photos(self):
        said = self.type("Photos")
        self.assertRegex(said, r"(?s)upload: .*cat.jpg.*8 cat.jpg.*refused")


if __name__ == "__main__":
    unittest.main()

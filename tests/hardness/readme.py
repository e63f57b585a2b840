#!/usr/bin/env python3
"""Type the README: every `sh` and `js` block of it runs as it stands, against a server on the port it names."""

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import TOP, Server  # noqa: E402

PORT = 9500


def blocks():
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
        return re.findall(r"^```(sh|js)\n(.*?)^```$", file.read(), re.M | re.S)


def main():
    server = Server()
    server.port, server.url = PORT, f"http://localhost:{PORT}"
    passed = failed = 0
    env = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": ""}
    with server:
        for number, (language, text) in enumerate(blocks(), 1):
            if language == "sh":
                command = ["bash", "-eu", "-o", "pipefail", "-c", text]
                done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
            else:
                path = os.path.join(TOP, "tests", "clients", f".readme-{number}.mjs")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                done = subprocess.run(["node", path], env=env, capture_output=True, text=True, timeout=120, check=False)
                os.remove(path)
            if done.returncode:
                failed += 1
                print(f"block {number} ({language}) failed with {done.returncode}:\n{text}\n{done.stdout}\n{done.stderr}")
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()

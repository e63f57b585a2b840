"""Other people's programs beside a server of ours: nginx, an object store, an issuer of ID tokens."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "lib"))
from lifeguard import TOP, free_port  # noqa: E402

EXAMPLES = os.path.join(TOP, "examples")


def wait_for(port, process, log=None):
    """Until the process listens."""
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.025)
    stop(process)
    raise RuntimeError(f"{process.args[0]} does not listen: {log() if log else ''}")


def stop(process, how=signal.SIGTERM):
    if process and process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def adapt(path, replaced):
    """The text of an example's file, with what a user would put in the place of its values."""
    with open(os.path.join(EXAMPLES, path), encoding="utf-8") as file:
        text = file.read()
    for old, new in replaced.items():
        if old not in text:
            raise AssertionError(f"examples/{path} does not say {old}")
        text = text.replace(old, new)
    return text


class Nginx:
    """An example's nginx.conf and what it includes, on ports of our own; HTTP/2 on a second one.

    `guarded` false: paths that can be read in two ways are asked about, too. `tls`: it speaks TLS, and `certificate` is its own.
    """

    def __init__(self, example, replaced, guarded=True, tls=False):
        self.folder = tempfile.mkdtemp(prefix="lifeguard-nginx-")
        os.chmod(self.folder, 0o755)  # its workers are somebody else when root starts it
        self.port, self.h2_port = free_port(), free_port()
        self.url = f"http://localhost:{self.port}"
        shutil.copytree(os.path.join(EXAMPLES, "nginx"), os.path.join(self.folder, "nginx"))
        os.mkdir(os.path.join(self.folder, example))
        if not guarded:
            with open(os.path.join(self.folder, "nginx", "paths.conf"), "w", encoding="utf-8") as file:
                file.write("map $request_uri $unclear_path { default 0; }\n")
        listen = f"listen 127.0.0.1:{self.port};\n\t\tlisten 127.0.0.1:{self.h2_port} http2;"
        if tls:
            listen = self.make_certificate() + f"listen 127.0.0.1:{self.port} ssl;"
        path = f"{example}/nginx.conf"
        with open(os.path.join(self.folder, path), "w", encoding="utf-8") as file:
            file.write(adapt(path, {"listen 127.0.0.1:8080;": listen, **replaced}))
        self.process = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", self.folder, "-c", path, "-e", "error.log", "-g", "daemon off;"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port, self.process, self.log)

    def make_certificate(self):
        self.url = f"https://localhost:{self.port}"
        key, self.certificate = os.path.join(self.folder, "key.pem"), os.path.join(self.folder, "certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", self.certificate],
                       check=True, capture_output=True)
        return f"ssl_certificate {self.certificate};\n\t\tssl_certificate_key {key};\n\t\t"

    def log(self):
        try:
            with open(os.path.join(self.folder, "error.log"), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def stop(self):
        stop(self.process, signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


class App:
    """The small API of examples/api, which answers with what reached it."""

    def __init__(self):
        self.port = free_port()
        self.process = subprocess.Popen([sys.executable, os.path.join(EXAMPLES, "api", "app.py"), str(self.port)],
                                        stdin=subprocess.DEVNULL)
        wait_for(self.port, self.process)

    def stop(self):
        stop(self.process)


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


class Store(Lines):
    """npm's s3rver with one bucket; it asks nobody who he is, so only nginx may reach it."""

    def __init__(self, bucket):
        self.folder = tempfile.mkdtemp(prefix="lifeguard-store-")
        super().__init__("store.mjs", self.folder, bucket)
        self.port = self.first

    def stop(self):
        super().stop()
        shutil.rmtree(self.folder, ignore_errors=True)

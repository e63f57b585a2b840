#!/usr/bin/env python3
"""When the disk is full, cannot be written, or holds something else: a clear error, and nothing is lost."""

import hashlib
import os
import resource
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import check  # noqa: E402
from lifeguard import BINARY, DEMO_CLIENT, DEMO_POOL, ApiError, Folder, Server, free_port  # noqa: E402

PASSWORD = "Correct-horse-9"


def digest(folder):
    """Name and content of every file."""
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


def refused(data, *flags, mode=("--dev",)):
    """Starting must fail with exit code 3 and a message, and leave every file as it was."""
    before = digest(data)
    done = subprocess.run([BINARY, "serve", *mode, "--data", data, "--listen", f"localhost:{free_port()}", *flags],
                          capture_output=True, text=True, timeout=30, check=False)
    check.equal(done.returncode, 3, done.stderr)
    check.equal(digest(data), before, "files")
    assert len(done.stderr.strip()) > 20, done.stderr
    return done.stderr


def database(data):
    return next(os.path.join(data, name) for name in os.listdir(data)
                if not name.endswith(("-wal", "-shm")) and open(os.path.join(data, name), "rb").read(15) == b"SQLite format 3")


def made(data):
    with Server(data=data) as server:
        server.call("AdminGetUser", {"UserPoolId": DEMO_POOL, "Username": "demo"})
    return database(data)


def sign_up(server, name):
    return server.call("SignUp", {"ClientId": DEMO_CLIENT, "Username": name, "Password": PASSWORD,
                                  "UserAttributes": [{"Name": "address", "Value": "x" * 2000}]})


def test_disk_full():
    """No file may grow beyond a limit: writes fail as on a full disk; reads go on; room again, writes again."""
    with Folder() as data:
        path = made(data)
        limit = os.path.getsize(path) + 600 * 1024

        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

        with Server(data=data, preexec=small_files) as server:
            written = []
            failed = None
            for number in range(3000):
                try:
                    sign_up(server, f"full{number}")
                    written.append(f"full{number}")
                except ApiError as error:
                    failed = error
                    break
            assert failed and failed.status in (500, 503), failed
            for _ in range(20):
                try:
                    sign_up(server, "again")
                except ApiError as error:
                    assert error.status in (500, 503), error
            check.equal(server.call("AdminGetUser", {"UserPoolId": DEMO_POOL, "Username": "demo"})["Username"], "demo")
            assert "AuthenticationResult" in server.sign_in("demo", PASSWORD)
            check.equal(server.get("/_lifeguard/health/live")[0], 200)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            sign_up(server, "room")
        with Server(data=data) as server:
            for name in written + ["room"]:
                check.equal(server.call("AdminGetUser", {"UserPoolId": DEMO_POOL, "Username": name})["Username"], name)


def test_foreign_database():
    with Folder() as data:
        path = made(data)
        for name in os.listdir(data):
            if name.endswith(("-wal", "-shm")):
                os.remove(os.path.join(data, name))
        os.remove(path)
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE theirs (x)")
            other.execute("INSERT INTO theirs VALUES (1)")
        other.close()
        refused(data)


def test_not_a_database():
    with Folder() as data:
        path = made(data)
        with open(path, "r+b") as file:
            file.write(b"This is a text." * 100)
        refused(data)


def test_damaged_header():
    with Folder() as data:
        path = made(data)
        with open(path, "r+b") as file:
            file.truncate(1000)
        refused(data)


def test_newer_layout():
    with Folder() as data:
        path = made(data)
        with sqlite3.connect(path) as changed:
            version = changed.execute("PRAGMA user_version").fetchone()[0]
            names = [row[0] for row in changed.execute("SELECT name FROM store_meta")]
            changed.execute(f"PRAGMA user_version = {version + 1000}")
            for name in names:
                if "layout" in name or "version" in name or "schema" in name:
                    changed.execute("UPDATE store_meta SET value = ? WHERE name = ?", (b"1000", name))
        changed.close()
        assert "newer" in refused(data).lower()


def test_wrong_key():
    with Folder() as data, Folder() as other:
        made(data)
        made(other)
        key = [name for name in os.listdir(data) if "key" in name][0]
        with open(os.path.join(other, key), "rb") as file:
            wrong = file.read()
        with open(os.path.join(data, key), "wb") as file:
            file.write(wrong)
        assert "key" in refused(data).lower()


def test_missing_key_is_never_made_anew():
    with Folder() as data:
        made(data)
        key = [name for name in os.listdir(data) if "key" in name][0]
        os.remove(os.path.join(data, key))
        refused(data)


def test_stamps_do_not_mix():
    with Folder() as data:
        made(data)
        key = os.path.join(data, [name for name in os.listdir(data) if "key" in name][0])
        assert "stamped" in refused(data, "--set", f"keys.master=file:{key}", "--public-url", "https://id.example.com", mode=())


def test_production_needs_a_place_for_the_key():
    with Folder() as data:
        done = subprocess.run([BINARY, "serve", "--data", data, "--listen", f"localhost:{free_port()}", "--public-url", "https://id.example.com"],
                              capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode in (1, 3), done
        assert "keys.master" in done.stderr, done.stderr


def test_read_only_folder():
    """Nobody else's folder: as an ordinary user, a folder that cannot be written."""
    if os.geteuid() != 0:
        drop = None
    else:
        def drop():
            os.setgid(65534)
            os.setuid(65534)
    with Folder() as data:
        os.chmod(data, 0o555)
        done = subprocess.run([BINARY, "serve", "--dev", "--data", data, "--listen", f"localhost:{free_port()}"], capture_output=True,
                              text=True, timeout=30, check=False, preexec_fn=drop)
        check.equal(done.returncode, 3, done.stderr)
        assert len(done.stderr) > 20
        os.chmod(data, 0o755)


def test_port_in_use():
    with Server() as server:
        done = subprocess.run([BINARY, "serve", "--dev", "--listen", f"localhost:{server.port}"], capture_output=True, text=True,
                              timeout=30, check=False)
        check.equal(done.returncode, 4, done.stderr)
        assert str(server.port) in done.stderr, done.stderr


def test_wrong_settings():
    for flags, word in ((["--set", "server.prot=1"], "server.port"), (["--set", "dev.fixed_cod=1"], "dev.fixed_code"), (["--set", "nonsense"], "nonsense")):
        done = subprocess.run([BINARY, "serve", "--dev", *flags], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode in (1, 2), done
        assert word in done.stderr or "server." in done.stderr, done.stderr
    done = subprocess.run([BINARY, "serve", "--nonsense"], capture_output=True, text=True, timeout=30, check=False)
    check.equal(done.returncode, 2)


if __name__ == "__main__":
    check.run(globals())

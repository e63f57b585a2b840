#!/usr/bin/env python3
"""lifeguard export and import as an operator uses them: beside a running server, killed on the way, with archives that are none."""

import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import check  # noqa: E402
from lifeguard import BINARY, DEMO_CLIENT, DEMO_POOL, ApiError, Folder, Server  # noqa: E402

USERS = int(os.environ.get("TRANSFER_USERS", "4000"))
PASSWORD = "Correct-horse-9"
KILL_S = 2.5  # the key of an archive alone takes half a second


def command(*words, data=None, stdin=None):
    """Exit code, standard output, standard error."""
    done = subprocess.run([BINARY, *words, *(("--data", data) if data else ())], input=stdin, capture_output=True,
                          timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def well(*words, **more):
    code, out, err = command(*words, **more)
    assert code == 0, f"lifeguard {' '.join(words)} exits with {code}: {err}"
    return out, err


def passphrase(folder, text="correct horse battery staple"):
    path = os.path.join(folder, "passphrase")
    with open(path, "w", encoding="ascii") as file:
        file.write(text + "\n")
    os.chmod(path, 0o600)
    return path


def demo(folder, name="data"):
    """A data folder with the demo pool."""
    path = os.path.join(folder, name)
    with Server(data=path):
        return path


def export(data, archive, folder, pool=DEMO_POOL):
    return well("export", "--dev", "--pool", pool, "--passphrase-file", passphrase(folder), archive, data=data)[1]


def import_words(archive, folder, *more):
    return ["import", "--dev", "--passphrase-file", os.path.join(folder, "passphrase"), *more, archive]


def csv(data, count):
    """Users of a file for the demo pool."""
    columns = well("export", "--dev", "--pool", DEMO_POOL, "--format", "csv", data=data)[0].decode().splitlines()[0].split(",")
    yield ",".join(columns)
    for number in range(count):
        values = {"cognito:username": f"quetzal-{number}", "email": f"quetzal{number}@example.com", "email_verified": "TRUE",
                  "cognito:mfa_enabled": "FALSE", "address": "Long Street 1\\, Town " + "x" * 200, "birthdate": "02/29/2000"}
        yield ",".join(values.get(column, "") for column in columns)


def test_a_pool_moves_while_its_server_runs_and_its_users_sign_in():
    with Folder() as folder:
        old, new, archive = (os.path.join(folder, name) for name in ("old", "new", "pool.lga"))
        with Server(data=old) as server:
            server.call("AdminCreateUser", {"UserPoolId": DEMO_POOL, "Username": "quetzal", "MessageAction": "SUPPRESS"}, signed=True)
            server.call("AdminSetUserPassword", {"UserPoolId": DEMO_POOL, "Username": "quetzal", "Password": PASSWORD,
                                                 "Permanent": True}, signed=True)
            sub = server.call("AdminGetUser", {"UserPoolId": DEMO_POOL, "Username": "quetzal"}, signed=True)["UserAttributes"][0]
            said = export(old, archive, folder)
            assert "users 2" in said, said
            server.sign_in("quetzal", PASSWORD)
        check.equal(os.stat(archive).st_mode & 0o777, 0o600, "mode of the archive")
        with open(archive, "rb") as file:
            content = file.read()
        for secret in (b"quetzal", b"us-east-1", b"demo"):
            assert secret not in content, f"{secret} is readable in the archive"
        well(*import_words(archive, folder), data=new)
        with Server(data=new) as server:
            server.sign_in("quetzal", PASSWORD)
            check.equal(server.call("AdminGetUser", {"UserPoolId": DEMO_POOL, "Username": "quetzal"},
                                    signed=True)["UserAttributes"][0], sub, "sub")


def test_an_imported_pool_appears_in_a_server_that_runs():
    with Folder() as folder:
        archive, data = os.path.join(folder, "pool.lga"), os.path.join(folder, "data")
        with Server(data=data) as server:
            export(data, archive, folder)
            well(*import_words(archive, folder, "--pool", "us-east-1_Second001", "--new-client-ids"), data=data)
            until = time.time() + 5
            while True:
                try:
                    server.call("DescribeUserPool", {"UserPoolId": "us-east-1_Second001"}, signed=True)
                    break
                except ApiError:
                    assert time.time() < until, "the server does not see the pool"
                    time.sleep(0.1)
            client = server.call("ListUserPoolClients", {"UserPoolId": "us-east-1_Second001"}, signed=True)
            client = client["UserPoolClients"][0]["ClientId"]
            assert client != DEMO_CLIENT, client
            server.sign_in("demo", PASSWORD, client=client)


def test_what_is_no_archive_of_ours_is_refused_and_leaves_no_pool():
    with Folder() as folder:
        archive, data = os.path.join(folder, "pool.lga"), os.path.join(folder, "data")
        export(demo(folder, "old"), archive, folder)
        with open(archive, "rb") as file:
            whole = file.read()
        spoiled = {"empty": b"", "cut": whole[:-1], "half": whole[:len(whole) // 2], "longer": whole + b"x",
                   "changed": whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:], "another file": b"SQLite format 3\0" * 100}
        for what, content in spoiled.items():
            code, _, err = command(*import_words("-", folder), data=data, stdin=content)
            check.equal(code, 3, f"{what}: {err}")
        passphrase(folder, "correct horse battery stable")
        code, _, err = command(*import_words(archive, folder), data=data)
        assert code == 3 and "passphrase is wrong" in err, err
        passphrase(folder)
        with Server("--set", "dev.demo_pool=false", data=data) as server:
            check.equal(server.call("ListUserPools", {"MaxResults": 10}, signed=True)["UserPools"], [], "pools")
        code, _, err = command("export", "--dev", "--pool", DEMO_POOL, "--passphrase-file", passphrase(folder), archive,
                               data=os.path.join(folder, "old"))
        assert code == 2 and "is there already" in err, err
        with open(archive, "rb") as file:
            check.equal(file.read(), whole, "the archive that was there")
        well(*import_words(archive, folder), data=data)
        code, _, err = command(*import_words(archive, folder), data=data)
        assert code == 3 and "nothing is overwritten" in err, err


def kill_at(words, data, content):
    """Give the import the beginning of an archive, and kill it when it has read that."""
    with subprocess.Popen([BINARY, *words, "--data", data], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdin.write(content)
        process.stdin.flush()
        time.sleep(KILL_S)
        assert process.poll() is None, "it ended before the archive did"
        process.send_signal(signal.SIGKILL)


def test_an_import_that_is_killed_again_and_again_goes_on():
    with Folder() as folder:
        old = demo(folder, "old")
        new, archive = (os.path.join(folder, name) for name in ("new", "pool.lga"))
        lines = "\n".join(csv(old, USERS)) + "\nbroken line\n"
        code, _, err = command("import", "--dev", "--format", "csv", "--pool", DEMO_POOL, "-", data=old, stdin=lines.encode())
        assert code == 0 and f"{USERS} users imported, 0 skipped, 1 failed" in err and "[FAILED]" in err, err
        export(old, archive, folder)
        with open(archive, "rb") as file:
            whole = file.read()
        words = import_words("-", folder)
        for part in (0.1, 0.5, 0.9):
            kill_at(words, new, whole[:int(len(whole) * part)])
            with Server("--set", "dev.demo_pool=false", data=new) as server:
                check.equal(server.call("ListUserPools", {"MaxResults": 10}, signed=True)["UserPools"], [], "pools")
        said = well(*words, data=new, stdin=whole)[1]
        assert "Going on" in said, said
        with Server("--set", "dev.demo_pool=false", data=new) as server:
            pool = server.call("DescribeUserPool", {"UserPoolId": DEMO_POOL}, signed=True)["UserPool"]
            check.equal(pool["EstimatedNumberOfUsers"], USERS + 1, "users")
            user = server.call("AdminGetUser", {"UserPoolId": DEMO_POOL, "Username": f"quetzal-{USERS - 1}"}, signed=True)
            values = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
            check.equal(values["address"], "Long Street 1, Town " + "x" * 200, "address")
            check.equal(values["birthdate"], "2000-02-29", "birthdate")
        for data in (old, new):
            rows = well("export", "--dev", "--pool", DEMO_POOL, "--format", "csv", data=data)[0].decode().splitlines()
            check.equal(sorted(rows)[:5] + sorted(rows)[-5:], sorted(set(rows))[:5] + sorted(set(rows))[-5:], "rows")
            check.equal(len(rows), USERS + 2, "lines of the file")


def test_what_is_left_of_an_import_can_be_discarded():
    with Folder() as folder:
        archive, data = os.path.join(folder, "pool.lga"), demo(folder)
        lines = "\n".join(csv(data, 600)).encode() + b"\n"
        well("import", "--dev", "--format", "csv", "--pool", DEMO_POOL, "-", data=data, stdin=lines)
        export(data, archive, folder)
        with open(archive, "rb") as file:
            whole = file.read()
        assert len(whole) > 3 * 65536, "the archive has parts"
        more = ("--pool", "us-east-1_Second001", "--new-client-ids")
        code, _, err = command(*import_words("-", folder, *more), data=data, stdin=whole[:-10])
        check.equal(code, 3, err)
        well("import", "--dev", "--discard", "--pool", "us-east-1_Second001", data=data)
        code, _, err = command("import", "--dev", "--discard", "--pool", "us-east-1_Second001", data=data)
        assert code == 3 and "no unfinished import" in err, err
        code, _, err = command("import", "--dev", "--discard", "--pool", DEMO_POOL, data=data)
        assert code == 3 and "no unfinished import" in err, err
        well(*import_words("-", folder, *more), data=data, stdin=whole)


def test_arguments_that_make_no_sense_are_told():
    with Folder() as folder:
        word = passphrase(folder)
        for words in (["export"], ["export", "--pool", DEMO_POOL], ["import", "--passphrase-file", word],
                      ["export", "--pool", DEMO_POOL, "--format", "xml"], ["import", "--format", "csv", "x"],
                      ["export", "--pool", DEMO_POOL, "--format", "csv", "--signing-keys"],
                      ["export", "--pool", DEMO_POOL, "--discard"], ["serve", "--pool", DEMO_POOL],
                      ["import", "--discard", "--pool", DEMO_POOL, "file"], ["import", "--new-client-ids=yes", "x"],
                      ["export", "--pool", DEMO_POOL, "--passphrase-file", passphrase(folder, "short"), "x"]):
            code, _, err = command(*words, data=folder)
            assert code == 2 and err, f"{words} exits with {code}: {err}"
        code, _, err = command("export", "--dev", "--pool", "us-east-1_Nobody001", "--passphrase-file", passphrase(folder),
                               os.path.join(folder, "x"), data=folder)
        assert code == 3 and "us-east-1_Nobody001" in err, err
        assert not [name for name in os.listdir(folder) if name.startswith("x")], os.listdir(folder)


if __name__ == "__main__":
    check.run(globals())

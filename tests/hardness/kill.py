#!/usr/bin/env python3
"""kill -9 under load: what was acknowledged is there afterwards.

Each round starts a server on the same data, lets several threads sign up, confirm, change passwords, redeem
codes and revoke sessions, kills the server in the middle, and starts it again. Then every acknowledged fact is
checked, and no user may be half written: one whose sign-up was not acknowledged either signs in as a whole
or his name is free. A code that was acknowledged as redeemed is never accepted again.
"""

import argparse
import http.client
import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import DEMO_CLIENT, DEMO_POOL, ApiError, Folder, Server  # noqa: E402

THREADS = 6
PASSWORD = "Correct-horse-9"
CHANGED = "Changed-horse-9"
CODE = "314159"


class Facts:
    """What was asked and what was acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.asked = []          # user names whose sign-up was sent
        self.signed_up = set()   # acknowledged
        self.confirmed = set()   # acknowledged: the code is spent
        self.changing = set()    # a change was sent, the answer may have been lost
        self.changed = set()     # acknowledged
        self.revoked = []        # (refresh token, name), acknowledged

    def note(self, collection, value):
        with self.lock:
            (collection.add if isinstance(collection, set) else collection.append)(value)


def worker(server, facts, names, stop):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

    def call(operation, members):
        return server.call(operation, members, connection=connection)

    try:
        for name in names:
            if stop.is_set():
                return
            facts.note(facts.asked, name)
            call("SignUp", {"ClientId": DEMO_CLIENT, "Username": name, "Password": PASSWORD,
                            "UserAttributes": [{"Name": "email", "Value": f"{name}@example.com"}]})
            facts.note(facts.signed_up, name)
            call("ConfirmSignUp", {"ClientId": DEMO_CLIENT, "Username": name, "ConfirmationCode": CODE})
            facts.note(facts.confirmed, name)
            tokens = call("InitiateAuth", {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": DEMO_CLIENT,
                                           "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD}})["AuthenticationResult"]
            facts.note(facts.changing, name)
            call("ChangePassword", {"AccessToken": tokens["AccessToken"], "PreviousPassword": PASSWORD,
                                    "ProposedPassword": CHANGED})
            facts.note(facts.changed, name)
            call("RevokeToken", {"ClientId": DEMO_CLIENT, "Token": tokens["RefreshToken"]})
            facts.note(facts.revoked, (tokens["RefreshToken"], name))
    except (OSError, http.client.HTTPException, ValueError):
        pass  # The kill: the answer never came.
    except ApiError as error:
        if error.status < 500:
            facts.note(facts.asked, f"! {error}")


def accepts(server, name, password):
    try:
        return "AuthenticationResult" in server.sign_in(name, password)
    except ApiError as error:
        if error.code in ("NotAuthorizedException", "UserNotConfirmedException", "UserNotFoundException"):
            return error.code == "UserNotConfirmedException" or False
        raise


def check(server, facts):
    """Broken promises, as texts."""
    broken = [text for text in facts.asked if text.startswith("!")]
    for name in facts.asked:
        if name.startswith("!"):
            continue
        try:
            user = server.call("AdminGetUser", {"UserPoolId": DEMO_POOL, "Username": name})
        except ApiError as error:
            if error.code != "UserNotFoundException":
                broken.append(f"{name}: {error}")
            elif name in facts.signed_up:
                broken.append(f"{name}: acknowledged, but gone")
            else:
                # Not acknowledged, not there: then the name must be free as a whole.
                server.call("SignUp", {"ClientId": DEMO_CLIENT, "Username": name, "Password": PASSWORD})
            continue
        if name in facts.confirmed and user["UserStatus"] != "CONFIRMED":
            broken.append(f"{name}: confirmation lost")
        if name in facts.confirmed:
            try:
                server.call("ConfirmSignUp", {"ClientId": DEMO_CLIENT, "Username": name, "ConfirmationCode": CODE})
                broken.append(f"{name}: a code was redeemed twice")
            except ApiError:
                pass
        passwords = [CHANGED] if name in facts.changed else [PASSWORD, CHANGED] if name in facts.changing else [PASSWORD]
        if not any(accepts(server, name, password) for password in passwords):
            broken.append(f"{name}: no password of {passwords} works")
        if name in facts.changed and accepts(server, name, PASSWORD):
            broken.append(f"{name}: the old password works")
    for token, name in facts.revoked:
        try:
            server.call("InitiateAuth", {"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": DEMO_CLIENT,
                                         "AuthParameters": {"REFRESH_TOKEN": token}})
            broken.append(f"{name}: a revoked token works")
        except ApiError:
            pass
    return broken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("flags", nargs="*", help="further flags for the server, behind --")
    options = parser.parse_args()
    random.seed(options.seed)
    passed = failed = facts_checked = 0
    with Folder() as data:
        for round_ in range(options.rounds):
            facts = Facts()
            server = Server("--set", f"dev.fixed_code={CODE}", *options.flags, data=data).start()
            stop = threading.Event()
            threads = [threading.Thread(target=worker, args=(
                server, facts, [f"r{round_}t{t}n{n}" for n in range(1000)], stop)) for t in range(THREADS)]
            for thread in threads:
                thread.start()
            time.sleep(random.uniform(0.2, 1.2))
            server.stop(signal.SIGKILL)
            stop.set()
            for thread in threads:
                thread.join()
            with Server("--set", f"dev.fixed_code={CODE}", *options.flags, data=data) as again:
                broken = check(again, facts)
            facts_checked += len(facts.signed_up) + len(facts.confirmed) + len(facts.changed) + len(facts.revoked)
            print(f"round {round_}: {len(facts.signed_up)} sign-ups, {len(facts.changed)} password changes, "
                  f"{len(facts.revoked)} revocations acknowledged; {len(broken)} broken", flush=True)
            for text in broken[:20]:
                print("  " + text)
            failed += bool(broken)
            passed += not broken
    print(f"{facts_checked} acknowledged facts checked")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not facts_checked else 0)


if __name__ == "__main__":
    main()

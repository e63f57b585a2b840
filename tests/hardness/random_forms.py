#!/usr/bin/python3
"""Random requests to the authorization server and its pages: never a 5xx, never half an answer, nothing that a browser would take for code.

    /usr/bin/python3 tests/hardness/random_forms.py [--rounds N] [--seed N]

Three kinds: forms of pages that were shown, with fields, buttons, cookies and addresses changed; requests of programs (token, PAR,
devices, revocation, introspection, sign-out) with parameters drawn right, wrong, doubled, too long, not UTF-8; and heads that are odd.
A stock of codes, tokens, request_uris, cookies and old forms is kept, so that requests meet what others made.
"""

import argparse
import base64
import http.client
import json
import os
import random
import re
import sys
import urllib.parse

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(FOLDER, "..", "lib"), os.path.join(FOLDER, "..", "pages")]
from lifeguard import ApiError, Server  # noqa: E402
from visitor import Reader  # noqa: E402

APP = "https://app.example.com/callback"
BYE = "https://app.example.com/bye"
PASSWORD = "Correct-horse-9"
MARK = "<zq'\"zq>"
PAGES = ["/login", "/signup", "/confirm", "/resendcode", "/confirmUser", "/forgotPassword", "/confirmForgotPassword", "/resetPassword", "/selectFactor",
         "/password", "/mfa", "/mfaOption", "/mfaSetup", "/mfaTotp", "/newPassword", "/passkey", "/passkeys/add", "/login/options", "/passkey/options",
         "/passkeys/add/options", "/rememberDevice", "/account", "/account/profile", "/account/contact", "/account/verify", "/account/password",
         "/account/factors", "/account/app", "/account/recovery", "/account/passkeys", "/account/passkeys/options", "/account/passkey", "/account/devices",
         "/account/sessions", "/account/delete", "/device", "/device/confirm", "/signedOut", "/error", "/logout", "/oauth2/authorize"]
ENDPOINTS = ["/oauth2/token", "/oauth2/par", "/oauth2/device_authorization", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/userInfo",
             "/oauth2/authorize", "/logout"]
GRANTS = ["authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "password", ""]
ODD = ["", " ", "x", MARK, "\x00", "a\r\nSet-Cookie: x=1", "é" * 40, "\u202e\u2066", "😀" * 9, "x" * 130, "x" * 5000, "a@b.example", "+4915550100", "%", "%zz", "null",
       "0", "-1", "9" * 40, "true", "[]", "{}", '{"a":1}', "{" * 50, "../../x", "javascript:alert(1)", "//evil.example", "on", "eyJhbGciOiJub25lIn0.e30.",
       "eyJhbGciOiJub25lIn0.e30.AA", "urn:ietf:params:oauth:request_uri:", "AAAA", "BCDF-GHJK", "123456", "A" * 43, "none", "login", "none login", "\ud7ff", "=;,"]
RAW = [b"%ff%fe", b"%00", b"%", b"%4", b"&&&", b"=", b"=&=", b"a" * 9000, b"client_id", b"&client_id=x", b"%C0%80", b"%ED%A0%80", b";"]
FIELDS = ["_csrf", "_state", "_who", "action", "username", "password", "old_password", "code", "factor", "email", "credential", "sure", "id", "name",
          "user_code", "attribute.email", "attribute.name", "attribute.custom:x", "attribute.sub", "attribute.email_verified"]
ACTIONS = ["continue", "another", "resend", "other", "back", "next", "sign_in", "sign_up", "confirm", "send", "reset", "save", "verify", "enable", "disable",
           "prefer", "set_up", "recovery", "add", "skip", "delete", "rename", "end_browser", "end_app", "everywhere", "sign_out", "forget", "remember", "connect",
           "deny"]
AUTHORIZE = {"response_type": ["code", "token", "id_token token", "none"], "scope": ["openid", "openid email", "openid  email ", "api/read", "openid openid"],
             "state": ["s"], "nonce": ["n"], "prompt": ["none", "login", "select_account", "consent", "none login"], "max_age": ["0", "1", "100000", "-1"],
             "response_mode": ["query", "fragment", "form_post", "web_message"], "code_challenge": ["A" * 43], "code_challenge_method": ["S256", "plain"],
             "resource": ["https://api.example.com", "http://api.example.com", "x:y"], "login_hint": ["ada", MARK], "lang": ["de", "ar", "xx"], "ui_locales": ["fr en"],
             "id_token_hint": ["x"], "dpop_jkt": ["A" * 43], "identity_provider": ["COGNITO", "x"], "goal": ["account", "add_passkey", "device", "x"],
             "request": ["x"], "request_uri": ["https://evil.example/"], "look": ["off", "x"], "user_name": ["ada"], "confirmation_code": ["123456"]}


class Browser:
    def __init__(self):
        self.cookies, self.forms = {}, []


class Fuzz:
    def __init__(self, server, seed):
        self.server, self.dice = server, random.Random(seed)
        self.browsers = [Browser() for _ in range(4)]
        self.stock = {"code": [], "refresh_token": [], "access_token": [], "id_token": [], "request_uri": [], "device_code": [], "user_code": [], "cookie": []}
        self.owners = {}  # of codes and tokens: client ids
        self.seen, self.failed, self.sent = {}, 0, None
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.clients = [self.pool(), self.pool(
            client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}, mfa=True,
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}},
            DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True})]

    def pool(self, client=None, mfa=False, **settings):
        call = self.server.call
        pool = call("CreateUserPool", {"PoolName": "p", "AutoVerifiedAttributes": ["email"], "UserPoolTags": {"lifeguard:tokens.alg": "ES256"},
                                       "Schema": [{"Name": "x", "AttributeDataType": "String", "Mutable": True}], **settings})["UserPool"]["Id"]
        if mfa:
            call("SetUserPoolMfaConfig", {"UserPoolId": pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}, signed=True)
        for name in ("ada", "bob"):
            call("AdminCreateUser", {"UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS", "TemporaryPassword": "Temporary-horse-1",
                                     "UserAttributes": [{"Name": "email", "Value": f"{name}@example.com"}, {"Name": "email_verified", "Value": "true"},
                                                        {"Name": "name", "Value": MARK}]})
        call("AdminSetUserPassword", {"UserPoolId": pool, "Username": "ada", "Password": PASSWORD, "Permanent": True})
        call("CreateResourceServer", {"UserPoolId": pool, "Identifier": "api", "Name": "api", "Scopes": [{"ScopeName": "read", "ScopeDescription": "r"}]})
        common = {"UserPoolId": pool, "ClientName": "zq+=,.@-", "CallbackURLs": [APP, "app:/cb?x=1"], "LogoutURLs": [BYE], "AllowedOAuthFlowsUserPoolClient": True,
                  "SupportedIdentityProviders": ["COGNITO"], **(client or {})}
        user = {**common, "AllowedOAuthFlows": ["code", "implicit"], "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"]}
        made = []
        for members in (user, {**user, "GenerateSecret": True}, {**common, "GenerateSecret": True, "AllowedOAuthFlows": ["client_credentials"],
                                                                  "AllowedOAuthScopes": ["api/read"]}):
            one = call("CreateUserPoolClient", members)["UserPoolClient"]
            made.append((one["ClientId"], one.get("ClientSecret")))
        return made

    # ---- what is sent ----

    def chance(self, share):
        return self.dice.random() < share

    def client(self):
        return self.dice.choice(self.dice.choice(self.clients))

    def value(self, name, usual=None):
        choose = self.dice.random()
        kept = self.stock.get(name)
        if choose < 0.88:
            if kept:
                return kept[-1] if self.chance(0.6) else self.dice.choice(kept)
            if usual:
                return usual
            return {"username": "ada", "password": PASSWORD, "action": self.dice.choice(ACTIONS), "typed code": self.code(),
                    "attribute.email": "ada@example.com", "factor": self.dice.choice(["PASSWORD", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "WEB_AUTHN"]),
                    "id": self.dice.choice(["SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "email", "x"])}.get(name) or self.dice.choice(ODD)
        if choose < 0.92 and name == "username":
            return self.dice.choice(["bob", "nobody", "ada@example.com", f"new{self.dice.randrange(10**6)}"])
        return self.dice.choice(ODD)

    def code(self):
        if self.chance(0.9):
            return "123456"
        return next((m["code"] for m in self.server.messages() if m["code"]), "123456")

    def request_of(self, client):
        pairs = [("client_id", client[0]), ("response_type", "code"), ("redirect_uri", APP)]
        for name, values in AUTHORIZE.items():
            if self.chance(0.07):
                pairs = [pair for pair in pairs if pair[0] != name] + [(name, self.value(name, self.dice.choice(values)))]
        return self.spoil(pairs, 0.06)

    def spoil(self, pairs, share):
        """Drop, double, change or add a pair."""
        pairs = list(pairs)
        while self.chance(share) and pairs:
            at = self.dice.randrange(len(pairs))
            how = self.dice.randrange(4)
            if how == 0:
                del pairs[at]
            elif how == 1:
                pairs.insert(at, pairs[at])
            elif how == 2:
                pairs[at] = (pairs[at][0], self.dice.choice(ODD))
            else:
                pairs.append((self.dice.choice(FIELDS + list(AUTHORIZE) + ["client_secret", "client_assertion"]), self.dice.choice(ODD)))
        return pairs

    def encode(self, pairs, share=0.01):
        text = urllib.parse.urlencode(pairs, errors="surrogatepass").encode()
        if self.chance(share):
            at = self.dice.randrange(len(text) + 1)
            text = text[:at] + self.dice.choice(RAW) + text[at:]
        return text

    # ---- one request, and what may not be answered ----

    def send(self, method, path, body, headers, browser=None):
        sent = {"Host": f"localhost:{self.server.port}"}
        if browser and browser.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent.update(headers)
        self.sent = f"{method} {path} {sent} {body!r}"
        try:
            answer, data = self.exchange(method, path, body, sent)
        except (OSError, http.client.HTTPException):
            self.connection.close()
            try:  # a connection that waited for too long may be closed; a second one is not
                answer, data = self.exchange(method, path, body, sent)
            except (OSError, http.client.HTTPException) as error:
                self.connection.close()
                self.wrong(f"no answer: {error!r}")
                return None, b""
        at = path.split("?")[0]
        self.seen.setdefault(at, {}).setdefault(answer.status, 0)
        self.seen[at][answer.status] += 1
        self.judge(at, answer, data)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            value = rest.split(";")[0]
            if browser and value:
                browser.cookies[name] = value
                self.keep("cookie", (name, value))
            elif browser:
                browser.cookies.pop(name, None)
        return answer, data

    def exchange(self, method, path, body, headers):
        self.connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            self.connection.putheader(name, value)
        if body is not None:
            self.connection.putheader("Content-Length", str(len(body)))
        self.connection.endheaders(body)
        answer = self.connection.getresponse()
        return answer, answer.read()

    def keep(self, kind, value):
        self.stock[kind] = (self.stock[kind] + [value])[-40:]

    def wrong(self, what):
        self.failed += 1
        if self.failed <= 20:
            print(f"{what}\n  {self.sent[:20000]}")

    def judge(self, path, answer, data):
        headers = answer.headers
        if answer.status >= 500 and answer.status != 501:
            self.wrong(f"status {answer.status}: {data[:200]!r}")
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self.wrong("an answer that is not UTF-8")
            return
        kind = headers.get("Content-Type") or ""
        if "<zq" in text.lower() and not kind.startswith("application/json"):
            self.wrong("markup of somebody else in an answer")
        location = headers.get("Location")
        if answer.status in (302, 303):
            here = location and location.startswith("/") and not location.startswith(("//", "/\\"))
            if not here and not (location or "").startswith((APP, "app:/cb?", BYE)):
                self.wrong(f"sent to {location!r}")
        if any(name.lower() == "set-cookie" and re.match("x=1", value) for name, value in headers.items()):
            self.wrong("a header that somebody made up")
        if kind.startswith("text/html"):
            policy = headers.get("Content-Security-Policy") or ""
            if "frame-ancestors 'none'" not in policy or "default-src 'none'" not in policy or headers.get("Cache-Control") != "no-store":
                self.wrong("a page without its headers")
            self.collect(path, text)
        elif kind.startswith("application/json"):
            self.collect_json(text)
        for cookie in headers.get_all("Set-Cookie") or []:
            if "HttpOnly" not in cookie or "SameSite=Lax" not in cookie or len(cookie) > 4200:
                self.wrong(f"cookie {cookie[:100]} of {len(cookie)}")
        for part in urllib.parse.urlsplit(location or "")[3:5]:
            for name, value in urllib.parse.parse_qsl(part):
                if name in ("code", "access_token", "id_token"):
                    self.keep(name, value)
                    self.owners[value] = urllib.parse.parse_qs(urllib.parse.urlsplit(self.address).query).get("client_id", [""])[0]

    def collect(self, path, text):
        page = Reader(text)
        if page.inline:
            self.wrong(f"code in a page: {page.inline}")
        for form in page.forms:
            for browser in self.browsers:
                if browser is self.at:
                    browser.forms = (browser.forms + [(self.address, form)])[-12:]

    def collect_json(self, text):
        try:
            answer = json.loads(text) if text else {}
        except ValueError:
            self.wrong("an answer that is no JSON")
            return
        for name in self.stock:
            if isinstance(answer, dict) and isinstance(answer.get(name), str):
                self.keep(name, answer[name])
                self.owners[answer[name]] = self.calling

    # ---- kinds of requests ----

    def odd_headers(self):
        if not self.chance(0.06):
            return {}
        return self.dice.choice([
            {"Origin": "https://evil.example"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Content-Type": "text/plain"},
            {"Content-Type": "multipart/form-data; boundary=x"}, {"Accept-Language": "de;q=" + "9" * 50}, {"Accept-Language": ",;q=,*" * 100}, {"X-Forwarded-Host": "evil.example"},
            {"X-Forwarded-For": "1.2.3.4"}, {"Cookie": "XSRF-TOKEN=" + "a" * 3000}, {"Cookie": ";;=;==;page-data;page-data=;" * 40}, {"Cookie": "lang=" + MARK}, {"User-Agent": MARK},
            {"DPoP": "a.b.c"}, {"DPoP": ""}, {"Authorization": "Basic"}, {"Authorization": "Bearer"}, {"Authorization": "Digest x"}])

    def browse(self):
        browser = self.at = self.dice.choice(self.browsers)
        self.calling = ""
        if self.stock["cookie"] and self.chance(0.02):
            name, value = self.dice.choice(self.stock["cookie"])
            browser.cookies[name] = value if self.chance(0.7) else value[:-2] + "AA"
        if browser.forms and self.chance(0.72):
            self.address, form = self.dice.choice(browser.forms[-3:]) if self.chance(0.8) else self.dice.choice(browser.forms)
            pairs = [(name, value if name in ("_csrf", "_state", "_who") or self.chance(0.2) else self.value("typed " * (name == "code") + name))
                     for name, value in form.fields]
            pairs += [(name, self.dice.choice(values)) for name, values in form.choices.items() if name not in dict(pairs)]
            pairs += [(name, "on") for name, kind in form.kinds.items() if kind == "checkbox" and self.chance(0.1)]
            pairs = [(name, browser.cookies.get("XSRF-TOKEN", value) if name == "_csrf" and self.chance(0.9) else value) for name, value in pairs]
            buttons = [button for button in form.buttons if button[0]]
            pairs.append(("action", self.dice.choice(buttons)[1] if buttons and self.chance(0.9) else self.value("action")))
            path = self.address
            if self.chance(0.06):
                path = self.dice.choice(PAGES) + "?" + path.partition("?")[2]
            body = self.encode(self.spoil(pairs, 0.06))
            answer, _ = self.send("POST", path, body, {"Origin": "null", "Sec-Fetch-Site": "same-origin", **self.odd_headers()}, browser)
        else:
            client = self.client()
            pairs = self.request_of(client)
            if self.chance(0.05) and self.stock["user_code"]:
                pairs.append(("user_code", self.dice.choice(self.stock["user_code"])))
            self.address = self.dice.choice(PAGES) + "?" + self.encode(pairs, 0.02).decode("ascii", "replace")[:7000]
            answer, _ = self.send(self.dice.choice(["GET"] * 9 + ["HEAD", "POST", "PUT"]), self.address, None, self.odd_headers(), browser)
        for _ in range(4):
            location = answer and answer.headers.get("Location")
            if not location or not location.startswith("/") or len(location) > 7500:
                break
            self.address = location
            answer, _ = self.send("GET", location, None, {}, browser)

    def basic(self, client):
        text = f"{client[0]}:{client[1] or ''}".encode()
        if self.chance(0.05):
            text = self.dice.choice([b"", b":", b"%zz:%", text + b"\xff", b"x" * 3000, text[:-1], b":" + text])
        return {"Authorization": "Basic " + base64.b64encode(text).decode()[:6000]}

    def endpoint(self):
        path, client = self.dice.choice(ENDPOINTS + ["/oauth2/token"] * 4), self.client()
        pairs, headers = [], self.odd_headers()
        if path == "/oauth2/token":
            grant = self.dice.choice(GRANTS[:1] * 3 + GRANTS)
            if grant == "client_credentials":
                client = self.dice.choice(self.clients)[2]
            pairs = [("grant_type", grant)]
            wanted = {"authorization_code": [("code", None), ("redirect_uri", APP)], "refresh_token": [("refresh_token", None)],
                      "client_credentials": [("scope", "api/read"), ("aws_client_metadata", '{"a":"b"}')]}.get(grant, [("device_code", None)])
            pairs += [(name, self.value(name, usual)) for name, usual in wanted]
            owner = next((self.owners[value] for _, value in pairs if value in self.owners), None)
            if owner and self.chance(0.9):
                client = next((one for clients in self.clients for one in clients if one[0] == owner), client)
        elif path in ("/oauth2/par", "/oauth2/authorize"):
            pairs = self.request_of(client)
        elif path in ("/oauth2/revoke", "/oauth2/introspect"):
            pairs = [("token", self.value(self.dice.choice(["access_token", "refresh_token", "id_token", "code"])))]
        elif path == "/oauth2/userInfo":
            headers = {"Authorization": self.dice.choice(["Bearer ", "DPoP ", ""]) + self.header_text(self.value("access_token")), **headers}
        elif path == "/logout":
            pairs = self.dice.choice([[("logout_uri", BYE)], [("redirect_uri", APP), ("response_type", "code")], [("id_token_hint", self.value("id_token")),
                                     ("post_logout_redirect_uri", BYE), ("state", MARK)], []])
        else:
            pairs = [("scope", "openid")] if self.chance(0.5) else []
        pairs = [(name, value) for name, value in pairs if name != "client_id"] + [("client_id", client[0])]
        if client[1] and path.startswith("/oauth2/") and self.chance(0.95):
            if self.chance(0.5):
                headers = {**self.basic(client), **headers}
            else:
                pairs.append(("client_secret", client[1] if self.chance(0.95) else self.dice.choice(ODD)))
        body = self.encode(self.spoil(pairs, 0.08))
        self.at, self.address, self.calling = None, path, client[0]
        answer, data = self.send("POST", path, body, headers)
        if path == "/oauth2/par" and answer and answer.status == 201:
            uri = json.loads(data)["request_uri"]
            self.at = self.dice.choice(self.browsers)
            self.address = self.dice.choice(["/oauth2/authorize", "/login", "/signup"]) + "?" + urllib.parse.urlencode({"client_id": client[0], "request_uri": uri})
            if len(self.address) < 6000:
                self.send("GET", self.address, None, {}, self.at)

    def header_text(self, text):
        return "".join(c for c in text if 32 <= ord(c) < 127)[:5000]

    def run(self, rounds):
        for number in range(rounds):
            (self.browse if self.chance(0.7) else self.endpoint)()
            if number % 400 == 399:  # lockouts and budgets shall not stop it, nor a password that was changed
                self.server.advance(3700)
                self.restore()

    def restore(self):
        """Whoever was deleted, or has another password or more factors by now, is as at first."""
        for clients in self.clients:
            pool = self.pool_of(clients)
            try:
                self.server.call("AdminSetUserPassword", {"UserPoolId": pool, "Username": "ada", "Password": PASSWORD, "Permanent": True})
                self.server.call("AdminSetUserMFAPreference", {"UserPoolId": pool, "Username": "ada", "SoftwareTokenMfaSettings": {"Enabled": False}})
            except ApiError:
                try:
                    self.server.call("AdminCreateUser", {"UserPoolId": pool, "Username": "ada", "MessageAction": "SUPPRESS"})
                    self.server.call("AdminSetUserPassword", {"UserPoolId": pool, "Username": "ada", "Password": PASSWORD, "Permanent": True})
                except ApiError:
                    pass

    def pool_of(self, clients):
        if not hasattr(self, "pools"):
            self.pools = {}
            for pool in self.server.call("ListUserPools", {"MaxResults": 60})["UserPools"]:
                for one in self.server.call("ListUserPoolClients", {"UserPoolId": pool["Id"]})["UserPoolClients"]:
                    self.pools[one["ClientId"]] = pool["Id"]
        return self.pools[clients[0][0]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with Server() as server:
        fuzz = Fuzz(server, options.seed)
        fuzz.run(options.rounds)
        if server.process.poll() is not None or server.get("/_lifeguard/health/ready")[0] != 200:
            fuzz.failed += 1
            print("the server does not serve any more:", server.log_text()[-3000:])
        log = server.log_text()
        for word in ("AddressSanitizer", "runtime error"):
            if word in log:
                fuzz.failed += 1
                print(log[log.index(word) - 200:][:3000])
        for secret in (PASSWORD, *fuzz.stock["refresh_token"][-3:], *fuzz.stock["code"][-3:]):
            if secret in log:
                fuzz.failed += 1
                print("a secret in the log")
    requests = sum(sum(statuses.values()) for statuses in fuzz.seen.values())
    for path in sorted(fuzz.seen):
        print(f"{path}: {dict(sorted(fuzz.seen[path].items()))}", file=sys.stderr)
    got = {name: len(values) for name, values in fuzz.stock.items()}
    print(f"{requests} requests; kept {got}", file=sys.stderr)
    for name in ("code", "refresh_token", "access_token", "request_uri", "device_code"):
        if not fuzz.stock[name]:
            fuzz.failed += 1
            print(f"never came by a {name}: proves little")
    print(f"{requests} passed, {fuzz.failed} failed")
    return 1 if fuzz.failed else 0


if __name__ == "__main__":
    sys.exit(main())

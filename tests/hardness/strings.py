#!/usr/bin/env python3
"""Hostile texts in every field that a user supplies: stored and returned as given, or refused by rule."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import check  # noqa: E402
from lifeguard import ApiError, Server  # noqa: E402

PASSWORD = "Correct-horse-9"
SQL = ["'; DROP TABLE user_head; --", "\" OR 1=1 --", "$1", "?1", "%_\\", "');--", "x' UNION SELECT * FROM pool --"]
MARKUP = ["<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "%00", "%0d%0aSet-Cookie: a=b", "\r\nX: y", "../../etc/passwd"]
# One character of every plane that has any, and those that break naive code.
PLANES = ["A", "é", "ß", "İ", "ﬁ", "中", "한", "\u0000", "\u0007", "\u200f", "\ufeff", "\uffff", "\ue000", "😀", "\U00020000", "\U00030000",
          "\U000e0001", "\U000f0000", "\U0010ffff", "e\u0301", "a\u0300\u0301\u0302"]

server = None
pool = client = None


def setup():
    global server, pool, client
    server = Server("--set", "dev.demo_pool=false").start()
    schema = [{"Name": "note", "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": {"MaxLength": "2048"}}]
    pool = server.call("CreateUserPool", {"PoolName": "strings", "Schema": schema, "UserPoolTags": {"lifeguard:tokens.alg": "ES256"}})["UserPool"]["Id"]
    client = server.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "c", "ExplicitAuthFlows": [
        "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})["UserPoolClient"]["ClientId"]


def attributes_of(name):
    user = server.call("AdminGetUser", {"UserPoolId": pool, "Username": name})
    return user["Username"], {a["Name"]: a["Value"] for a in user["UserAttributes"]}


def test_attribute_values_come_back_as_they_went_in():
    server.call("AdminCreateUser", {"UserPoolId": pool, "Username": "bearer", "MessageAction": "SUPPRESS"})
    for text in SQL + MARKUP + PLANES + ["".join(PLANES), "x" * 2048, "é" * 2048, "😀" * 1024]:
        for attribute in ("nickname", "custom:note", "name", "address"):
            server.call("AdminUpdateUserAttributes", {"UserPoolId": pool, "Username": "bearer",
                                                      "UserAttributes": [{"Name": attribute, "Value": text}]})
            check.equal(attributes_of("bearer")[1].get(attribute), text, attribute)


def test_too_long_values_are_refused_by_length_in_utf16_units():
    for text in ("x" * 2049, "😀" * 1025):
        try:
            server.call("AdminUpdateUserAttributes", {"UserPoolId": pool, "Username": "bearer",
                                                      "UserAttributes": [{"Name": "nickname", "Value": text}]})
            raise AssertionError("accepted")
        except ApiError as error:
            check.equal(error.code, "InvalidParameterException")
            assert "length less than or equal to 2048" in error.message, error.message


def test_user_names_are_kept_or_refused():
    kept = refused = 0
    for index, text in enumerate(SQL + MARKUP + PLANES):
        name = f"u{index}{text}"
        try:
            server.call("SignUp", {"ClientId": client, "Username": name, "Password": PASSWORD})
        except ApiError as error:
            check.equal(error.code, "InvalidParameterException", repr(name))
            refused += 1
            continue
        server.call("AdminConfirmSignUp", {"UserPoolId": pool, "Username": name})
        check.equal(attributes_of(name)[0], name, "user name")
        assert "AuthenticationResult" in server.sign_in(name, PASSWORD, client)
        listed = server.call("ListUsers", {"UserPoolId": pool, "Filter": 'username = "%s"' % name.replace("\\", "\\\\").replace('"', '\\"')})
        check.equal([u["Username"] for u in listed["Users"]], [name], "ListUsers")
        kept += 1
    assert kept > 15 and refused > 5, (kept, refused)


def test_passwords_of_every_kind():
    for index, text in enumerate(SQL + MARKUP + PLANES):
        name, password = f"p{index}", f"Aa1-{text}"
        try:
            server.call("SignUp", {"ClientId": client, "Username": name, "Password": password})
        except ApiError as error:
            assert error.code in ("InvalidParameterException", "InvalidPasswordException"), error
            continue
        server.call("AdminConfirmSignUp", {"UserPoolId": pool, "Username": name})
        assert "AuthenticationResult" in server.sign_in(name, password, client)
        for wrong in (password[:-1], password + "x", password.swapcase()):
            try:
                server.sign_in(name, wrong, client)
                raise AssertionError(f"{wrong!r} for {password!r}")
            except ApiError as error:
                assert error.code in ("NotAuthorizedException", "InvalidParameterException"), error


def test_group_and_pool_names():
    for index, text in enumerate(SQL + MARKUP + PLANES):
        name = f"g{index}{text}"
        try:
            server.call("CreateGroup", {"UserPoolId": pool, "GroupName": name, "Description": text})
        except ApiError as error:
            check.equal(error.code, "InvalidParameterException")
            continue
        group = server.call("GetGroup", {"UserPoolId": pool, "GroupName": name}, signed=True)["Group"]
        check.equal((group["GroupName"], group["Description"]), (name, text))


def test_filters_and_codes_and_tokens():
    for text in SQL + MARKUP + PLANES:
        for operation, members in (
                ("ListUsers", {"UserPoolId": pool, "Filter": text or "x"}),
                ("ListUsers", {"UserPoolId": pool, "PaginationToken": text}),
                ("ConfirmSignUp", {"ClientId": client, "Username": "bearer", "ConfirmationCode": text}),
                ("GetUser", {"AccessToken": text}),
                ("SignUp", {"ClientId": text, "Username": "x", "Password": PASSWORD}),
                ("RevokeToken", {"ClientId": client, "Token": text})):
            try:
                server.call(operation, members)
            except ApiError as error:
                check.equal(error.status, 400, f"{operation} {text!r}")


def test_the_server_is_as_it_was():
    check.equal(server.process.poll(), None, "still running")
    assert '"level":"error"' not in server.log_text(), server.log_text()[-2000:]
    server.stop()


if __name__ == "__main__":
    setup()
    check.run(globals())

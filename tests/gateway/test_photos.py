"""Photos behind nginx, each under its owner's prefix: the AWS command line, and what is tried at an object store; examples/photos."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from urllib.parse import quote, unquote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from calls import call, sign, signed  # noqa: E402
from gateway import Gateway, environment  # noqa: E402
from people import PROVIDER  # noqa: E402
from peers import Store  # noqa: E402

from lifeguard import TOP  # noqa: E402


class Photos(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.store = Store("photos")
        cls.addClassCleanup(cls.store.stop)
        cls.gateway = Gateway("photos", "127.0.0.1:4568", cls.store)
        cls.addClassCleanup(cls.gateway.stop)
        cls.url, account = cls.gateway.url, cls.gateway.account
        account.idp.admin_create_user(UserPoolId="us-east-1_Lifeguard", Username="other", MessageAction="SUPPRESS")
        account.idp.admin_set_user_password(UserPoolId="us-east-1_Lifeguard", Username="other", Password="Correct-horse-9",
                                            Permanent=True)
        cls.me, cls.mine = cls.gateway.keys(Logins={PROVIDER: account.tokens()["IdToken"]})
        cls.other, cls.theirs = cls.gateway.keys(Logins={PROVIDER: account.tokens("other")["IdToken"]})
        cls.i, cls.they = cls.command_line(cls.mine), cls.command_line(cls.theirs)
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def file(self, name, content=None):
        path = os.path.join(self.folder.name, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content)
        return path

    @classmethod
    def command_line(cls, keys, **env):
        """`aws` as somebody, started once (tests/lib/aws.py)."""
        env = environment(**{name.upper(): value for name, value in keys.items()}, **env)
        process = subprocess.Popen(["/usr/bin/python3", os.path.join(TOP, "tests", "lib", "aws.py")], env=env, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdout.readline()  # the operations that it knows
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.stdin.close)
        cls.addClassCleanup(process.stdout.close)
        return process

    def aws(self, who, *words):
        """Exit code, output, errors."""
        who.stdin.write(json.dumps(["s3", *words] + ([] if "--endpoint-url" in words else ["--endpoint-url", self.url])) + "\n")
        who.stdin.flush()
        return json.loads(who.stdout.readline())

    def allowed(self, who, *words):
        code, output, errors = self.aws(who, *words)
        self.assertEqual(code, 0, errors)
        return output

    def refused(self, who, *words):
        code, _, errors = self.aws(who, *words)
        self.assertNotEqual(code, 0)
        self.assertRegex(errors, r"\(403\)|\(AccessDenied\)|Forbidden")
        self.assertIn("is not authorized to perform: s3:", self.gateway.reason())

    def send(self, target, keys=None, method="PUT", body=b"x", **headers):
        """`{me}` and `{other}` are the identities, as clients of S3 escape them."""
        target = target.format(me=self.me.replace(":", "%3A"), other=self.other.replace(":", "%3A"))
        return signed(keys or self.mine, self.url, target, method, body, service="s3", headers=headers)

    def ask(self, target, method="PUT", body=b"x", **headers):
        """The status that nginx would be told, if it asked about everything."""
        target = target.format(me=self.me.replace(":", "%3A"), other=self.other.replace(":", "%3A"))
        path, query = (target + "?").split("?")[:2]
        signed_as = quote(unquote(path), safe="/~") + ("?" + query if query else "")  # as S3 reads it
        _, headers = sign(self.mine, self.url, signed_as, method, body, service="s3", headers=headers)
        return call(self.gateway.server.url, "/authorizer/nginx", headers={
            **headers, "Host": self.url.split("//")[1], "X-Original-URI": target, "X-Original-Method": method,
            "X-Original-Protocol": "HTTP/1.1", "X-Original-Content-Length": str(len(body or b"")), "Content-Length": "0"}).status

    def kept(self, path):
        return os.path.exists(os.path.join(self.store.folder, "photos", path + "._S3rver_object"))

    def test_the_command_line_and_ones_own_prefix(self):
        photo, back = self.file("cat.jpg", b"a photo of a cat"), self.file("back.jpg")
        self.allowed(self.i, "cp", photo, f"s3://photos/{self.me}/my cat+1.jpg")
        self.assertTrue(self.kept(f"{self.me}/my cat+1.jpg"))
        self.allowed(self.i, "cp", f"s3://photos/{self.me}/my cat+1.jpg", back)
        with open(back, "rb") as file:
            self.assertEqual(file.read(), b"a photo of a cat")
        self.assertIn("my cat+1.jpg", self.allowed(self.i, "ls", f"s3://photos/{self.me}/"))

        self.refused(self.i, "cp", photo, f"s3://photos/{self.other}/cat.jpg")
        self.assertFalse(self.kept(f"{self.other}/cat.jpg"))
        self.refused(self.they, "cp", f"s3://photos/{self.me}/my cat+1.jpg", back)
        self.refused(self.they, "rm", f"s3://photos/{self.me}/my cat+1.jpg")
        self.refused(self.they, "ls", f"s3://photos/{self.me}/")
        self.refused(self.i, "ls", "s3://photos/")
        self.allowed(self.i, "rm", f"s3://photos/{self.me}/my cat+1.jpg")
        self.assertFalse(self.kept(f"{self.me}/my cat+1.jpg"))

    def test_a_large_one_in_parts(self):
        photo, back = self.file("large.jpg", os.urandom(9 << 20)), self.file("large-back.jpg")
        self.allowed(self.i, "cp", photo, f"s3://photos/{self.me}/large.jpg")
        self.allowed(self.i, "cp", f"s3://photos/{self.me}/large.jpg", back)
        with open(photo, "rb") as one, open(back, "rb") as two:
            self.assertEqual(one.read(), two.read())

    def test_over_tls_where_clients_sign_no_bodies(self):
        secure = Gateway("photos", "127.0.0.1:4568", self.store, more="unsigned_payload = true\n", tls=True)
        self.addCleanup(secure.stop)
        me, keys = secure.keys(Logins={PROVIDER: secure.account.tokens()["IdToken"]})
        who = self.command_line(keys, AWS_CA_BUNDLE=secure.nginx.certificate)
        photo, place = self.file("tls.jpg", b"a photo"), ["--endpoint-url", secure.url]
        self.assertEqual(self.aws(who, "cp", photo, f"s3://photos/{me}/tls.jpg", *place)[0], 0)
        self.assertTrue(self.kept(f"{me}/tls.jpg"))
        self.assertNotEqual(self.aws(who, "cp", photo, f"s3://photos/{self.other}/tls.jpg", *place)[0], 0)
        self.assertIn("is not authorized to perform: s3:PutObject", secure.reason())

    def test_guests_look_at_public_ones(self):
        guest = self.command_line(self.gateway.keys()[1])
        folder = os.path.join(self.store.folder, "photos", "public")
        os.makedirs(folder)
        with open(os.path.join(folder, "dog.jpg._S3rver_object"), "wb") as file:
            file.write(b"a dog")
        self.allowed(guest, "cp", "s3://photos/public/dog.jpg", self.file("dog.jpg"))
        self.refused(guest, "cp", self.file("dog.jpg"), "s3://photos/public/dog2.jpg")
        self.assertEqual(call(self.url, "/photos/public/dog.jpg").status, 403)

    def test_a_presigned_address(self):
        self.assertEqual(self.send("/photos/{me}/shown.jpg").status, 200)
        address = self.allowed(self.i, "presign", f"s3://photos/{self.me}/shown.jpg").strip()[len(self.url):]
        answer = call(self.url, address)
        self.assertEqual((answer.status, answer.body), (200, "x"))
        for changed, method in ((address.replace("shown", "other"), "GET"), (address, "DELETE"),
                                (address + "&response-content-type=a", "GET")):
            self.assertEqual(call(self.url, changed, method).status, 403)
            self.assertIn("signature we calculated", self.gateway.reason())
        self.assertEqual(call(self.url, address + "&x-amz-copy-source=a").status, 400)
        me = self.me.replace(":", "%3A")
        # As the SDK of JavaScript makes them.
        address, _ = sign(self.mine, self.url, f"/photos/{me}/shown.jpg?x-amz-checksum-mode=ENABLED&x-id=GetObject", service="s3",
                          expires=60)
        self.assertEqual(call(self.url, address).status, 200)
        # What is no part of the signature goes on to the store, which has its own rule about who is nobody.
        address, _ = sign(self.mine, self.url, f"/photos/{me}/shown.jpg?response-content-type=a%2Fb", service="s3", expires=60)
        self.assertIn("cannot be used for anonymous", call(self.url, address).body)

    def test_a_prefix_is_not_left_by_way_of_the_path(self):
        for target in ("/photos/{me}/../{other}/x", "/photos/{me}/%2e%2e/{other}/x", "/photos/{me}/..%2f{other}/x",
                       "/photos/{me}%2f..%2f{other}/x", "/photos/{me}/./../{other}/x"):
            with self.subTest(target=target):
                self.assertEqual(self.send(target).status, 400)
                self.assertEqual(self.ask(target), 403)
                self.assertRegex(self.gateway.reason(), "not authorized|two ways|route")
        self.assertFalse(self.kept(f"{self.other}/x"))

    def test_nor_by_copying_from_another(self):
        self.assertEqual(self.send("/photos/{other}/secret.jpg", self.theirs).status, 200)
        source = {"X-Amz-Copy-Source": f"/photos/{self.other}/secret.jpg"}
        self.assertEqual(self.send("/photos/{me}/copy.jpg", body=b"", **source).status, 501)
        self.assertEqual(self.ask("/photos/{me}/copy.jpg", body=b"", **source), 403)
        self.assertIn("s3:GetObject", self.gateway.reason())
        # Some stores take such parameters for headers.
        for name in ("x-amz-copy-source", "X-Amz-Copy-Source", "%78-amz-copy-source"):
            target = f"/photos/{{me}}/copy.jpg?{name}=%2Fphotos%2F{{other}}%2Fsecret.jpg"
            self.assertEqual(self.send(target, body=b"").status, 400)
            self.assertEqual(self.ask(target, body=b""), 403, name)
        self.assertFalse(self.kept(f"{self.me}/copy.jpg"))

    def test_a_body_that_was_not_signed(self):
        target = f"/photos/{self.me.replace(':', '%3A')}/swapped.jpg"
        target, headers = sign(self.mine, self.url, target, "PUT", service="s3")
        self.assertEqual(call(self.url, target, "PUT", headers, b"smuggled!").status, 403)
        self.assertIn("has a body", self.gateway.reason())
        target, headers = sign(self.mine, self.url, target, "PUT", service="s3")
        headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
        self.assertEqual(call(self.url, target, "PUT", headers, b"x").status, 403)
        self.assertIn("does not cover the body", self.gateway.reason())
        for hash_ in ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"):
            headers["X-Amz-Content-SHA256"] = hash_
            self.assertEqual(call(self.url, target, "PUT", headers, b"x").status, 501)
        self.assertFalse(self.kept(f"{self.me}/swapped.jpg"))

    def test_what_is_written_beside_an_object_is_not_the_object(self):
        """A right to an object is none to its list of rights, nor to the bucket."""
        for method, target in (("PUT", "/photos/{me}/x?acl"), ("GET", "/photos/{me}/x?acl"), ("PUT", "/photos?policy"),
                               ("PUT", "/photos/{me}/x?tagging"), ("DELETE", "/photos"), ("GET", "/"), ("PUT", "/another"),
                               ("POST", "/photos?delete"), ("GET", "/photos?prefix={other}%2F"), ("GET", "/photos?prefix="),
                               ("GET", "/photos"), ("GET", "/photos?uploads"), ("GET", "/photos/{other}/x")):
            with self.subTest(method=method, target=target):
                self.assertEqual(self.send(target, method=method, body=b"" if method != "POST" else b"<Delete/>").status, 403)
                self.assertIn("is not authorized to perform: s3:", self.gateway.reason())
        self.assertEqual(self.send("/photos?prefix={me}%2F", method="GET", body=b"").status, 200)


if __name__ == "__main__":
    unittest.main()

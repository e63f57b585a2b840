#!/usr/bin/env python3
"""Looks: branding styles, the classic customization, a preview; hostile values in settings."""

import base64
import os
import re
import struct
import subprocess
import tempfile
import unittest
import urllib.request

from world import Case, Server, Visitor

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()


def logo(width, height):
    """The beginning of a picture of this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + bytes(4)).decode()


SETTINGS = {
    "categories": {"global": {"colorSchemeMode": "DARK"}},
    "componentClasses": {"buttons": {"borderRadius": 24}},
    "components": {
        "pageBackground": {"lightMode": {"color": "fff1e6ff"}, "darkMode": {"color": "201005ff"}, "image": {"enabled": True}},
        "primaryButton": {"lightMode": {"defaults": {"backgroundColor": "a03000ff"}}},
        "form": {"logo": {"enabled": True}},
    },
}


class Look(Case):
    def brand(self, settings, assets=None, client=None):
        return self.admin("CreateManagedLoginBranding", ClientId=client or self.client, Settings=settings,
                          Assets=assets or [])["ManagedLoginBranding"]

    def raw(self, path):
        with urllib.request.urlopen(f"http://localhost:{self.server.port}{path}") as answer:
            return answer.read()

    def style(self, page):
        address = re.search(r'rel="stylesheet" href="([^"]*)"', page.body)[1]
        sheet = Visitor(self.server).request("GET", address)
        self.assertEqual((sheet.status, sheet.headers["Content-Type"]), (200, "text/css; charset=utf-8"))
        self.assertIn("immutable", sheet.headers["Cache-Control"])
        return address, sheet.body

    def test_without_a_style_pages_have_our_own_look(self):
        self.pool()
        _, page = self.login()
        address, sheet = self.style(page)
        self.assertTrue(address.endswith("/view.css"), address)
        self.assertIn("<title>Sign in – app</title>", page.body)
        self.assertIn("--page: #f1f4f7", sheet)

    def test_settings_become_tokens_and_pictures_files(self):
        self.pool()
        self.brand(SETTINGS, [{"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "PNG", "Bytes": PNG},
                              {"Category": "PAGE_BACKGROUND", "ColorMode": "DYNAMIC", "Extension": "PNG", "Bytes": PNG}])
        _, page = self.login()
        self.assertIn('data-scheme="dark"', page.body)
        address, sheet = self.style(page)
        self.assertLess(len(page.body) + len(sheet) + 12000, 40 * 1024)
        for part in ("--page:#fff1e6ff;", "--page:#201005ff;", "--button:#a03000ff;", "--button-radius:24px;"):
            self.assertIn(part, sheet)
        self.assertNotIn("prefers-color-scheme: dark", sheet)
        for picture in (re.search(r'class="logo" src="([^"]*)"', page.body)[1],
                        re.search(r'--page-image:url\("([^"]*)"\)', sheet)[1]):
            self.assertEqual(self.raw(picture), base64.b64decode(PNG))
            self.assertTrue(picture.startswith("/_pages/look/" + self.client), picture)
        changed = self.admin("DescribeManagedLoginBrandingByClient", ClientId=self.client)["ManagedLoginBranding"]
        self.admin("UpdateManagedLoginBranding", ManagedLoginBrandingId=changed["ManagedLoginBrandingId"],
                   Settings={"components": {}})
        self.assertNotEqual(self.style(self.login()[1])[0], address)

    def test_an_address_has_the_digest_of_what_is_there(self):
        self.pool()
        style = self.brand(SETTINGS, [{"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "PNG", "Bytes": logo(1000, 250)}])
        _, page = self.login()
        sheet, picture = self.style(page)[0], re.search(r'class="logo" src="([^"]*)"', page.body)[1]
        # Room is kept for it, as large as it is shown.
        self.assertIn(' width="256" height="64"', page.body)
        change = {"ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        self.admin("UpdateManagedLoginBranding", **change, Assets=[{
            "Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "PNG", "Bytes": logo(40, 20)}])
        _, page = self.login()
        # The sheet says nothing else than before; the picture is another one.
        self.assertEqual(self.style(page)[0], sheet)
        self.assertIn(' width="40" height="20"', page.body)
        self.assertNotEqual(re.search(r'class="logo" src="([^"]*)"', page.body)[1], picture)
        # Under the former address is what there is now, and nobody keeps it.
        answer = Visitor(self.server).request("GET", picture.replace("FORM_LOGO-DARK", "style.css"))
        self.assertEqual((answer.status, answer.headers["Cache-Control"]), (200, "no-store"))
        self.assertEqual(self.raw(picture), base64.b64decode(logo(40, 20)))
        # A style that is looked at before it is used changes its address, too.
        preview = lambda: self.style(self.login(look=style["ManagedLoginBrandingId"])[1])[0]
        before = preview()
        self.admin("UpdateManagedLoginBranding", **change, Settings={"components": {"form": {"borderRadius": 3}}})
        self.assertNotEqual(preview(), before)
        self.admin("DeleteManagedLoginBranding", **change)
        self.assertTrue(self.style(self.login()[1])[0].endswith("/view.css"))
        self.assertEqual(Visitor(self.server).request("GET", sheet).status, 404)

    def test_classic_css_becomes_tokens_and_the_rest_is_nothing(self):
        self.pool()
        self.admin("CreateUserPoolDomain", Domain="look-classic")
        self.admin("SetUICustomization", ClientId="ALL", ImageFile=PNG, CSS=(
            ".submitButton-customizable { background-color: rgb(10, 20, 30) !important; width: 3px }\n"
            "/* x */ .label-customizable, .textDescription-customizable { color: #123456; }"))
        _, page = self.login()
        _, sheet = self.style(page)
        end = sheet[sheet.rindex(":root{"):]
        self.assertEqual(end, ":root{--button:rgb(10, 20, 30);--label:#123456;--text:#123456;}\n")
        logo = re.search(r'class="logo" src="([^"]*)"', page.body)[1]
        self.assertTrue(logo.startswith(f"/_pages/look/{self.client}/") and logo.endswith("/logo"), logo)
        self.assertEqual(self.raw(logo), base64.b64decode(PNG))
        # What is changed is seen at once, and so is that it is gone.
        self.admin("SetUICustomization", ClientId="ALL", CSS=".label-customizable { color: #654321; }")
        _, page = self.login()
        self.assertIn("--label:#654321;", self.style(page)[1])
        self.assertNotIn('class="logo"', page.body)
        self.admin("SetUICustomization", ClientId="ALL")
        self.assertTrue(self.style(self.login()[1])[0].endswith("/view.css"))

    def test_a_style_can_be_looked_at_before_it_is_used(self):
        self.pool()
        other = self.admin("CreateUserPoolClient", ClientName="draft")["UserPoolClient"]["ClientId"]
        draft = self.brand(SETTINGS, client=other)["ManagedLoginBrandingId"]
        visitor, page = self.login(look=draft)
        self.assertIn("Preview", page.body)
        self.assertIn("--page:#201005ff;", self.style(page)[1])
        # The other pages follow, until he asks for none.
        self.assertIn("Preview", visitor.get("/forgotPassword?" + self.query()).body)
        self.assertNotIn("Preview", visitor.get("/login?" + self.query(look="off")).body)
        self.assertNotIn("Preview", visitor.get("/login?" + self.query()).body)
        # A style of another pool is none.
        self.pool()
        self.assertNotIn("Preview", self.login(look=draft)[1].body)

    def test_hostile_values_reach_no_sheet(self):
        self.pool()
        bad = {"components": {"form": {"borderRadius": "1px;} body{display:none}"}, "pageText": {"lightMode": {
            "headingColor": "ffffff"}}}, "componentClasses": {"buttons": {"borderRadius": 10 ** 9}},
            "categories": {"global": {"colorSchemeMode": "\"><script>"}}}
        self.brand(bad)
        _, page = self.login()
        self.assertNotIn("<script>", page.body)
        _, sheet = self.style(page)
        self.assertNotIn("display:none}", sheet)
        self.assertEqual(sheet[sheet.rindex("\n:root{"):].split("}")[0], "\n:root{--heading:#ffffff;")

    def test_addresses_of_looks(self):
        self.pool()
        visitor = Visitor(self.server)
        for path in ("/_pages/look/", "/_pages/look/x/1/style.css", f"/_pages/look/{self.client}/1/FORM_LOGO-DARK",
                     f"/_pages/look/{self.pool_id}:x/1/style.css", "/_pages/look/:/1/style.css", "/_pages/x/y.css"):
            self.assertEqual(visitor.request("GET", path).status, 404, path)


class Language(Case):
    def test_a_language_is_chosen_and_remembered(self):
        self.pool()
        visitor, page = self.login()
        self.assertEqual(page.html.lang, "en")
        visitor.extra["Accept-Language"] = "de-AT, en;q=0.5"
        self.assertEqual(visitor.get("/login?" + self.query()).html.lang, "de")
        self.assertEqual(visitor.get("/login?" + self.query(lang="ja")).html.lang, "ja")
        page = visitor.get("/forgotPassword?" + self.query())
        self.assertEqual((page.html.lang, page.headers["Content-Language"]), ("ja", "ja"))
        self.assertEqual(visitor.get("/login?" + self.query(lang="xx")).html.lang, "ja")
        self.assertIn('dir="rtl"', visitor.get("/login?" + self.query(lang="ar")).body)


class Strings(unittest.TestCase):
    """The setting pages.strings, in a server of its own."""

    def check(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text)
            binary = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/lifeguard")
            return subprocess.run([binary, "check", "--dev"], env={**os.environ, "LIFEGUARD_PAGES_STRINGS": folder},
                                  capture_output=True, text=True, check=False)

    def test_mistakes_are_named_by_check(self):
        for files, said in (({"en.txt": "login.titel = x\n"}, "en.txt:1: there is no text login.titel"),
                            ({"../x.txt"[3:]: "language.name = x\nlogin.title = {x}"}, "x.txt is not called like a language"),
                            ({"sv.txt": "login.title = Logga in\n"}, "sv.txt: language.name is missing")):
            done = self.check(files)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("pages.strings: " + said, done.stderr)
        self.assertEqual(self.check({"sv.txt": "language.name = Svenska\n", "notes.md": "x"}).returncode, 0)

    def test_texts_are_shown_as_text(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "en.txt"), "w", encoding="utf-8") as file:
                file.write("login.title = \"><script>alert(1)</script>\n")
            server = Server(env={**os.environ, "LIFEGUARD_PAGES_STRINGS": folder}).start()
            try:
                page = Visitor(server).get("/login?client_id=lifeguarddemo0000000000000&response_type=code&redirect_uri="
                                           "http://localhost:3000/")
                self.assertNotIn("<script>alert", page.body)
                self.assertIn("&lt;script&gt;alert(1)", page.body)
            finally:
                server.stop()


if __name__ == "__main__":
    unittest.main()

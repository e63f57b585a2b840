"""Signatures of other forms, by other keys, over other things; documents that are no plain XML (ATTACKS S and 4)."""

import base64
import copy
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from idp import (ACS, AWS, DS, ENVELOPED, EXCLUSIVE, MORE, SAML, SHA256, Idp, Verifier, etree, find, parse,  # noqa: E402
                 q, text_of)

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"


def xpath(expression):
    return (f'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath xmlns:ds="{DS}">{expression}'
            "</ds:XPath></ds:Transform>")


XSLT = ('<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet version="1.0" '
        'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><xsl:copy-of select="document(\'/etc/passwd\')"/>'
        "</xsl:template></xsl:stylesheet></ds:Transform>")


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.idp, cls.verify = Idp(), Verifier()
        cls.addClassCleanup(cls.idp.close)
        cls.addClassCleanup(cls.verify.close)
        cls.metadata = cls.idp.metadata()
        cls.unsigned = parse(cls.idp.respond())

    def good(self, response, metadata=None, **more):
        answer = self.verify(metadata or self.metadata, response, **more)
        self.assertTrue(answer["ok"], answer)
        return answer

    def refused(self, response, why="", error="MISMATCH", metadata=None, **more):
        """Refused, and for this reason: a test that trips over something else shows nothing."""
        answer = self.verify(metadata or self.metadata, response, **more)
        self.assertEqual((answer["ok"], answer.get("error")), (False, error), answer)
        self.assertRegex(answer["why"], why or ".")


class Forms(Case):
    def signed(self, **how):
        return self.idp.sign(self.unsigned, **how)

    def test_all_that_is_taken(self):
        for method in ("rsa-sha256", "rsa-sha384", "rsa-sha512"):
            self.good(self.signed(method=MORE + method))
        for digest in (SHA256, MORE + "sha384", "http://www.w3.org/2001/04/xmlenc#sha512"):
            self.good(self.signed(digest=digest))
        self.good(self.idp.sign_response(self.unsigned))
        self.good(self.idp.sign_response(self.idp.sign(self.unsigned)))
        prefixes = (f'<ds:Transform Algorithm="{EXCLUSIVE}"><ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" '
                    'PrefixList="xs xsi"/></ds:Transform>')
        self.good(self.signed(transforms=(ENVELOPED, prefixes)))
        for kind in ("ec", "rsa:4096"):
            other = Idp(kind=kind)
            self.addCleanup(other.close)
            self.good(other.sign(self.unsigned), metadata=other.metadata())
            self.refused(other.sign(self.unsigned), "does not verify")

    def test_weak_and_shared_key_algorithms(self):
        for method in (DS + "rsa-sha1", MORE + "rsa-md5", MORE + "rsa-ripemd160", MORE + "rsa-sha224"):
            self.refused(self.idp.respond(assertion=True, algorithm=method) if method.endswith("rsa-sha1")
                         else self.relabelled("SignatureMethod", method), "algorithm that is not taken")
        self.refused(self.idp.respond(assertion=True, digest=DS + "sha1"), "algorithm that is not taken")
        self.refused(self.relabelled("DigestMethod", MORE + "md5"), "algorithm that is not taken")
        # What everybody has of the provider, taken for a shared key.
        der = base64.b64decode(self.idp.certificate())
        public = subprocess.run(["openssl", "x509", "-in", self.idp.cert, "-pubkey", "-noout"], check=True, capture_output=True).stdout
        with open(self.idp.cert, "rb") as file:
            pem = file.read()
        for shared in (der, public, pem, b"x"):
            path = self.idp.path("shared.bin")
            with open(path, "wb") as file:
                file.write(shared)
            for method in (MORE + "hmac-sha256", DS + "hmac-sha1"):
                self.refused(self.signed(method=method, key=["--hmackey", path]), "algorithm that is not taken")

    def relabelled(self, name, algorithm):
        tree = self.signed()
        find(tree, ".//ds:" + name).set("Algorithm", algorithm)
        return tree

    def test_canonicalizations_and_transforms(self):
        refused = "algorithm that is not taken|transform"
        for other in (C14N, C14N + "#WithComments", EXCLUSIVE + "WithComments", "http://www.w3.org/2006/12/xml-c14n11"):
            self.refused(self.signed(canonicalization=other), refused)
            self.refused(self.signed(transforms=(ENVELOPED, other)), refused)
        for steps in ((EXCLUSIVE,), (ENVELOPED,), (EXCLUSIVE, ENVELOPED), (ENVELOPED, ENVELOPED, EXCLUSIVE),
                      (ENVELOPED, EXCLUSIVE, EXCLUSIVE), (ENVELOPED, xpath("true()"), EXCLUSIVE),
                      (xpath("not(ancestor-or-self::ds:Signature)"), EXCLUSIVE),
                      (ENVELOPED, xpath("not(ancestor-or-self::*[local-name()='NameID'])"), EXCLUSIVE)):
            try:
                tree = self.signed(transforms=steps)
            except subprocess.CalledProcessError:
                tree = self.signed()  # the program refuses to sign so; a document that says it all the same
                transforms = find(tree, ".//ds:Transforms")
                transforms[:] = self.idp.template("#x", transforms=steps).find(".//" + q("ds:Transforms"))[:]
            self.refused(tree, refused)
        for step in (XSLT, "http://www.w3.org/2000/09/xmldsig#base64", "http://www.w3.org/2002/06/xmldsig-filter2",
                     "http://www.w3.org/2001/04/xptr", "http://www.w3.org/2002/07/decrypt#XML", ""):
            tree = self.signed()
            transforms = find(tree, ".//ds:Transforms")
            transforms[:] = self.idp.template("#x", transforms=(ENVELOPED, step if step.startswith("<") else
                                                                f'<ds:Transform Algorithm="{step}"/>', EXCLUSIVE)
                                              ).find(".//" + q("ds:Transforms"))[:]
            self.refused(tree, refused)

    def test_references(self):
        about = "about another element"
        for uri in ("", "#xpointer(/)"):
            self.refused(self.signed(uri=uri), about)
        response, assertion = self.unsigned.get("ID"), find(self.unsigned, "saml:Assertion").get("ID")
        self.refused(self.signed(uri=f"#xpointer(id('{assertion}'))"), about)
        # At its place in the assertion, but about the response; and the other way round (CVE-2024-8698).
        self.refused(self.signed(uri="#" + response), about)
        self.refused(self.idp.sign_response(self.unsigned, uri="#" + assertion), about)
        for uri in ("file:///etc/passwd", "http://127.0.0.1:9/", assertion, "##" + assertion, "#" + assertion.upper()):
            tree = self.signed()
            find(tree, ".//ds:Reference").set("URI", uri)
            self.refused(tree, about)
        tree = self.signed()
        del find(tree, ".//ds:Reference").attrib["URI"]
        self.refused(tree, about)

    def test_none_two_or_empty(self):
        def change(how):
            tree = self.signed()
            how(tree, find(tree, ".//ds:Signature"), find(tree, ".//ds:SignedInfo"), find(tree, ".//ds:Reference"))
            return tree
        form = "not one reference|neither signed|no transforms|a transform|of another form|no digest|does not verify|no method|no canon"
        for how in (
                lambda t, s, i, r: i.remove(r),
                lambda t, s, i, r: i.append(copy.deepcopy(r)),
                lambda t, s, i, r: r.remove(r[0]),
                lambda t, s, i, r: r[0].clear(),
                lambda t, s, i, r: i.clear(),
                lambda t, s, i, r: s.remove(i),
                lambda t, s, i, r: s.append(copy.deepcopy(i)),
                lambda t, s, i, r: s.insert(0, copy.deepcopy(i)),
                lambda t, s, i, r: s.clear(),
                lambda t, s, i, r: s.remove(s[1]),
                lambda t, s, i, r: setattr(s[1], "text", ""),
                lambda t, s, i, r: setattr(s[1], "text", "AAAA"),
                lambda t, s, i, r: setattr(s[1], "text", "!"),
                lambda t, s, i, r: setattr(s[1], "text", s[1].text + s[1].text),
                lambda t, s, i, r: s.insert(1, copy.deepcopy(s[1])),
                lambda t, s, i, r: setattr(r[-1], "text", ""),
                lambda t, s, i, r: r.remove(r[-1]),
                lambda t, s, i, r: r.remove(r[-2]),
                lambda t, s, i, r: r.append(copy.deepcopy(r[-1])),
                lambda t, s, i, r: s.insert(0, etree.Element(q("ds:Reference")))):
            self.refused(change(how), form + "|more than a signature")
        self.refused(self.unsigned, "nothing is signed")
        self.refused(change(lambda t, s, i, r: s.getparent().remove(s)), "nothing is signed")
        self.refused(change(lambda t, s, i, r: s.addnext(copy.deepcopy(s))), "two of them")
        # In a place where nobody who follows the schema would look.
        self.refused(change(lambda t, s, i, r: find(t, ".//saml:Subject").append(s)), "nothing is signed")

    def test_objects_and_manifests(self):
        """A reference to a manifest in the signature: what the manifest names is not verified by the library."""
        manifest = ('<ds:Object><ds:Manifest Id="m"><ds:Reference URI="#x"><ds:DigestMethod Algorithm="' + SHA256 +
                    '"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:Manifest></ds:Object>')
        assertion = find(self.unsigned, "saml:Assertion").get("ID")
        for uri in ("#m", "#" + assertion):
            template = self.idp.template(uri, more=manifest)
            find(template, ".//ds:Reference").set("Type", DS + "Manifest")
            template.find(".//" + q("ds:Manifest")).set("Id", "m")
            try:
                self.refused(self.idp.sign(self.unsigned, template=template), "more than a signature")
            except subprocess.CalledProcessError:
                pass

    def test_ids(self):
        for name in ("ID", "Id", "id", "iD", "{http://www.w3.org/XML/1998/namespace}id", "{urn:x}ID"):
            for place in ("samlp:Status", ".//samlp:StatusCode", "saml:Issuer"):
                tree = self.signed()
                find(tree, place).set(name, find(tree, "saml:Assertion").get("ID"))
                self.refused(tree, "not the element's alone|somebody else's")
        tree = copy.deepcopy(self.unsigned)
        del find(tree, "saml:Assertion").attrib["ID"]
        self.refused(self.idp.sign_response(tree), "no assertion of SAML 2.0")
        # Names that would be an expression where the library looks them up.
        for name in ("x')|id('y", "x'", 'x"', "x y", "x)", "", "a" * 300):
            tree = copy.deepcopy(self.unsigned)
            find(tree, "saml:Assertion").set("ID", name)
            find(tree, "saml:Assertion/saml:Issuer").addnext(self.idp.template("#x"))
            find(tree, ".//ds:Reference").set("URI", "#" + name)
            self.refused(tree, "no ID")

    def test_relative_namespaces_are_not_reported_to_the_log(self):
        tree = self.signed()
        find(tree, "samlp:Status").append(etree.fromstring('<x xmlns="relative"/>'))
        self.refused(tree, "does not verify")
        self.refused(self.idp.respond(response=True).replace("<ns1:Assertion ", '<ns1:Assertion xmlns:x="relative" ', 1))


class Keys(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = Idp()
        cls.addClassCleanup(cls.other.close)

    def info(self, tree, inside):
        tree = copy.deepcopy(tree)
        for signature in tree.iter(q("ds:Signature")):
            for old in signature.findall(q("ds:KeyInfo")):
                signature.remove(old)
            signature.append(parse(f'<ds:KeyInfo xmlns:ds="{DS}">{inside}</ds:KeyInfo>'))
        return tree

    def test_a_key_that_the_message_brings_is_not_looked_at(self):
        data = "<ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data>"
        forged = self.other.sign(self.unsigned)
        self.refused(self.other.respond(assertion=True), "does not verify")
        for inside in (data % self.other.certificate(), data % self.idp.certificate(),
                       data % self.other.certificate() + data % self.idp.certificate(),
                       f"<ds:KeyName>{self.idp.key}</ds:KeyName>",
                       '<ds:RetrievalMethod URI="http://127.0.0.1:9/" Type="' + DS + 'rawX509Certificate"/>',
                       f'<ds:RetrievalMethod URI="file://{self.other.cert}" Type="{DS}rawX509Certificate"/>'):
            self.refused(self.info(forged, inside), "does not verify")
            self.good(self.info(self.idp.sign(self.unsigned), inside))

    def test_every_key_of_the_metadata_serves_while_one_follows_another(self):
        both = self.idp.metadata(keys=[self.other.certificate(), self.idp.certificate()])
        self.good(self.idp.sign(self.unsigned), metadata=both)
        self.good(self.other.sign(self.unsigned), metadata=both)
        # Of another kind, too.
        curve = Idp(kind="ec")
        self.addCleanup(curve.close)
        both = self.idp.metadata(keys=[curve.certificate(), self.idp.certificate(), self.other.certificate()])
        for idp in (curve, self.idp, self.other):
            self.good(idp.sign(self.unsigned), metadata=both)

    def test_a_key_that_can_be_broken_is_none(self):
        for kind in ("rsa:512", "rsa:1024"):
            weak = Idp(kind=kind)
            self.addCleanup(weak.close)
            self.refused(weak.sign(self.unsigned), "no certificate to verify", metadata=weak.metadata())
            # Beside one that is good, the good one serves.
            both = self.idp.metadata(keys=[weak.certificate(), self.idp.certificate()])
            self.refused(weak.sign(self.unsigned), "does not verify", metadata=both)
            self.good(self.idp.sign(self.unsigned), metadata=both)

    def test_metadata_without_use_keeps_verification_on(self):
        """CVE-2026-16443: an import without the attribute switched it off."""
        for use in ("", ' use="signing"'):
            metadata = self.idp.metadata(use=use)
            self.good(self.idp.sign(self.unsigned), metadata=metadata)
            self.refused(self.other.sign(self.unsigned), "does not verify", metadata=metadata)
            self.refused(self.unsigned, "nothing is signed", metadata=metadata)
        for use in (' use="encryption"', ' use="Signing"', ' use=""'):
            self.refused(self.idp.sign(self.unsigned), "No certificate", error="MALFORMED", metadata=self.idp.metadata(use=use))
        for key in ("AAAA", base64.b64encode(b"x" * 700).decode()):
            metadata = self.idp.metadata(keys=[key])
            self.refused(self.idp.sign(self.unsigned), "no certificate to verify", metadata=metadata)
            self.refused(self.unsigned, "nothing is signed|no certificate", metadata=metadata)
        self.refused(self.unsigned, "No certificate", error="MALFORMED", metadata=self.idp.metadata(keys=[""]))

    def test_one_provider_does_not_speak_for_another(self):
        """Issuer A signed, issuer B claimed (CVE-2026-49283)."""
        elsewhere = Idp(entity="https://elsewhere.example.com/saml")
        self.addCleanup(elsewhere.close)
        self.refused(elsewhere.respond(assertion=True), "another issuer")
        tree = parse(elsewhere.respond(assertion=True, response=True))
        self.good(tree, metadata=elsewhere.metadata())
        # The unsigned envelope says who it should be.
        tree = parse(elsewhere.respond(assertion=True))
        find(tree, "saml:Issuer").text = self.idp.entity
        self.refused(tree, "does not verify")
        # The right key, the wrong name: of two providers that share one.
        self.refused(elsewhere.respond(assertion=True), "another issuer",
                     metadata=self.idp.metadata(keys=[elsewhere.certificate()]))
        find(tree, "saml:Issuer").text = elsewhere.entity
        tree.remove(find(tree, "saml:Issuer"))
        self.refused(tree, "another issuer", metadata=self.idp.metadata(keys=[elsewhere.certificate()]))


class Documents(Case):
    def setUp(self):
        self.text = text_of(self.idp.sign(self.unsigned))

    def malformed(self, response):
        self.refused(response, "no XML|too long", error="MALFORMED")

    def test_document_types_and_entities(self):
        for subset in ("[]", '[<!ENTITY e "root">]', '[<!ENTITY % e SYSTEM "http://127.0.0.1:9/">%e;]', 'SYSTEM "file:///etc/passwd"',
                       'PUBLIC "a" "http://127.0.0.1:9/"', '[<!ATTLIST x ID ID #IMPLIED>]',
                       '[<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]'):
            self.malformed(f"<!DOCTYPE x {subset}>" + self.text)
            self.malformed(f"<!DOCTYPE x {subset}>" + self.text.replace("ada@example.com", "&e;"))
        self.malformed(self.text.replace("ada@example.com", "&e;"))
        self.malformed('<?xml version="1.0"?><!DOCTYPE x>' + self.text)

    def test_encodings(self):
        """UTF-8 and nothing else, whatever it claims: no second reading of the same bytes."""
        self.good('<?xml version="1.0" encoding="UTF-8"?>' + self.text)
        for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037"):
            self.malformed((f'<?xml version="1.0" encoding="{codec}"?>' + self.text).encode(codec))
        # +ADw- is "<" in UTF-7: claimed, it stays what it is, and text that was not signed.
        claimed = '<?xml version="1.0" encoding="UTF-7"?>' + self.text
        for old, new in (("ada@example.com", "+ADw-NameID+AD4-root"), ("<ns1:Subject", "+ADw-ns1:Subject")):
            self.assertFalse(self.verify(self.metadata, claimed.replace(old, new, 1))["ok"])
        for claim in ("UTF-7", "UTF-16", "ISO-8859-1", "EBCDIC-CP-US", "none"):
            answer = self.verify(self.metadata, f'<?xml version="1.0" encoding="{claim}"?>' + self.text)
            self.assertTrue(not answer["ok"] or answer["name_id"] == "ada@example.com")
        self.malformed(self.text.encode().replace(b"ada@", b"ada\xc0\x80@"))
        self.malformed(self.text.encode().replace(b"ada@", b"ada\xff@"))
        self.malformed(self.text.encode().replace(b"ada@", b"ada\x00@"))
        self.malformed(self.text.encode() + b"\x00")

    def test_size_and_depth(self):
        self.malformed(self.text + " " * 100000)
        self.malformed("<a>" * 40000)
        self.malformed("<a " + " ".join(f'a{n}=""' for n in range(11000)) + "/>")
        deep = copy.deepcopy(parse(self.text))
        at = find(deep, "samlp:Status")
        for _ in range(40):
            at = etree.SubElement(at, "a")
        self.malformed(deep)
        # As many signatures, attributes and namespaces as fit: it ends, and soon.
        for filler in ("<ds:Signature xmlns:ds=\"%s\"/>" % DS, '<saml:Attribute xmlns:saml="%s" Name="x"/>' % SAML, '<a xmlns:a="urn:x"/>'):
            many = self.text.replace("</ns0:Status>", "</ns0:Status>" + filler * (60000 // len(filler)))
            self.assertIn(self.verify(self.metadata, many).get("error", "good"), ("MISMATCH", "MALFORMED", "good"))

    def test_what_is_costly_to_canonicalize_is_refused_first(self):
        """Thousands of prefixes, looked up for thousands of elements, took hours; attributes of one element seconds."""
        exclusive = f'<ds:Transform Algorithm="{EXCLUSIVE}"/>'
        spaces = " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(1500))
        metadata = self.idp.metadata(keys=[self.idp.certificate()] * 8)

        def listed(text, count):
            names = " ".join(f"a{n}" for n in range(count))
            return text.replace(exclusive, exclusive[:-2] + f'><ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="{names}"/></ds:Transform>', 1)
        begin = time.monotonic()
        for text in (listed(self.text, 1500), listed(self.text, 40)):
            self.refused(text.replace("</ns1:Subject>", "<a/>" * 7000 + "</ns1:Subject>"), "more prefixes", metadata=metadata)
        for inside in (f"<a {spaces}>" + "<b/>" * 7000 + "</a>", "<a " + " ".join(f'x{n}=""' for n in range(9000)) + "/>"):
            self.malformed(self.text.replace("</ns1:Subject>", inside + "</ns1:Subject>"))
        # Within the limits, with eight certificates: a digest that is wrong is looked at once.
        self.refused(self.text.replace("</ns1:Subject>", "<a/>" * 9000 + "</ns1:Subject>"), "does not verify", metadata=metadata)
        self.assertLess(time.monotonic() - begin, 5)

    def test_encrypted_assertions(self):
        """CVE-2026-2092: one in an unsigned response. None can be read here, so none is believed, signed or not."""
        for place in ("before", "after", "instead"):
            tree = copy.deepcopy(self.unsigned)
            encrypted = etree.Element(q("saml:EncryptedAssertion"))
            assertion = find(tree, "saml:Assertion")
            {"before": assertion.addprevious, "after": assertion.addnext, "instead": lambda e: tree.replace(assertion, e)}[place](encrypted)
            self.refused(tree, "not one")
            self.refused(self.idp.sign_response(tree), "not one")
        tree = self.idp.sign(self.unsigned)
        find(tree, ".//saml:Subject").append(etree.Element(q("saml:EncryptedID")))
        self.refused(tree, "does not verify")

    def test_comments_and_instructions_cut_no_name(self):
        """CVE-2017-11427 and the like: whatever is between its parts, a name is read whole, as it was signed."""
        def named(*parts):
            tree = copy.deepcopy(self.unsigned)
            name = find(tree, ".//saml:NameID")
            name.text = parts[0]
            for node, tail in zip(parts[1::2], parts[2::2]):
                name.append(node)
                node.tail = tail
            return tree
        for between in (etree.Comment("x"), etree.PI("x", "y")):
            signed = self.idp.sign(named("root", copy.deepcopy(between), "@example.com.evil.example"))
            self.assertEqual(self.good(signed)["name_id"], "root@example.com.evil.example")
        signed = text_of(self.idp.sign(named("root@example.com.evil.example")))
        for spoiled in ("root@example.com<!---->.evil.example", "root@example.com<![CDATA[.evil.example]]>",
                        "r&#111;ot@example.com.evil.example"):
            answer = self.verify(self.metadata, signed.replace("root@example.com.evil.example", spoiled))
            self.assertEqual(answer.get("name_id"), "root@example.com.evil.example", answer)
        self.refused(signed.replace("root@example.com.evil.example", "root@example.com<?x?>.evil.example"), "does not verify")
        # In attributes, too, and in the issuer.
        tree = copy.deepcopy(self.unsigned)
        value = find(tree, ".//saml:AttributeValue")
        value.text = "ro"
        value.append(etree.Comment("x"))
        value[0].tail = "ot"
        self.assertIn(["root"], self.good(self.idp.sign(tree))["attributes"].values())

    def test_other_messages(self):
        for tag in ("samlp:LogoutRequest", "samlp:LogoutResponse", "samlp:AuthnRequest", "samlp:ArtifactResponse", "saml:Assertion",
                    "saml:Response"):
            tree = self.idp.sign(self.unsigned)
            tree.tag = q(tag)
            self.refused(tree, "no response", error="MALFORMED")
        # An assertion alone, good as it is.
        self.refused(find(self.idp.sign(self.unsigned), "saml:Assertion"), "no response", error="MALFORMED")
        for version in ("1.1", "2", "2.0 ", ""):
            tree = self.idp.sign(self.unsigned)
            tree.set("Version", version)
            self.refused(tree, "no response of SAML 2.0")

if __name__ == "__main__":
    unittest.main()

"""What a signed response says of itself: for whom, from whom, when, in answer to what (ATTACKS S; SAML Profiles 4.1.4.3)."""

import copy
import datetime
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from idp import ACS, AWS, SAML, Idp, Verifier, etree, find, instant, parse  # noqa: E402

MINUTE = 60


class Statements(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.idp, cls.verify = Idp(), Verifier()
        cls.addClassCleanup(cls.idp.close)
        cls.addClassCleanup(cls.verify.close)
        cls.unsigned = parse(cls.idp.respond(to="id-request"))
        cls.issued = datetime.datetime.strptime(cls.unsigned.get("IssueInstant"), "%Y-%m-%dT%H:%M:%SZ")
        cls.now = cls.issued.replace(tzinfo=datetime.timezone.utc).timestamp()

    def said(self, change, sign="assertion", **more):
        tree = copy.deepcopy(self.unsigned)
        change(tree)
        tree = self.idp.sign(tree) if sign == "assertion" else self.idp.sign_response(tree)
        return self.verify(self.idp.metadata(), tree, **{"now": self.now, **more})

    def good(self, change=lambda t: None, **more):
        for sign in ("assertion", "response"):
            answer = self.said(change, sign, **more)
            self.assertTrue(answer["ok"], answer)

    def refused(self, change=lambda t: None, error="MISMATCH", why="", **more):
        for sign in ("assertion", "response"):
            answer = self.said(change, sign, **more)
            self.assertEqual((answer["ok"], answer.get("error")), (False, error), answer)
            self.assertRegex(answer["why"], why or ".")

    @staticmethod
    def put(path, name, value):
        def change(tree):
            element = find(tree, path) if path else tree
            if name == "text":
                element.text = value
            elif value is None:
                del element.attrib[name]
            else:
                element.set(name, value)
        return change

    @staticmethod
    def drop(path):
        def change(tree):
            element = find(tree, path)
            element.getparent().remove(element)
        return change

    @staticmethod
    def add(path, text):
        return lambda tree: find(tree, path).extend(parse(f'<x xmlns:saml="{SAML}">{text}</x>'))

    def test_the_usual_one_is_good(self):
        self.good()
        self.good(recipients=["https://other.example.com", ACS], audiences=["x", AWS])

    def test_audience(self):
        audience = ".//saml:Audience"
        for value in (AWS + "/", "URN:AMAZON:WEBSERVICES", "", "urn:amazon", AWS + " x"):
            self.refused(self.put(audience, "text", value), why="audience")
        self.good(self.put(audience, "text", f"\n  {AWS}\n"))
        self.refused(self.drop(".//saml:AudienceRestriction"), why="no audience")
        self.refused(self.drop(audience), why="another audience")
        self.refused(self.drop(".//saml:Conditions"), why="Conditions")
        # One of several; every restriction has to be met.
        self.good(self.add(".//saml:AudienceRestriction", "<saml:Audience>urn:x</saml:Audience>"))
        self.refused(self.add(".//saml:Conditions", "<saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction>"),
                     why="another audience")

    def test_recipient_and_destination(self):
        data = ".//saml:SubjectConfirmationData"
        for value in (ACS + "/", ACS.upper(), "", "https://signin.aws.amazon.com", ACS + "?x", "http" + ACS[5:]):
            self.refused(self.put(data, "Recipient", value), why="recipient")
            self.refused(self.put("", "Destination", value), why="another place")
        self.refused(self.put(data, "Recipient", None), why="recipient")
        self.good(self.put("", "Destination", None))
        self.refused(self.drop(data), why="SubjectConfirmationData")
        self.refused(self.drop(".//saml:SubjectConfirmation"), why="no SubjectConfirmation")
        for method in ("urn:oasis:names:tc:SAML:2.0:cm:holder-of-key", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches", ""):
            self.refused(self.put(".//saml:SubjectConfirmation", "Method", method), why="bearer")

    def test_one_good_confirmation_of_several_is_enough(self):
        def two(first, second):
            def change(tree):
                confirmation = find(tree, ".//saml:SubjectConfirmation")
                other = copy.deepcopy(confirmation)
                confirmation.addnext(other)
                confirmation[0].set("Recipient", first)
                other[0].set("Recipient", second)
            return change
        self.good(two("https://x", ACS))
        self.good(two(ACS, "https://x"))
        self.refused(two("https://x", "https://y"))

    def test_times(self):
        conditions, data = ".//saml:Conditions", ".//saml:SubjectConfirmationData"

        def at(path, name, seconds):
            return self.put(path, name, instant(self.issued, seconds))
        # A minute for clocks that differ, and not a second more.
        self.good(at(conditions, "NotOnOrAfter", -MINUTE + 1))
        self.refused(at(conditions, "NotOnOrAfter", -MINUTE), "SPENT", "no longer valid")
        self.good(at(conditions, "NotBefore", MINUTE))
        self.refused(at(conditions, "NotBefore", MINUTE + 1), "SPENT", "not valid yet")
        self.good(at(data, "NotOnOrAfter", -MINUTE + 1))
        self.refused(at(data, "NotOnOrAfter", -MINUTE), "SPENT", "confirmation has ended")
        self.refused(at(data, "NotBefore", -MINUTE), why="beginning")
        self.refused(self.put(data, "NotOnOrAfter", None), why="no end")
        self.good(at(".//saml:AuthnStatement", "SessionNotOnOrAfter", 1))
        self.refused(at(".//saml:AuthnStatement", "SessionNotOnOrAfter", 0), "SPENT", "session")
        assertion = "saml:Assertion"
        self.good(at(assertion, "IssueInstant", MINUTE))
        self.refused(at(assertion, "IssueInstant", MINUTE + 1), "SPENT", "in the future")
        self.good(at(assertion, "IssueInstant", -300), max_age_s=300)
        self.refused(at(assertion, "IssueInstant", -301), "SPENT", "too long ago", max_age_s=300)
        self.refused(self.put(assertion, "IssueInstant", None), why="IssueInstant")
        for path, name in ((conditions, "NotBefore"), (conditions, "NotOnOrAfter"), (data, "NotOnOrAfter"), (assertion, "IssueInstant"),
                           (".//saml:AuthnStatement", "SessionNotOnOrAfter")):
            for value in ("", "never", "2026-11-24", "2026-11-24T10:00:00", "2026-11-24T10:00:00+00:00", "2026-13-24T10:00:00Z",
                          "2026-11-24T25:00:00Z", "20261124T100000Z", "2026-11-24T10:00:00.Z", "2026-11-24T10:00:00.5xZ",
                          "99999-11-24T10:00:00Z", "-2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z " * 9):
                self.refused(self.put(path, name, value), why="no time|no longer|session")

    def test_in_response_to(self):
        data = ".//saml:SubjectConfirmationData"
        self.good(request_id="id-request")
        self.refused(request_id="id-other", why="not an answer")
        self.refused(request_id=None, why="not an answer")  # nobody asked
        self.refused(self.put(data, "InResponseTo", None), request_id="id-request", why="not an answer")
        self.refused(self.put(data, "InResponseTo", "id-other"), request_id="id-request", why="not an answer")
        self.refused(self.put("", "InResponseTo", "id-other"), request_id="id-request", why="not an answer")

        def unasked(tree):
            del tree.attrib["InResponseTo"]
            del find(tree, data).attrib["InResponseTo"]
        self.good(unasked, request_id=None)
        self.refused(unasked, request_id="id-request", why="not an answer")

    def test_issuer_subject_and_conditions(self):
        for value in ("https://idp.example.com/saml/", "HTTPS://idp.example.com/saml", ""):
            self.refused(self.put("saml:Assertion/saml:Issuer", "text", value), why="another issuer")
            self.refused(self.put("saml:Issuer", "text", value), why="another issuer")
        self.refused(self.put("saml:Assertion/saml:Issuer", "Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"), why="no entity")
        self.refused(self.drop(".//saml:NameID"), why="NameID")
        self.refused(self.put(".//saml:NameID", "text", ""), why="empty")
        self.refused(self.drop(".//saml:Subject"), why="Subject")
        self.refused(self.drop(".//saml:AuthnStatement"), why="AuthnStatement")
        self.good(self.add(".//saml:Conditions", "<saml:OneTimeUse/>"))
        self.refused(self.add(".//saml:Conditions", "<saml:Condition/>"), why="not known")
        self.refused(lambda t: find(t, ".//saml:Conditions").append(etree.Element("{urn:x}y")), why="not known")
        for version in ("1.1", "", None):
            self.refused(self.put("saml:Assertion", "Version", version), why="2.0")

    def test_status(self):
        code = "samlp:Status/samlp:StatusCode"
        prefix = "urn:oasis:names:tc:SAML:2.0:status:"
        for value in ("Responder", "Requester", "AuthnFailed", "success"):
            self.refused(self.put(code, "Value", prefix + value), "REFUSED", "status")
        self.refused(self.put(code, "Value", None), "REFUSED")
        self.refused(self.drop("samlp:Status"), why="Status")
        # Unsigned as it may be, it does not turn a refusal that was signed into a success.
        tree = copy.deepcopy(self.unsigned)
        self.put(code, "Value", prefix + "Responder")(tree)
        signed = self.idp.sign_response(tree)
        self.put(code, "Value", prefix + "Success")(signed)
        self.assertFalse(self.verify(self.idp.metadata(), signed, now=self.now)["ok"])

    def test_an_attribute_that_is_there_twice_has_no_value(self):
        def twice(tree):
            attribute = find(tree, ".//saml:Attribute")
            other = copy.deepcopy(attribute)
            other[0].text = "root"
            attribute.addnext(other)
        answer = self.said(twice)
        self.assertTrue(answer["ok"])
        self.assertNotIn("root", str(answer))
        self.assertEqual(answer["attributes"]["urn:oid:0.9.2342.19200300.100.1.3"], [])


if __name__ == "__main__":
    unittest.main()

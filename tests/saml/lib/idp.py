"""SAML identity providers that are not ours: responses are pysaml2's, signatures the xmlsec1 program's, keys OpenSSL's."""

import base64
import copy
import datetime
import json
import os
import subprocess
import tempfile

from lxml import etree
from saml2.config import IdPConfig
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server as Pysaml2

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
VERIFY = os.environ.get("SAML_VERIFY", os.path.join(TOP, "build", "tests", "saml_verify"))

SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
DS, MD = "http://www.w3.org/2000/09/xmldsig#", "urn:oasis:names:tc:SAML:2.0:metadata"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = DS + "enveloped-signature"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
NAMES = {"saml": SAML, "samlp": SAMLP, "ds": DS, "md": MD}

AWS = "urn:amazon:webservices"
ACS = "https://signin.aws.amazon.com/saml"
ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
SP_METADATA = f"""<md:EntityDescriptor xmlns:md="{MD}" entityID="{AWS}"><md:SPSSODescriptor
  protocolSupportEnumeration="{SAMLP}" WantAssertionsSigned="true"><md:AssertionConsumerService index="1" isDefault="true"
  Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{ACS}"/></md:SPSSODescriptor></md:EntityDescriptor>"""


def q(name):
    prefix, local = name.split(":")
    return f"{{{NAMES[prefix]}}}{local}"


def find(tree, path):
    found = tree.find(path, NAMES)
    assert found is not None, path
    return found


def parse(text):
    return etree.fromstring(text if isinstance(text, bytes) else text.encode(), etree.XMLParser(remove_blank_text=False))


def text_of(tree):
    return etree.tostring(tree).decode()


def instant(when, seconds=0):
    return (when + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def bare(element):
    """A copy without its signature."""
    ret = copy.deepcopy(element)
    for signature in ret.findall(q("ds:Signature")):
        ret.remove(signature)
    return ret


def forged(element, own_id=True):
    """A copy without a signature that says that it is about root."""
    ret = bare(element)
    for name in ret.iter(q("saml:NameID")):
        name.text = "root"
    for value in ret.iter(q("saml:AttributeValue")):
        value.text = "root"
    for part in ret.iter(q("saml:Assertion"), q("samlp:Response")):
        if own_id:
            part.set("ID", "_forged-" + part.get("ID", ""))
    return ret


class Idp:
    """A provider with a key of its own; everything it keeps is in a temporary folder."""

    def __init__(self, entity="https://idp.example.com/saml", kind="rsa:2048"):
        self.entity = entity
        self.folder = tempfile.TemporaryDirectory(prefix="lifeguard-idp-")
        self.key, self.cert = self.path("key.pem"), self.path("cert.pem")
        curve = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "ec" else [kind]
        subprocess.run(["openssl", "req", "-x509", "-newkey", *curve, "-nodes", "-keyout", self.key, "-out", self.cert,
                        "-days", "30", "-subj", "/CN=idp.example.com"], check=True, stderr=subprocess.DEVNULL)
        self.method = MORE + ("ecdsa-sha256" if kind == "ec" else "rsa-sha256")
        self.server = Pysaml2(config=IdPConfig().load({
            "entityid": entity, "key_file": self.key, "cert_file": self.cert, "xmlsec_binary": "/usr/bin/xmlsec1",
            "metadata": {"inline": [SP_METADATA]},
            "service": {"idp": {
                "endpoints": {"single_sign_on_service": [
                    ("https://idp.example.com/sso", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")]},
                "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None,
                                       "name_form": NAME_FORMAT_URI}}}}}))

    def close(self):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def certificate(self):
        """Base64 of its DER, in one line."""
        with open(self.cert, encoding="ascii") as file:
            return "".join(line.strip() for line in file if "-----" not in line)

    def metadata(self, keys=None, use=' use="signing"'):
        """As short as it may be, and with these certificates."""
        descriptors = "".join(
            f'<md:KeyDescriptor{use}><ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>{key}</ds:X509Certificate>'
            "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>" for key in keys or [self.certificate()])
        return (f'<md:EntityDescriptor xmlns:md="{MD}" entityID="{self.entity}"><!--{" " * 600}--><md:IDPSSODescriptor '
                f'protocolSupportEnumeration="{SAMLP}">{descriptors}<md:SingleSignOnService '
                'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>'
                "</md:IDPSSODescriptor></md:EntityDescriptor>")

    # ---- what it says ----

    def respond(self, attributes=None, name="ada@example.com", assertion=False, response=False, to=None, audience=AWS,
                place=ACS, algorithm=None, digest=SHA256):
        """A response of pysaml2, signed by it where it is asked for."""
        return str(self.server.create_authn_response(
            attributes or {"mail": ["ada@example.com"], "groups": ["staff", "users"]}, to, place, sp_entity_id=audience,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=name), sign_assertion=assertion, sign_response=response,
            sign_alg=algorithm or self.method, digest_alg=digest,
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": ""}))

    # ---- what it signs ----

    def template(self, uri, method=None, digest=SHA256, canonicalization=EXCLUSIVE, transforms=(ENVELOPED, EXCLUSIVE),
                 more=""):
        """A signature without its values; a transform is a URI, or the whole element."""
        steps = "".join(t if t.startswith("<") else f'<ds:Transform Algorithm="{t}"/>' for t in transforms)
        return parse(
            f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{canonicalization}"/>'
            f'<ds:SignatureMethod Algorithm="{method or self.method}"/><ds:Reference URI="{uri}"><ds:Transforms>{steps}'
            f'</ds:Transforms><ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>'
            f"<ds:SignatureValue/>{more}</ds:Signature>")

    def sign(self, tree, element=None, key=None, uri=None, template=None, **how):
        """Sign the element (the assertion, unless it is said) inside of the tree; the tree as it is then."""
        tree = copy.deepcopy(tree)
        element = find(tree, element) if element else tree if element == "" else find(tree, "saml:Assertion")
        signature = template if template is not None else self.template(uri if uri is not None else "#" + element.get("ID"), **how)
        find(element, "saml:Issuer").addnext(signature)
        signature.set("Id", "to-be-signed")
        before, after = self.path("before.xml"), self.path("after.xml")
        with open(before, "wb") as file:
            file.write(etree.tostring(tree))
        subprocess.run(["xmlsec1", "--sign", *(key or ["--privkey-pem", self.key]), "--node-xpath",
                        "//*[local-name()='Signature'][@Id='to-be-signed']", "--id-attr:ID", SAML + ":Assertion", "--id-attr:ID",
                        SAMLP + ":Response", "--output", after, before], check=True, stderr=subprocess.PIPE)
        with open(after, "rb") as file:
            tree = parse(file.read())
        # Its own Id is no part of what is signed.
        for mine in tree.iter(q("ds:Signature")):
            if mine.get("Id") == "to-be-signed":
                del mine.attrib["Id"]
        return tree

    def sign_response(self, tree, **how):
        return self.sign(tree, element="", **how)


class Verifier:
    """What this server makes of a response (tests/saml/verify.c). Libraries below it print nothing of what they read."""

    def __init__(self):
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen([VERIFY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said)

    def close(self):
        self.process.stdin.close()
        ended = self.process.wait(10)
        self.process.stdout.close()
        self.said.seek(0)
        said = self.said.read().decode(errors="replace")
        self.said.close()
        assert (ended, said) == (0, ""), f"ended with {ended}, and said: {said[:2000]}"

    def __call__(self, metadata, response, now=None, recipients=(ACS,), audiences=(AWS,), **more):
        """`response`: a tree, text, or bytes; `now`: seconds since 1970; `more`: request_id, max_age_s."""
        if isinstance(response, etree._Element):
            response = etree.tostring(response)
        if isinstance(response, str):
            response = response.encode()
        now = datetime.datetime.now().timestamp() if now is None else now
        self.process.stdin.write(json.dumps({
            "metadata": metadata, "response": base64.b64encode(response).decode(), "now_ms": int(now * 1000),
            "recipients": recipients, "audiences": audiences, **more}).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the verifier ended with {self.process.wait(10)}")
        return json.loads(line)

"""A signed part is kept somewhere in a document, and another stands where it is looked for (ATTACKS S; XSW 1 to 8)."""

import copy
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from idp import DS, SAML, SAMLP, Idp, Verifier, bare, etree, find, forged, parse, q, text_of  # noqa: E402

ROUNDS = int(os.environ.get("SAML_ROUNDS", "1500"))


def thing(element, name, *inside):
    """A new element around others."""
    ret = etree.SubElement(element, q(name))
    ret.extend(inside)
    return ret


class Wrapping(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.idp, cls.verify = Idp(), Verifier()
        cls.addClassCleanup(cls.idp.close)
        cls.addClassCleanup(cls.verify.close)
        cls.metadata = cls.idp.metadata()
        cls.assertion = parse(cls.idp.respond(assertion=True))
        cls.response = parse(cls.idp.respond(response=True))
        cls.both = parse(cls.idp.respond(assertion=True, response=True))

    def good(self, tree):
        answer = self.verify(self.metadata, tree)
        self.assertTrue(answer["ok"], answer)
        self.assertEqual(answer["name_id"], "ada@example.com")
        self.assertNotIn("root", str(answer))

    def refused(self, tree):
        # As bytes: what a reader of names and a reader of positions see has to be the same document.
        answer = self.verify(self.metadata, tree)
        self.assertEqual((answer["ok"], answer["error"]), (False, "MISMATCH"), text_of(tree))

    def test_what_is_wrapped_here_is_good_by_itself(self):
        for tree in (self.assertion, self.response, self.both):
            self.good(tree)

    def test_xsw_1_and_2_a_response_around_a_signed_response(self):
        for tree in (self.response, self.both):
            for own_id in (True, False):
                signature = find(tree, "ds:Signature")
                for inside in (True, False):  # of the signature; before it
                    evil = forged(tree, own_id)
                    carried = copy.deepcopy(signature)
                    find(evil, "saml:Issuer").addnext(carried)
                    if inside:
                        thing(carried, "ds:Object", bare(tree))
                    else:
                        carried.addnext(bare(tree))
                    self.refused(evil)
                    # The whole signed response, its signature in place.
                    evil = forged(tree, own_id)
                    find(evil, "samlp:Status").addprevious(thing(evil, "samlp:Extensions", copy.deepcopy(tree)))
                    self.refused(evil)
                    evil = forged(tree, own_id)
                    evil.append(copy.deepcopy(tree))
                    self.refused(evil)

    def test_xsw_3_to_8_an_assertion_beside_inside_or_around_a_signed_one(self):
        for tree in (self.assertion, self.both):
            for own_id in (True, False):
                for strip_response in (True, False):
                    for name, evil in self.assertions(tree, own_id):
                        if strip_response and evil.find(q("ds:Signature")) is not None:
                            evil.remove(evil.find(q("ds:Signature")))
                        with self.subTest(name, own_id=own_id, strip=strip_response):
                            self.refused(evil)

    @staticmethod
    def assertions(tree, own_id):
        def start():
            """(the document, its signed assertion, the evil one, the signature) anew."""
            made = copy.deepcopy(tree)
            real = find(made, "saml:Assertion")
            return made, real, forged(real, own_id), copy.deepcopy(find(real, "ds:Signature"))

        made, real, evil, _ = start()
        real.addprevious(evil)
        yield "xsw 3: before", made
        made, real, evil, _ = start()
        real.addnext(evil)
        yield "xsw 3: behind", made
        made, real, evil, _ = start()
        real.addprevious(evil)
        evil.append(real)
        yield "xsw 4: the real one inside", made
        made, real, evil, _ = start()
        real.append(evil)
        yield "xsw 4: the evil one inside", made
        made, real, evil, signature = start()
        find(evil, "saml:Issuer").addnext(signature)
        real.addprevious(evil)
        made.append(bare(real))
        made.remove(real)
        yield "xsw 5: the signature on the evil one", made
        made, real, evil, signature = start()
        find(evil, "saml:Issuer").addnext(signature)
        signature.append(bare(real))
        made.replace(real, evil)
        yield "xsw 6: the real one in the evil one's signature", made
        made, real, evil, _ = start()
        find(made, "samlp:Status").addprevious(thing(made, "samlp:Extensions", evil))
        yield "xsw 7: the evil one in extensions", made
        made, real, evil, _ = start()
        made.replace(real, evil)
        find(made, "samlp:Status").addprevious(thing(made, "samlp:Extensions", real))
        yield "xsw 7: the real one in extensions", made
        made, real, evil, signature = start()
        find(evil, "saml:Issuer").addnext(signature)
        thing(signature, "ds:Object", bare(real))
        made.replace(real, evil)
        yield "xsw 8: the real one in an object", made
        made, real, evil, signature = start()
        thing(signature, "ds:Object", evil)
        real.replace(real.find(q("ds:Signature")), signature)
        yield "xsw 8: the evil one in an object", made
        for where in ("samlp:StatusDetail", "saml:Advice", "saml:AttributeValue", "saml:SubjectConfirmationData"):
            made, real, evil, _ = start()
            around = find(made, "samlp:Status") if where == "samlp:StatusDetail" else evil
            made.replace(real, evil)
            thing(around, where, real)
            yield "the real one in " + where, made
        made, real, evil, _ = start()
        for parent, children in ((made, [evil, real]), (made, [real, evil])):
            made.remove(real) if real in made else None
            encrypted = etree.Element(q("saml:EncryptedAssertion"))
            encrypted.append(children[0])
            parent.extend([encrypted, children[1]])
            yield "one in an encrypted one", copy.deepcopy(made)
            for child in list(made):
                if child.tag in (q("saml:EncryptedAssertion"), q("saml:Assertion")):
                    made.remove(child)

    def test_parts_of_a_signed_assertion_are_not_mixed_with_others(self):
        """Two subjects, attributes put in, a subject that stands before the signed one."""
        for tree in (self.assertion, self.response):
            for name in ("saml:Subject", "saml:AttributeStatement", "saml:Conditions", "saml:Issuer", "saml:AuthnStatement"):
                made = copy.deepcopy(tree)
                assertion = find(made, "saml:Assertion")
                other = find(forged(assertion), name)
                find(assertion, name).addprevious(copy.deepcopy(other))
                self.refused(made)
                made = copy.deepcopy(tree)
                assertion = find(made, "saml:Assertion")
                assertion.replace(find(assertion, name), copy.deepcopy(other))
                if name not in ("saml:Conditions", "saml:Issuer", "saml:AuthnStatement"):  # forged alike
                    self.refused(made)

    def test_no_rearrangement_of_a_signed_document_says_anything_else(self):
        """Nodes copied, moved, renamed, dropped at random: what is believed is what was signed, whole."""
        dice = random.Random(20261124)
        believed = 0
        wanted = {text_of(tree): self.verify(self.metadata, tree) for tree in (self.assertion, self.response, self.both)}
        for _ in range(ROUNDS):
            source = dice.choice((self.assertion, self.response, self.both))
            tree = copy.deepcopy(source)
            for _ in range(dice.randint(1, 4)):
                tree = disturb(dice, tree, source)
            answer = self.verify(self.metadata, tree)
            if answer["ok"]:
                believed += 1
                self.assertEqual(answer, wanted[text_of(source)], text_of(tree))
            else:
                self.assertIn(answer["error"], ("MISMATCH", "MALFORMED", "REFUSED", "SPENT"))
        # Changes outside of what is signed do no harm, so some are believed.
        self.assertGreater(believed, ROUNDS // 100)
        self.assertLess(believed, ROUNDS * 9 // 10)


def disturb(dice, tree, source):
    """One change at random."""
    nodes = [n for n in tree.iter() if isinstance(n.tag, str)]
    node = dice.choice(nodes)
    big = [n for n in nodes if n.tag in (q("saml:Assertion"), q("ds:Signature"), q("saml:Subject"), q("saml:NameID"),
                                         q("saml:AttributeStatement"), q("ds:SignedInfo"), q("ds:Reference"))]
    what = dice.randrange(12)
    if what <= 2 and big:  # a forged or true copy somewhere else
        twin = copy.deepcopy(dice.choice(big))
        if dice.random() < 0.6:
            twin = forged(twin, dice.random() < 0.5)
        place(dice, node, twin)
    elif what == 3 and big:  # moved
        moved = dice.choice(big)
        if moved.getparent() is not None and node not in moved.iter():
            moved.getparent().remove(moved)
            place(dice, node, moved)
    elif what == 4 and node.getparent() is not None:
        node.getparent().remove(node)
    elif what == 5:  # around everything
        around = etree.Element(dice.choice((q("samlp:Response"), q("saml:Assertion"), q("samlp:Extensions"))),
                               nsmap={"samlp": SAMLP, "saml": SAML, "ds": DS})
        around.attrib.update(forged(source).attrib)
        around.extend([copy.deepcopy(c) for c in forged(source)] if dice.random() < 0.5 else [])
        place(dice, around, tree)
        tree = around
    elif what == 6 and node.attrib:
        key = dice.choice(list(node.attrib))
        other = dice.choice([n for n in nodes if n.attrib])
        node.set(key, dice.choice(["", node.get(key) + "x", dice.choice(list(other.attrib.values()))]))
    elif what == 7:
        node.set(dice.choice(("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id", "Name", "x")),
                 dice.choice([n.get("ID") for n in nodes if n.get("ID")] or ["x"]))
    elif what == 8:
        node.insert(0, dice.choice((etree.Comment("root"), etree.PI("root", "root"))))
    elif what == 9 and node.text:
        cut = dice.randrange(len(node.text) + 1)
        rest, node.text = node.text[cut:], node.text[:cut]
        node.insert(0, etree.Comment("x"))
        node[0].tail = rest
    elif what == 10 and node.text:
        node.text = dice.choice(("root", "", node.text + " ", " " + node.text, node.text.upper()))
    else:
        node.tag = dice.choice(nodes).tag
    return tree


def place(dice, node, new):
    if node.getparent() is None or dice.random() < 0.5:
        node.insert(dice.randrange(len(node) + 1), new)
    elif dice.random() < 0.5:
        node.addprevious(new)
    else:
        node.addnext(new)


if __name__ == "__main__":
    unittest.main()

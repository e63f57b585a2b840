"""Random requests and policies, from few words, so that they often fit each other and often only almost."""

ACCOUNTS = ["111122223333", "444455556666"]
ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:GetObjectAcl", "iam:GetUser", "sts:AssumeRole"]
ACTION_PATTERNS = ACTIONS + ["*", "s3:*", "S3:get*", "s3:*Object", "s3:?etObject*", "iam:*", "sts:Assume*", "s3:*e*t*", "iam:G?t*r"]
RESOURCES = ["arn:aws:s3:::b/a/x", "arn:aws:s3:::b/ab/x", "arn:aws:s3:::b/*/x", "arn:aws:s3:::b", "arn:aws:sqs:eu:111122223333:a",
             "arn:aws:sqs:eu:444455556666:a:b", "arn:aws:s3:::b/ä/x", "*"]
RESOURCE_PATTERNS = RESOURCES + [
    "*", "arn:aws:s3:::*", "arn:aws:s3", "arn:aws:sqs:eu", "arn:aws:sqs:*:111122223333:*", "arn:aws:s3:::b/?/x", "arn:aws:s3:::b/*x",
    "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:PrincipalTag/t, 'ab'}/x", "arn:aws:s3:::b/${*}/x", "arn:aws:s3:::b/${aws:username",
    "arn:aws:sqs:${aws:r}:${aws:PrincipalAccount}:a", "arn:aws:sqs:${aws:r}:b", "arn:aws:s3:::${aws:username}*${aws:PrincipalTag/t}*", "arn:aws:s3:::b/${$}*"]
TEXTS = ["a", "b", "ab", "A", "aB", "*", "?", "", "ä", "Ä", "abab", "aab", "b/a", "${aws:username}", "a:b", "true", "10"]
TEMPLATES = ["${aws:username}", "${aws:PrincipalTag/t}", "${aws:PrincipalTag/t, 'a'}", "a${aws:username}", "${aws:username}b", "${*}", "${?}b", "${$}",
             "${aws:username", "${}", "${aws:TagKeys}", "${aws:TagKeys, 'b'}", "${aws:username}${aws:PrincipalTag/t}"]
NUMBERS = ["10", "10.0", "-10", "0", "-0", "9.99", "10.01", "100", "1e1", "ten", "", "010", 10, 9.5, -3, "9007199254740993", "9007199254740992"]
DATES = ["2030-01-01T00:00:00Z", "2030-01-01", "2030", "1893456000", 1893456000, "2029-12-31T23:59:59.999Z", "2030-01-01T01:00:00+01:00",
         "2030-02-30", "2028-02-29", "tomorrow", "2030-01-01T00:00:00", "-1", "0000-03-01", "2030-01-01T00:00:00.000000001Z", "2031-01-01T00:00Z"]
BOOLS = ["true", "false", "TRUE", "yes", "", True, False]
NETWORKS = ["10.0.0.0/8", "10.0.0.1", "10.128.0.0/9", "0.0.0.0/0", "::/0", "2001:db8::/32", "2001:db8::1", "10.0.0.0/33", "any", "10.0.0.0/08", "::ffff:10.0.0.1"]
ADDRESSES = ["10.0.0.1", "10.200.0.1", "11.0.0.1", "2001:db8::1", "2001:DB8:0::1", "::1", "10.0.0.01", "::ffff:10.0.0.1", "any", "10.0.0.0/8"]
BYTES = ["YQ==", "YWI=", "", "YQ", "YR==", "***"]
ARNS = ["arn:aws:sns:eu:111122223333:a", "arn:aws:sns:eu:111122223333:a:b", "arn:aws:iam::111122223333:role/a", "arn:aws:sns:eu:1", "a", ""]
ARN_PATTERNS = ARNS + ["arn:aws:sns:*:*:*", "arn:aws:sns:*:111122223333:?", "arn:*:*:*:*:a*", "arn:aws:*", "*", "${aws:arn}", "arn:aws:sns:${aws:r}:*:a",
                       "arn:aws:iam::${aws:PrincipalAccount}:role/${aws:username}", "arn:aws:sns:eu:*:${aws:username"]
CONTEXT = {
    "aws:username": TEXTS, "aws:PrincipalTag/t": TEXTS, "aws:x": TEXTS, "aws:TagKeys": TEXTS, "aws:n": NUMBERS, "aws:d": DATES, "aws:bool": BOOLS,
    "aws:ip": ADDRESSES, "aws:bytes": TEXTS, "aws:arn": ARNS, "aws:r": ["eu", "eu:444455556666", "*"], "aws:PrincipalAccount": ACCOUNTS,
}
COMPARISONS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
# operators, keys they are used with, values of policies
FAMILIES = [
    (["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
     ["aws:x", "aws:username", "aws:TagKeys", "aws:PrincipalTag/t"], TEXTS + TEMPLATES),
    (["Numeric" + c for c in COMPARISONS], ["aws:n"], NUMBERS),
    (["Date" + c for c in COMPARISONS], ["aws:d"], DATES),
    (["Bool"], ["aws:bool", "aws:x"], BOOLS + ["${aws:x}"]),
    (["IpAddress", "NotIpAddress"], ["aws:ip"], NETWORKS),
    (["BinaryEquals"], ["aws:bytes"], BYTES),
    (["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], ["aws:arn"], ARN_PATTERNS),
]
USER = {"kind": "user", "account": ACCOUNTS[0], "arn": "arn:aws:iam::111122223333:user/p/a", "id": "AIDA3XFRBF535PLBIFPI4", "canonical_id": "79a59d"}
CALLERS = [
    USER,
    {"kind": "role", "account": ACCOUNTS[0], "arn": "arn:aws:sts::111122223333:assumed-role/R/s",
     "role_arn": "arn:aws:iam::111122223333:role/p/R", "id": "AROA3XFRBF535PLBIFPI4"},
    {"kind": "federated-user", "account": ACCOUNTS[0], "arn": "arn:aws:sts::111122223333:federated-user/n", "user_arn": USER["arn"]},
    {"kind": "root", "account": ACCOUNTS[0], "arn": "arn:aws:iam::111122223333:root"},
    {"kind": "anonymous"}, {"kind": "service", "name": "s3.amazonaws.com"}, {"kind": "federated", "name": "accounts.google.com"},
]
PRINCIPALS = [("AWS", value) for value in ["*", ACCOUNTS[0], ACCOUNTS[1], "arn:aws:iam::111122223333:root", *(c["arn"] for c in CALLERS[:3]),
                                           CALLERS[1]["role_arn"], USER["id"], CALLERS[1]["id"], "arn:aws:iam::111122223333:user/a"]]
PRINCIPALS += [("Service", "s3.amazonaws.com"), ("Service", "ec2.amazonaws.com"), ("Federated", "accounts.google.com"), ("Federated", "graph.facebook.com")]


class Generator:
    def __init__(self, rng):
        self.rng = rng

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def some(self, words, most=3):
        """One of the words, or a list of some."""
        if self.chance(60):
            return self.rng.choice(words)
        return [self.rng.choice(words) for _ in range(self.rng.randint(1, most))]

    def wild(self):
        """A pattern of few letters, stars and question marks, with a variable here and there."""
        return "".join(self.rng.choice(["a", "b", "a", "b", "ä", "*", "?", "${aws:username}"] if self.chance(15) else "aab*?")
                       for _ in range(self.rng.randint(0, 8)))

    def spelled(self, word):
        return word.swapcase() if self.chance(5) else word

    def condition(self):
        block = {}
        for _ in range(self.rng.randint(1, 2)):
            if self.chance(10):
                block["Null"] = {self.rng.choice(list(CONTEXT)): self.some(["true", "false", True, False, "maybe"], 2)}
                continue
            if self.chance(25):
                operators, keys, values = ["StringLike", "StringNotLike"], ["aws:x", "aws:TagKeys", "aws:username"], None
            else:
                operators, keys, values = self.rng.choice(FAMILIES)
            operator = self.rng.choice(operators)
            operator = self.rng.choice(["", "", "", "ForAllValues:", "ForAnyValue:"]) + operator + self.rng.choice(["", "", "IfExists"])
            key = self.spelled(self.rng.choice(keys))
            block.setdefault(self.spelled(operator), {})[key] = [] if self.chance(2) else self.some(values or [self.wild() for _ in range(3)])
        return block

    def statement(self, kind):
        statement = {"Effect": "Deny" if self.chance(25) else "Allow"}
        if self.chance(30):
            statement["Sid"] = "S" + str(self.rng.randrange(10**6))
        statement["NotAction" if self.chance(15) else "Action"] = self.some(ACTION_PATTERNS if self.chance(60) else ["*"])
        if kind != "trust" and not (kind == "resource" and self.chance(20)):
            patterns = RESOURCE_PATTERNS if self.chance(70) else ["*"]
            if kind == "session":
                patterns = [p for p in patterns if p == "*" or (p.count(":") >= 5 and "${aws:r}" not in p)]
            statement["NotResource" if self.chance(15) else "Resource"] = self.some(patterns)
        if kind in ("trust", "resource"):
            element = "NotPrincipal" if kind == "resource" and statement["Effect"] == "Deny" and self.chance(50) else "Principal"
            statement[element] = self.principal()
        if self.chance(60):
            statement["Condition"] = self.condition()
        return statement

    def principal(self):
        if self.chance(10):
            return "*"
        found = {}
        for _ in range(self.rng.randint(1, 4)):
            kind, value = self.rng.choice(PRINCIPALS)
            found.setdefault(kind, []).append(value)
        return {kind: values[0] if len(values) == 1 else values for kind, values in found.items()}

    def document(self, kind="identity"):
        statements = [self.statement(kind) for _ in range(self.rng.randint(1, 4))]
        sids = [s["Sid"] for s in statements if "Sid" in s]
        if len(sids) != len(set(sids)):
            return self.document(kind)
        document = {"Statement": statements[0] if len(statements) == 1 and self.chance(50) else statements}
        if self.chance(90):
            document["Version"] = "2012-10-17" if self.chance(85) else "2008-10-17"
        return document

    def documents(self, kind, most):
        return [self.document(kind) for _ in range(self.rng.randint(0, most))]

    def context(self):
        context = {}
        for key, words in CONTEXT.items():
            if self.chance(30):
                continue
            multi = self.chance(70) if key == "aws:TagKeys" else self.chance(8)
            context[self.spelled(key)] = [self.rng.choice(words) for _ in range(self.rng.randint(0, 3))] if multi else self.rng.choice(words)
        return context

    def case(self):
        case = {"action": self.rng.choice(ACTIONS), "resource": self.rng.choice(RESOURCES), "context": self.context(),
                "identity_policies": self.documents("identity", 3)}
        if self.chance(10):
            case["control_policies"] = self.documents("identity", 2)
        if self.chance(15):
            case["permissions_boundary"] = self.document()
        if self.chance(15):
            case["session_policies"] = self.documents("session", 2)
        if self.chance(60):
            case["principal"] = self.rng.choice(CALLERS) if self.chance(60) else USER
            if self.chance(30):
                case["resource_account"] = self.rng.choice(ACCOUNTS)
            if self.chance(50):
                case["resource_policies"] = self.documents("resource", 2)
            if self.chance(20):
                case["trust_policy"] = self.document("trust")
        return case

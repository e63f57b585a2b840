"""Another evaluator of IAM policies: slow, plain, written from the specification and not from src/policy.

evaluate(case) takes a case of policy/case.h as Python objects and returns a Decision. It checks no documents: those
it is given have to be policies.
"""

import base64
import datetime
import ipaddress
import re
from decimal import Decimal

ALLOWED, IMPLICIT, EXPLICIT = "allowed", "implicitDeny", "explicitDeny"


def as_list(value):
    return value if isinstance(value, list) else [value]


def text_of(value):
    """A JSON scalar as conditions compare it."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value)


def fold(text):
    """Without case, character by character."""
    result = ""
    for c in text:
        upper = c.upper() if len(c.upper()) == 1 else c
        result += upper.lower() if len(upper.lower()) == 1 else upper
    return result


# ---- context ----

class Context:
    """Keys without case; a list is multivalued; nothing is there that has no value."""

    def __init__(self, members):
        self.keys = {fold(name): value for name, value in (members or {}).items() if value is not None and value != []}

    def values(self, name):
        """None, or a list of texts."""
        value = self.keys.get(fold(name))
        return None if value is None else [text_of(v) for v in as_list(value)]

    def is_multi(self, name):
        return isinstance(self.keys.get(fold(name)), list)

    def single(self, name):
        values = self.values(name)
        return values[0] if values and not self.is_multi(name) else None


# ---- patterns: lists of ("text", t), ("any",), ("one",), ("variable", key, default) ----

VARIABLE = re.compile(r"\$\{(?:([*?$])|([^${},]+)(?:, *'([^']*)')?)\}")


def tokens(text, wildcards, variables):
    """None when the text holds "${" that begins no variable."""
    found, at = [], 0
    while at < len(text):
        if variables and text.startswith("${", at):
            match = VARIABLE.match(text, at)
            if not match:
                return None
            literal, key, default = match.groups()
            found.append(("text", literal) if literal else ("variable", key, default))
            at = match.end()
            continue
        c = text[at]
        found.append(("any",) if wildcards and c == "*" else ("one",) if wildcards and c == "?" else ("text", c))
        at += 1
    return found


def regex(found, context):
    """None when a variable has no value."""
    parts = []
    for token in found:
        if token[0] == "variable":
            value = context.single(token[1])
            value = token[2] if value is None else value
            if value is None:
                return None
            parts.append(re.escape(value))
        else:
            parts.append({"any": ".*", "one": "."}.get(token[0]) or re.escape(token[1]))
    return "".join(parts)


def matches(found, text, context, flags=0):
    if found is None:
        return False
    pattern = regex(found, context)
    return pattern is not None and re.fullmatch(pattern, text, re.S | flags) is not None


# ---- values ----

def number(text):
    return Decimal(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else None


DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
                  r"(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?")


def time(text):
    """Nanoseconds of the epoch."""
    match = DATE.fullmatch(text)
    if not match:
        return int(text) * 10**9 if re.fullmatch(r"-?[0-9]{1,15}", text) else None
    year, month, day, hour, minute, second = (int(part or default) for part, default in zip(match.groups()[:6], (0, 1, 1, 0, 0, 0)))
    zone = match.group(8) or "Z"
    east = 0 if zone == "Z" else int(zone[1:3]) * 60 + int(zone[4:])
    if hour > 23 or minute > 59 or second > 59 or (zone != "Z" and (int(zone[1:3]) > 23 or int(zone[4:]) > 59)):
        return None
    try:  # The calendar repeats every 400 years, and datetime begins with year 1.
        days = datetime.date(year + 400, month, day).toordinal() - 146097 - datetime.date(1970, 1, 1).toordinal()
    except ValueError:
        try:
            days = datetime.date(year, month, day).toordinal() - datetime.date(1970, 1, 1).toordinal()
        except ValueError:
            return None
    seconds = days * 86400 + hour * 3600 + minute * 60 + second - (-east if zone[0] == "-" else east) * 60
    return seconds * 10**9 + int(((match.group(7) or "") + "0" * 9)[:9])


def address(text):
    try:
        return ipaddress.ip_address(text) if "%" not in text else None
    except ValueError:
        return None


def network(text):
    if not re.fullmatch(r"[^/]+(/(0|[1-9][0-9]*))?", text) or "%" in text:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def binary(text):
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None


def arn_parts(text):
    parts = text.split(":", 5)
    return parts if len(parts) == 6 and parts[0] == "arn" else None


# ---- operators: does this policy value match this request value? ----

def compare(read, test):
    def match(policy, request, _context, _variables):
        a, b = read(request), read(policy)
        return a is not None and b is not None and test(a, b)
    return match


def string(policy, request, context, variables):
    return matches(tokens(policy, False, variables), request, context)


def string_nocase(policy, request, context, variables):
    found = tokens(policy, False, variables)
    if found is None:
        return False
    plain = [token if token[0] == "text" else ("text", context.single(token[1]) if context.single(token[1]) is not None else token[2])
             for token in found]
    return all(t[1] is not None for t in plain) and fold("".join(t[1] for t in plain)) == fold(request)


def like(policy, request, context, variables):
    return matches(tokens(policy, True, variables), request, context)


def boolean(policy, request, context, variables):
    return fold(request) in ("true", "false") and string_nocase(policy, request, context, variables)


def ip(policy, request, _context, _variables):
    net, one = network(policy), address(request)
    return net is not None and one is not None and net.version == one.version and one in net


def bytes_equal(policy, request, _context, _variables):
    return binary(policy) == request.encode()


def arn(policy, request, context, variables):
    found, parts = tokens(policy, True, variables), arn_parts(request)
    if found is None or parts is None:
        return False
    if len(found) == 1 and found[0][0] == "variable":
        return matches(found, request, context)
    patterns = [[]]
    for token in found:
        if token == ("text", ":") and len(patterns) < 6:
            patterns.append([])
        else:
            patterns[-1].append(token)
    return len(patterns) == 6 and all(matches(p, part, context) for p, part in zip(patterns, parts))


OPERATORS = {"stringequals": string, "stringequalsignorecase": string_nocase, "stringlike": like, "bool": boolean,
             "binaryequals": bytes_equal, "ipaddress": ip, "arnequals": arn, "arnlike": arn}
for family, reader in (("numeric", number), ("date", time)):
    OPERATORS[family + "equals"] = compare(reader, lambda a, b: a == b)
    OPERATORS[family + "lessthan"] = compare(reader, lambda a, b: a < b)
    OPERATORS[family + "lessthanequals"] = compare(reader, lambda a, b: a <= b)
    OPERATORS[family + "greaterthan"] = compare(reader, lambda a, b: a > b)
    OPERATORS[family + "greaterthanequals"] = compare(reader, lambda a, b: a >= b)


def holds(operator, key, policy_values, context, variables):
    """One operator, one key."""
    name, values = operator.lower(), context.values(key)
    if name == "null":
        return any(text_of(v).lower() == ("true" if values is None else "false") for v in as_list(policy_values))
    of_set, _, name = name.rpartition(":")
    if_exists = name.endswith("ifexists")
    name = name[:-len("ifexists")] if if_exists else name
    negated = "not" in name
    match = OPERATORS[name.replace("not", "")]

    def one(request):
        return any(match(text_of(v), request, context, variables) for v in as_list(policy_values)) != negated

    if values is None:
        return {"forallvalues": True, "foranyvalue": False}.get(of_set, if_exists or negated)
    if of_set == "forallvalues":
        return all(one(v) for v in values)
    if of_set == "foranyvalue":
        return any(one(v) for v in values)
    return not context.is_multi(key) and one(values[0])


# ---- principals ----

def principal_values(principal):
    if principal == "*":
        return [("AWS", "*")]
    return [(kind, value) for kind, values in principal.items() for value in as_list(values)]


def names(kind, value, caller, trust):
    """None, "account", "parent" or "self"."""
    who = caller["kind"]
    aws = who in ("user", "role", "root", "federated-user")
    if kind == "AWS" and value == "*":
        return "self" if aws or not trust else None
    if kind == "Federated":
        return "self" if who == "federated" and caller.get("name") == value else None
    if kind == "Service":
        return "self" if who == "service" and caller.get("name") == value else None
    if not aws:
        return None
    if kind == "CanonicalUser":
        return "account" if caller.get("canonical_id") == value else None
    root = re.fullmatch(r"arn:[^:]*:iam::([0-9]{12}):root", value)
    if root or re.fullmatch(r"[0-9]{12}", value):
        return "account" if caller.get("account") == (root.group(1) if root else value) else None
    if value == caller.get("arn") or (who == "user" and value == caller.get("id")):
        return "self"
    if value in (caller.get("role_arn"), caller.get("user_arn"), caller.get("id")):
        return "parent"
    return None


STRENGTH = [None, "account", "parent", "self"]


def named_by(statement, caller, trust, boundary):
    """How a statement with Principal or NotPrincipal names the caller."""
    if "Principal" in statement:
        found = [names(kind, value, caller, trust) for kind, value in principal_values(statement["Principal"])]
        return max(found, key=STRENGTH.index)
    values = principal_values(statement["NotPrincipal"])
    if boundary:
        return "self"
    if ("AWS", "*") in values:
        return None
    found = {names(kind, value, caller, False) for kind, value in values}
    needed = {"user": {"account", "self"}, "role": {"account", "parent", "self"}, "federated-user": {"account", "self"},
              "root": {"account"}, "federated": {"self"}, "service": {"self"}, "anonymous": {"never"}}[caller["kind"]]
    return None if needed <= found else "self"


# ---- statements ----

def action_matches(pattern, action):
    return re.fullmatch(regex(tokens(pattern.lower(), True, False), None), action.lower(), re.S) is not None


def resource_matches(pattern, resource, context, variables):
    if pattern == "*":
        return True
    found = tokens(pattern, True, variables)
    if found is None:
        return False
    head, colons = [], 0
    for token in found:
        colons += token == ("text", ":")
        head.append(colons < 5)
    for token, in_head in zip(found, head):
        if token[0] == "variable" and in_head:
            value = context.single(token[1])
            value = token[2] if value is None else value
            if value is not None and ":" in value:
                return False
    for missing in range(5 - min(colons, 5)):
        found = found + [("text", ":"), ("any",)]
    return matches(found, resource, context)


def failed_conditions(statement, context, variables):
    return {(operator, key) for operator, keys in (statement.get("Condition") or {}).items() for key, values in keys.items()
            if not holds(operator, key, values, context, variables)}


class Decision:
    """`denies`, `allows`: (policy, statement) that match; `misses`: (policy, statement) -> conditions that are false."""

    def __init__(self):
        self.decision = None
        self.denies, self.allows, self.misses = [], [], {}


class Layer:
    def __init__(self):
        self.named = None
        self.allowed = False


def look(decision, layer, name, document, case, action, kind):
    context, caller = Context(case.get("context")), caller_of(case)
    variables = document.get("Version") == "2012-10-17"
    resource = case.get("resource", "*")
    for number_, statement in enumerate(as_list(document["Statement"])):
        key = "NotAction" if "NotAction" in statement else "Action"
        if any(action_matches(p, action) for p in as_list(statement[key])) == (key == "NotAction"):
            continue
        key = "NotResource" if "NotResource" in statement else "Resource"
        if key in statement and any(resource_matches(p, resource, context, variables) for p in as_list(statement[key])) == (key == "NotResource"):
            continue
        named = "self"
        if kind != "identity":
            named = named_by(statement, caller, kind == "trust", "permissions_boundary" in case)
            if named is None:
                continue
        where = (name, statement.get("Sid") or number_)
        failed = failed_conditions(statement, context, variables)
        if failed:
            if statement["Effect"] == "Allow":
                decision.misses[where] = failed
        elif statement["Effect"] == "Deny":
            decision.denies.append(where)
        else:
            decision.allows.append(where)
            layer.allowed = True
            layer.named = max(layer.named, named, key=STRENGTH.index)


def caller_of(case):
    if "principal" in case:
        return case["principal"]
    if "federated_provider" in case:
        return {"kind": "federated", "name": case["federated_provider"]}
    return {"kind": "user"}


def evaluate_action(case, action):
    decision, layers = Decision(), {name: Layer() for name in ("control", "resource", "identity", "boundary", "session")}
    for member, name, kind in (("control_policies", "control", "identity"), ("trust_policy", "resource", "trust"),
                               ("resource_policies", "resource", "resource"), ("identity_policies", "identity", "identity"),
                               ("permissions_boundary", "boundary", "identity"), ("session_policies", "session", "identity")):
        value = case.get(member)
        for number_, document in enumerate(value if isinstance(value, list) else [value] if value else []):
            look(decision, layers[name], f"{member}[{number_}]" if isinstance(value, list) else member, document, case, action, kind)
    decision.decision = decide(case, decision, layers)
    return decision


def decide(case, decision, layers):
    caller = caller_of(case)
    if decision.denies:
        return EXPLICIT
    named = layers["resource"].named
    if caller["kind"] in ("anonymous", "federated", "service"):
        return ALLOWED if named else IMPLICIT
    limited = [name for name, member in (("boundary", "permissions_boundary"), ("session", "session_policies"))
               if case.get(member) and not layers[name].allowed]
    if caller["kind"] == "root":
        limited = [name for name in limited if name != "boundary"]
    own = caller["kind"] == "root" or layers["identity"].allowed
    if case.get("control_policies") and not layers["control"].allowed:
        return IMPLICIT
    if case.get("resource_account") is not None and case["resource_account"] != caller.get("account"):
        return ALLOWED if named and own and not limited else IMPLICIT
    if named == "self":
        return ALLOWED
    if "trust_policy" in case and not named:
        return IMPLICIT
    return ALLOWED if (own or named == "parent") and not limited else IMPLICIT


def evaluate(case):
    actions = as_list(case.get("required_actions") or case["action"])
    for action in actions:
        decision = evaluate_action(case, action)
        if decision.decision != ALLOWED:
            break
    return decision

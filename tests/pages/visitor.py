"""A browser without scripts: cookies, forms, redirects within one host. Standard library only."""

import html.parser
import http.client
import urllib.parse


class Form:
    def __init__(self):
        self.fields = []   # (name, value) as they stand
        self.kinds = {}    # name: type
        self.buttons = []  # (name, value, label)
        self.choices = {}  # name: values of its radio buttons, or of what a select offers

    def button(self, value):
        return next((b for b in self.buttons if b[1] == value), None)


class Reader(html.parser.HTMLParser):
    """What of a page can be pressed and followed, and what it says."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.text, self.errors, self.heading = [], [], [], [], ""
        self.lang = self.page = None
        self.form = self.pressed = self.option = None
        self.stack = []
        self.scripts = self.styles = 0
        self.inline = []  # what a strict policy forbids
        self.duplicate_ids, self.ids = [], set()
        self.labels, self.labelled = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if values.get("id"):
            (self.duplicate_ids.append if values["id"] in self.ids else self.ids.add)(values["id"])
        self.inline += [name for name in values if name.startswith("on") or name == "style"]
        if tag == "html":
            self.lang = values.get("lang")
        elif tag == "body":
            self.page = values.get("data-page")
        elif tag == "form":
            self.form = Form()
            self.forms.append(self.form)
            self.form.action, self.form.method = values.get("action"), values.get("method", "get")
        elif tag == "select" and self.form is not None and values.get("name"):
            self.form.kinds[values["name"]] = "select"
            self.form.choices[values["name"]] = []
            self.select = values["name"]
        elif tag == "option" and self.form is not None:
            self.option = [values.get("value"), "", "selected" in values]
        elif tag in ("input", "textarea") and self.form is not None and values.get("name"):
            self.field(values)
        elif tag == "button" and self.form is not None:
            self.pressed = [values.get("name"), values.get("value", ""), ""]
        elif tag == "a" and values.get("href"):
            self.links.append([values["href"], ""])
        elif tag == "label":
            self.labels.add(values.get("for"))
        elif tag == "script":
            self.scripts += 1
            if not values.get("src"):
                self.inline.append("script")
        elif tag == "style":
            self.inline.append("style")
        if tag not in ("input", "meta", "link", "br", "img", "hr"):
            self.stack.append((tag, values))

    def field(self, values):
        kind = values.get("type", "text")
        name, value = values["name"], values.get("value", "")
        self.form.kinds[name] = kind
        if kind == "radio":
            self.form.choices.setdefault(name, []).append(value)
            if "checked" not in values:
                return
        if kind == "checkbox" and "checked" not in values:
            return
        self.form.fields.append((name, value))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "option" and self.option:
            value = self.option[1].strip() if self.option[0] is None else self.option[0]
            self.form.choices[self.select].append(value)
            if self.option[2]:
                self.form.fields.append((self.select, value))
            self.option = None
        elif tag == "button" and self.pressed:
            if self.forms:
                self.forms[-1].buttons.append(tuple(self.pressed))
            self.pressed = None
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.text.append(data)
        if self.pressed:
            self.pressed[2] += data
        if self.option:
            self.option[1] += data
        if any(tag == "a" for tag, _ in self.stack) and self.links:
            self.links[-1][1] += data
        if any(tag == "h1" for tag, _ in self.stack):
            self.heading += data
        if any(values.get("role") == "alert" or (values.get("id") or "").startswith("e-") for _, values in self.stack):
            self.errors.append(data.strip())


class Page:
    def __init__(self, status, headers, body, path):
        self.status, self.headers, self.body, self.path = status, headers, body, path
        self.html = Reader(body) if "text/html" in (headers.get("Content-Type") or "") else None

    @property
    def location(self):
        return self.headers.get("Location")

    @property
    def at(self):
        """Path without its query."""
        return urllib.parse.urlsplit(self.path).path

    @property
    def form(self):
        return self.html.forms[0]

    @property
    def errors(self):
        return [text for text in self.html.errors if text]

    def link(self, label):
        return next(href for href, text in self.html.links if text.strip() == label)


class Visitor:
    def __init__(self, server, host=None):
        self.server = server
        self.host = host or f"localhost:{server.port}"
        self.cookies = {}
        self.extra = {}
        self.seen = []  # every answer, for those who want to look at all

    def copy(self):
        other = Visitor(self.server, self.host)
        other.cookies = dict(self.cookies)
        return other

    def request(self, method, path, body=None, headers=None):
        """One request; cookies of the answer are kept."""
        sent = {"Host": self.host, **self.extra}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent.setdefault("Origin", "null")  # as browsers do behind "Referrer-Policy: no-referrer"
            sent.setdefault("Sec-Fetch-Site", "same-origin")
        sent.update(headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value is not None})
            answer = connection.getresponse()
            page = Page(answer.status, answer.headers, answer.read().decode(), path)
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = header.partition("=")
            value, _, attributes = rest.partition(";")
            if value and "max-age=0" not in attributes.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        self.seen.append(page)
        # Whoever reloads a page sends nothing twice (RFC 9700, 4.12): what a form did is told by another one, but
        # for what the application is to get by a form.
        told = method == "POST" and page.status == 200 and page.html
        assert not told or "response_mode=form_post" in path, f"a page in answer to a form: {path}"
        return page

    def follow(self, page):
        """Redirects, as long as they stay here; the application's own address is where they end."""
        for _ in range(10):
            if page.status not in (302, 303):
                return page
            target = urllib.parse.urlsplit(page.location)
            if target.netloc and target.netloc != self.host:
                return page
            page = self.request("GET", target.path + ("?" + target.query if target.query else ""))
        raise AssertionError("redirects in a circle")

    def get(self, path):
        return self.follow(self.request("GET", path))

    def submit(self, page, button=None, headers=None, leave=(), **fields):
        """Fill the form of a page in and press a button: the first one unless named."""
        form = page.form
        fields = {name.replace("__", "."): value for name, value in fields.items()}
        sent = [(name, value) for name, value in form.fields if name not in fields and name not in leave]
        sent += [(name, value) for name, value in fields.items() if value is not None]
        pressed = form.button(button) if button else (form.buttons[0] if form.buttons else None)
        assert pressed or not button, f"no button {button} on {page.path}: {form.buttons}"
        if pressed and pressed[0]:
            sent.append(pressed[:2])
        return self.request("POST", page.path, urllib.parse.urlencode(sent), headers)

    def press(self, page, button=None, **fields):
        return self.follow(self.submit(page, button, **fields))

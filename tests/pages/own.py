"""People on the pages of their own account."""

import datetime
import json
import re

from world import PASSWORD, Case, Visitor


class Own(Case):
    def own(self, path="/account", **more):
        return f"{path}?client_id={self.client}" + "".join(f"&{key}={value}" for key, value in more.items())

    def enter(self, path="/account", name="ada", password=PASSWORD, visitor=None):
        """Somebody goes to a page of his account, and signs in on the way."""
        visitor = visitor or Visitor(self.server)
        page = visitor.get(self.own(path))
        self.check_at(page, "/login")
        page = visitor.press(page, username=name, password=password)
        self.check_at(page, path)
        return visitor, page

    def attributes(self, name="ada"):
        return {a["Name"]: a["Value"] for a in self.admin("AdminGetUser", Username=name)["UserAttributes"]}

    def notices(self, to="ada@example.com"):
        return [m["subject"] for m in self.server.messages(to=to, purpose="notice", pool=self.pool_id)]

    def clock(self):
        now = json.loads(self.server.get("/_lifeguard/clock")[1])["now"]
        return datetime.datetime.fromisoformat(now.replace("Z", "+00:00")).timestamp()

    def secret(self, page):
        return re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page.body).group(1).replace(" ", "")

    def item(self, page, button, number=0):
        """The form of the list that has this button."""
        return [form for form in page.html.forms if form.button(button)][number]

    def press_item(self, visitor, page, button, number=0):
        page.html.forms.insert(0, self.item(page, button, number))
        return visitor.press(page, button)

// Phone numbers in a real browser: the country beside the number has its name in the language of the page, and a
// person who typed his number as he writes it at home signs up and in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { openBrowser } from "./lib/browser.js";
import { makeHosted, password, startApplication } from "./lib/hosted.js";
import { Visitor, visitors } from "./lib/visitor.js";

const sms = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" };
// Where each comes from, by the language of his browser, and what the choice is called there.
const homes = {
  "en-1440": { country: "US", called: "United States (\u2066+1\u2069)" },
  "ar-360-noscript": { country: "EG", called: "EG +20" },
  "ja-360-keyboard-dark": { country: "JP", called: "日本 (\u2066+81\u2069)" },
};

let server, application, browser, hosted;
before(async () => {
  [server, application, browser] = await Promise.all([startServer(), startApplication(), openBrowser()]);
  hosted = await makeHosted(server, application, {
    pool: { UsernameAttributes: ["phone_number"], AutoVerifiedAttributes: ["phone_number"], SmsConfiguration: sms },
  });
});
after(async () => {
  await browser?.close();
  await application?.stop();
  await server?.stop();
});

const chosen = (visitor) => visitor.page.locator(".country").evaluate((node) => node.selectedOptions[0].text);

visitors.forEach((who, i) =>
  test(`sign up and in by number (${who.name})`, async () => {
    const home = homes[who.name];
    const visitor = await Visitor.arrive(browser, who, "phone");
    const number = `0151 12345-0${i}`, stored = `+49151123450${i}`;
    try {
      await visitor.open(hosted.page("/signup"));
      assert.equal(await chosen(visitor), home.called);
      assert.equal(await visitor.page.locator(".country option").count(), 245);
      await visitor.look("country");
      await visitor.type("username", "12");
      await visitor.choose("username.country", who.scripts ? "DE" : "DE +49");
      await visitor.type("password", password);
      await visitor.press();
      await visitor.refused({ field: "username", kept: { username: "12" }, gone: ["password"] });
      assert.match(await chosen(visitor), who.scripts ? /\+49/ : /^DE \+49$/);
      await visitor.look("wrong-number");
      await visitor.type("username", number);
      await visitor.type("password", password);
      await visitor.press();
      assert.equal(visitor.path(), "/confirm");
      await visitor.type("code", await server.code(stored));
      await visitor.press();
      await visitor.isBackAt(application.callback);

      await visitor.context.clearCookies();
      await visitor.open(hosted.authorize());
      assert.equal(await chosen(visitor), home.called);
      await visitor.type("username", number);
      await visitor.choose("username.country", who.scripts ? "DE" : "DE +49");
      await visitor.type("password", password);
      await visitor.look("sign-in");
      await visitor.press();
      await visitor.isBackAt(application.callback);
      assert.deepEqual(visitor.problems, []);
    } finally {
      await visitor.leave();
    }
  }));

// Somebody who sits in front of a browser: with scripts or without, by pointer or by keyboard alone, on a phone or a
// desk, in his language. He fills in what a page asks for, presses its buttons, and leaves a picture of each page.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = fileURLToPath(new URL("../../../build/screenshots/", import.meta.url));
await mkdir(pictures, { recursive: true });

// Each journey is made by each of them: together they cover every setting.
export const visitors = [
  { name: "en-1440", lang: "en", width: 1440, scripts: true, keyboard: false },
  { name: "ar-360-noscript", lang: "ar", width: 360, scripts: false, keyboard: false },
  { name: "ja-360-keyboard-dark", lang: "ja", width: 360, scripts: true, keyboard: true, dark: true },
];

const quoted = (name) => name.replaceAll(/["\\]/g, "\\$&");
const named = (name) => `[name="${quoted(name)}"]:not([type=hidden])`;

export class Visitor {
  static async arrive(browser, kind, journey) {
    const context = await browser.newContext({
      viewport: { width: kind.width, height: kind.width < 500 ? 740 : 900 },
      javaScriptEnabled: kind.scripts,
      locale: kind.lang,
      colorScheme: kind.dark ? "dark" : "light",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    context.setDefaultTimeout(8000);
    const visitor = new Visitor();
    Object.assign(visitor, { ...kind, kind: kind.name, journey, context, page, seen: 0, problems: [] });
    page.on("console", (message) => {
      // Anything that the page's own policy stopped, and every error of its script.
      if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) visitor.problems.push(message.text());
    });
    page.on("pageerror", (error) => visitor.problems.push(error.message));
    return visitor;
  }

  async open(url) {
    await this.page.goto(url);
  }

  path() {
    return new URL(this.page.url()).pathname;
  }

  // By the keyboard alone: from field to field until it is there.
  async reach(selector) {
    const target = this.page.locator(selector).first();
    await target.waitFor();
    if (!this.keyboard) return target;
    for (let i = 0; i < 60; i++) {
      if (await target.evaluate((node) => node === document.activeElement)) return target;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${selector} is not reached by the Tab key at ${this.path()}`);
  }

  async type(name, text) {
    const field = await this.reach(named(name));
    // A date has parts, in an order that its language decides.
    if (this.keyboard && (await field.getAttribute("type")) !== "date") {
      await this.page.keyboard.press("Control+A");
      await this.page.keyboard.insertText(text);
    } else {
      await field.fill(text);
    }
  }

  // One of several, by the value of its radio button or option.
  async choose(name, value) {
    const options = this.page.locator(`select[name="${quoted(name)}"]`);
    if (await options.count()) {
      await this.reach(`select[name="${quoted(name)}"]`);
      await options.selectOption(value);
      return;
    }
    const radio = `input[name="${quoted(name)}"][value="${quoted(value)}"]`;
    if (!this.keyboard) return this.page.locator(radio).check();
    // The Tab key reaches the group, arrows walk through it.
    const group = this.page.locator(`input[name="${quoted(name)}"]`);
    for (let i = 0; i < 60 && !(await group.evaluateAll((all) => all.includes(document.activeElement))); i++) await this.page.keyboard.press("Tab");
    for (let i = 0; i < 12 && !(await this.page.locator(radio).isChecked()); i++) await this.page.keyboard.press("ArrowDown");
    assert.equal(await this.page.locator(radio).isChecked(), true);
  }

  async check(name) {
    if (!this.keyboard) return this.page.locator(named(name)).check();
    await this.reach(named(name));
    await this.page.keyboard.press("Space");
  }

  // Send the form: by Enter in it, or by a button of its own name.
  async press(action) {
    const button = action ? `button[name=action][value="${quoted(action)}"]` : "main form button[type=submit]:not([formnovalidate]), main form button:not([type]), main form [type=submit]";
    const target = await this.reach(button);
    await this.go(target);
  }

  // Press it, and wait until the next page is there.
  async go(target) {
    const next = this.page.waitForEvent("framenavigated", (frame) => frame === this.page.mainFrame());
    if (this.keyboard) await this.page.keyboard.press("Enter");
    else await target.click();
    await next;
    await this.page.waitForLoadState();
  }

  // Back at the application, whatever happens on the way.
  async isBackAt(callback) {
    await this.page.waitForURL((url) => url.origin + url.pathname === callback);
    return new URL(this.page.url()).searchParams;
  }

  async follow(selector) {
    await this.go(await this.reach(selector));
  }

  // What every page has to be. The picture is kept under the journey's name.
  async look(name) {
    const { page } = this;
    this.seen++;
    await page.screenshot({ path: `${pictures}${this.journey}-${String(this.seen).padStart(2, "0")}-${name}-${this.kind}.png`, fullPage: true });
    const where = `${this.journey} ${name} ${this.kind}`;
    const html = page.locator("html");
    assert.equal(await html.getAttribute("lang"), this.lang, `${where}: language`);
    assert.equal((await html.getAttribute("dir")) ?? "ltr", this.lang === "ar" ? "rtl" : "ltr", `${where}: direction`);
    const [wide, seen] = await html.evaluate((node) => [node.scrollWidth, node.clientWidth]);
    assert.ok(wide <= seen, `${where}: ${wide} wide in ${seen}`);
    assert.ok((await page.title()).length > 0, `${where}: title`);
    if (this.scripts) await this.audit(where);
    else assert.doesNotMatch(await page.content(), /<noscript/i);
    assert.deepEqual(this.problems, [], where);
  }

  async audit(where) {
    const found = await this.page.evaluate(`(() => { ${axe}; return axe.run({ resultTypes: ["violations"] }); })()`);
    const violations = found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(" | ").slice(0, 400)}`);
    assert.deepEqual(violations, [], where);
  }

  // The error summary names the field, has the focus where scripts are there, and what was typed is still there.
  async refused({ field, kept = {}, gone = [] }) {
    const alert = this.page.locator("[role=alert]").first();
    await alert.waitFor();
    assert.ok((await alert.innerText()).trim().length > 0);
    if (field) {
      const input = this.page.locator(named(field)).first();
      assert.equal(await input.getAttribute("aria-invalid"), "true", field);
      const described = (await input.getAttribute("aria-describedby"))?.split(" ") ?? [];
      const texts = await Promise.all(described.map((id) => this.page.locator(`[id="${quoted(id)}"]`).innerText()));
      assert.ok(texts.join("").trim().length > 0, `${field} is told what is wrong`);
    }
    for (const [name, value] of Object.entries(kept)) assert.equal(await this.page.locator(named(name)).inputValue(), value, name);
    for (const name of gone) assert.equal(await this.page.locator(named(name)).inputValue(), "", name);
  }

  leave() {
    return this.context.close();
  }
}

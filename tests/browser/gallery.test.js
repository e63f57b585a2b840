// Each kind of page with sample data: axe-core finds nothing, nothing scrolls sideways, page with sheet and script
// stays below 40 KB. Pictures go to build/screenshots/gallery.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { openBrowser } from "./lib/browser.js";

const top = fileURLToPath(new URL("../../", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = join(top, "build/screenshots/gallery");
// What is looked at in which language: writing, direction and long words differ, boxes do not.
const looks = process.env.GALLERY_LANGUAGES
  ? Object.fromEntries(process.env.GALLERY_LANGUAGES.split(",").map((language) => [language, ["desk", "phone", "dark", "zoomed"]]))
  : { en: ["desk", "phone", "dark", "zoomed"], ar: ["desk", "phone", "zoomed"], de: ["phone", "zoomed"], ja: ["phone", "zoomed"], ko: ["phone"], "zh-CN": ["phone"], "zh-TW": ["phone"] };
const languages = Object.keys(looks);
const kinds = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 360, height: 740 } },
  dark: { viewport: { width: 1024, height: 800 }, colorScheme: "dark" },
  // 400 % of a window of 1280 pixels (WCAG 2.2, 1.4.10)
  zoomed: { viewport: { width: 320, height: 256 } },
};
// The markup is the same in every language, so axe-core reads the pages of two, one in each direction.
const audited = (language, kind) => process.env.GALLERY_LANGUAGES || language === "en" || (language === "ar" && kind === "phone");
const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };

let folder, server, site, browser;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "gallery-"));
  execFileSync(join(top, "build/tests/gallery"), [folder, ...languages]);
  const policy = readFileSync(join(folder, "policy"), "utf8");
  server = createServer((request, answer) => {
    const path = new URL(request.url, "http://x").pathname;
    const asset = /^\/_pages\/\w+\/(\w+\.(css|js|svg))$/.exec(path);
    const page = /^\/([\w-]+\/\w+\.html)$/.exec(path);
    if (asset) answer.writeHead(200, { "Content-Type": types[asset[2]] }).end(readFileSync(join(top, "pages", asset[1])));
    else if (page) answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy }).end(readFileSync(join(folder, page[1])));
    else answer.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  site = `http://localhost:${server.address().port}`;
  browser = await openBrowser();
  mkdirSync(pictures, { recursive: true });
});
after(async () => {
  await browser?.close();
  server?.close();
  if (folder) rmSync(folder, { recursive: true });
});

for (const language of languages)
  for (const kind of looks[language])
    test(`pages in ${language}, ${kind}`, async () => {
      const context = await browser.newContext({ ...kinds[kind], locale: language, reducedMotion: "reduce" });
      const page = await context.newPage();
      const problems = [];
      page.on("console", (message) => message.type() === "error" && !/status of 404/.test(message.text()) && problems.push(message.text()));
      page.on("pageerror", (error) => problems.push(error.message));
      for (const file of readdirSync(join(folder, language))) {
        await page.goto(`${site}/${language}/${file}`);
        const found = audited(language, kind) ? await page.evaluate(`(() => { ${axe}; return axe.run({ resultTypes: ["violations"] }); })()`) : { violations: [] };
        for (const v of found.violations) problems.push(`${file}: ${v.id}: ${v.nodes.map((n) => n.html + " " + n.failureSummary).join("; ")}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) problems.push(`${file}: ${wide} pixels too wide`);
        const small = await page.evaluate(() =>
          [...document.querySelectorAll("button, a, select, input:not([type=hidden])")]
            .filter((node) => node.checkVisibility() && !node.closest(".errors") && !node.closest("label"))
            .filter((node) => node.getBoundingClientRect().height < 43.5)
            .map((node) => node.outerHTML.slice(0, 100)));
        for (const one of small) problems.push(`${file}: less than 44 pixels high: ${one}`);
        if (kind !== "zoomed") await page.screenshot({ path: join(pictures, `${file.slice(0, -5)}-${language}-${kind}.png`), fullPage: true });
      }
      await context.close();
      assert.deepEqual(problems, []);
    });

test("a page with all it loads is below 40 KB", () => {
  const shared = ["view.css", "view.js", "icon.svg"].reduce((sum, name) => sum + readFileSync(join(top, "pages", name)).length, 0);
  for (const language of languages)
    for (const file of readdirSync(join(folder, language))) {
      const bytes = shared + readFileSync(join(folder, language, file)).length;
      assert.ok(bytes < 40 * 1024, `${language}/${file}: ${bytes} bytes`);
    }
});

// Pages in the looks that operators give them, from a running server: styles of managed login and classic customization,
// with pictures, in light and dark, on a desk and a phone. axe-core finds nothing, what stands outside of the card can
// be read, and nothing moves when a picture arrives late. Pictures go to build/screenshots/gallery.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { startServer } from "../clients/lib/server.js";
import { openBrowser } from "./lib/browser.js";
import { makeHosted } from "./lib/hosted.js";

const top = fileURLToPath(new URL("../../", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = join(top, "build/screenshots/gallery");
const kinds = {
  desk: { viewport: { width: 1440, height: 900 } },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 } },
};

// A word mark and a landscape, drawn by the browser itself.
const drawings = {
  light: { width: 480, height: 120, html: '<b style="font:700 84px/120px sans-serif;color:#1d4d2f">Waldwerk</b>', omitBackground: true },
  dark: { width: 480, height: 120, html: '<b style="font:700 84px/120px sans-serif;color:#c9f2d3">Waldwerk</b>', omitBackground: true },
  wide: { width: 900, height: 100, html: '<b style="font:700 60px/100px serif;color:#7a1f2b">Bibliothek der Hansestadt</b>', type: "jpeg" },
  hills: { width: 800, height: 500, html: '<i style="position:fixed;inset:0;background:radial-gradient(circle at 20% 90%,#2f7a4d 40%,#0000 41%),radial-gradient(circle at 80% 110%,#1d5a3a 50%,#0000 51%),linear-gradient(#f7d9a8,#b9d8d0)"></i>', type: "jpeg" },
};
const mark = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 80"><circle cx="40" cy="40" r="34" fill="#0b6e99"/><path d="M96 24h130v12H96zm0 24h90v12H96z" fill="#0b6e99"/></svg>';

let server, browser, drawn;
before(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
  mkdirSync(pictures, { recursive: true });
  drawn = { mark: Buffer.from(mark).toString("base64") };
  for (const [name, { width, height, html, ...options }] of Object.entries(drawings)) {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.setContent(`<body style="margin:0">${html}`);
    drawn[name] = (await page.screenshot(options)).toString("base64");
    await page.close();
  }
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const both = (light, dark) => ({ lightMode: light, darkMode: dark });
const asset = (Category, ColorMode, Extension, name) => ({ Category, ColorMode, Extension, Bytes: drawn[name] });

const looks = {
  // Follows the browser: a logo for each mode, a picture behind the card.
  forest: {
    settings: {
      categories: { global: { colorSchemeMode: "DYNAMIC" } },
      componentClasses: { buttons: { borderRadius: 24 }, input: { borderRadius: 4 }, link: both({ defaults: { textColor: "1d5a3aff" } }, { defaults: { textColor: "9fe3b4ff" } }) },
      components: {
        pageBackground: { image: { enabled: true }, ...both({ color: "f7efe1ff" }, { color: "0f1f16ff" }) },
        form: { borderRadius: 20, logo: { enabled: true } },
        primaryButton: both({ defaults: { backgroundColor: "1d5a3aff", textColor: "ffffffff" } }, { defaults: { backgroundColor: "9fe3b4ff", textColor: "0b1f12ff" } }),
      },
    },
    assets: () => [asset("FORM_LOGO", "LIGHT", "PNG", "light"), asset("FORM_LOGO", "DARK", "PNG", "dark"), asset("PAGE_BACKGROUND", "LIGHT", "JPEG", "hills")],
  },
  // Dark in every browser, no logo, a name that does not end.
  night: {
    name: "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft and Daughters",
    settings: { categories: { global: { colorSchemeMode: "DARK" } }, components: { pageBackground: { darkMode: { color: "1a1033ff" } }, form: { darkMode: { backgroundColor: "241a44ff" } } } },
  },
  // Light in every browser; the page itself is nearly black. The logo is a drawing without a size of its own.
  paper: {
    settings: { categories: { global: { colorSchemeMode: "LIGHT" } }, components: { pageBackground: { lightMode: { color: "0b2545ff" } }, form: { borderRadius: 0, logo: { enabled: true } } } },
    assets: () => [asset("FORM_LOGO", "LIGHT", "SVG", "mark")],
  },
  ink: {
    name: "Ink",
    settings: { categories: { global: { colorSchemeMode: "LIGHT" } }, components: { pageBackground: { lightMode: { color: "0b2545ff" } }, pageHeader: { lightMode: { background: { color: "134074ff" } } } } },
  },
  // A classic customization.
  library: {
    classic: ".banner-customizable { background-color: #f3e3e3; } .background-customizable { background-color: #fffaf5; } .submitButton-customizable { background-color: #7a1f2b; border-radius: 0; } .submitButton-customizable:hover { background-color: #5a1520; } .inputField-customizable { border-radius: 0; } .redirect-customizable { color: #7a1f2b; }",
    logo: "wide",
  },
};

async function dress(name, look) {
  const hosted = await makeHosted(server, { callback: "http://localhost/callback", signedOut: "http://localhost/out" }, { client: { ClientName: look.name ?? "Example" } });
  const assets = look.assets?.() ?? [];
  if (look.settings) await hosted.call("CreateManagedLoginBranding", { ClientId: hosted.client, Settings: look.settings, Assets: assets });
  if (look.classic) {
    await hosted.call("CreateUserPoolDomain", { Domain: `brand-${name}` });
    await hosted.call("SetUICustomization", { ClientId: hosted.client, CSS: look.classic, ImageFile: drawn[look.logo] });
  }
  return hosted;
}

// WCAG contrast of what stands outside of the card with what is behind it, where that is a plain colour.
const outside = () => {
  const channel = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (color) => {
    const [r, g, b] = color.match(/[\d.]+/g).map((part) => Number(part) / 255);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const clear = (color) => /, 0\)$|transparent/.test(color);
  return [...document.querySelectorAll(".brand-name, .languages label")].map((node) => {
    let back = node;
    while (back && clear(getComputedStyle(back).backgroundColor)) back = back.parentElement;
    const pair = [light(getComputedStyle(node).color), light(getComputedStyle(back ?? document.documentElement).backgroundColor)].sort((a, b) => b - a);
    return [node.textContent, (pair[0] + 0.05) / (pair[1] + 0.05)];
  });
};

for (const [name, look] of Object.entries(looks))
  test(`a brand: ${name}`, async () => {
    const hosted = await dress(name, look);
    const problems = [];
    for (const [kind, options] of Object.entries(kinds)) {
      const context = await browser.newContext({ ...options, locale: "en", reducedMotion: "reduce" });
      const page = await context.newPage();
      page.on("console", (message) => message.type() === "error" && !/status of 4/.test(message.text()) && problems.push(message.text()));
      const see = async (state) => {
        const where = `${name} ${state} ${kind}`;
        const found = await page.evaluate(`(() => { ${axe}; return axe.run({ resultTypes: ["violations"] }); })()`);
        for (const v of found.violations) problems.push(`${where}: ${v.id}: ${v.nodes.map((n) => n.html + " " + n.failureSummary).join("; ")}`);
        if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) problems.push(`${where}: too wide`);
        for (const [text, contrast] of await page.evaluate(outside)) if (contrast < 4.5) problems.push(`${where}: ${text}: contrast ${contrast.toFixed(2)}`);
        await page.screenshot({ path: join(pictures, `brand_${name}_${state}-en-${kind}.png`), fullPage: true });
      };
      await page.goto(hosted.page("/login"));
      await see("login");
      await page.locator("main .primary").click();
      await page.locator("[role=alert]").waitFor();
      await see("login_error");
      await page.goto(hosted.page("/signup"));
      await see("signup");
      await page.goto(hosted.authorize({ redirect_uri: "https://example.com/" }));
      await see("error");
      assert.match(await page.title(), new RegExp(look.name ?? "Example"));
      await page.goto(hosted.page("/login", { redirect_uri: "https://example.com/" }));
      assert.match(await page.title(), new RegExp(look.name ?? "Example"));
      await context.close();
    }
    assert.deepEqual(problems, []);
  });

test("a logo that comes late moves nothing", async () => {
  for (const name of ["forest", "paper", "library"]) {
    const hosted = await dress(`late${name}`, looks[name]);
    for (const viewport of [{ width: 1440, height: 900 }, { width: 320, height: 500 }]) {
      const context = await browser.newContext({ viewport, locale: "en" });
      const page = await context.newPage();
      let arrive;
      const measured = new Promise((resolve) => (arrive = resolve));
      await page.route(/FORM_LOGO|\/ui\//, async (route) => {
        await measured;
        await route.continue();
      });
      await page.goto(hosted.page("/login"), { waitUntil: "domcontentloaded" });
      const box = () => page.evaluate(() => [".card", ".logo"].map((one) => JSON.stringify(document.querySelector(one).getBoundingClientRect())));
      const before = await box();
      arrive();
      await page.waitForFunction(() => document.querySelector(".logo").naturalWidth > 0 && document.querySelector(".logo").complete);
      assert.deepEqual(await box(), before, `${name} at ${viewport.width}`);
      assert.ok(JSON.parse(before[1]).height >= 24, before[1]);
      await context.close();
    }
  }
});

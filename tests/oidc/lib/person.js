// Somebody with a browser that keeps cookies, follows redirects within the server and fills in forms: raw HTTP,
// without scripts. Whoever tests what a browser would never send does it here, too.

import http from "node:http";

import { formsOf, parsePage, textOf } from "./html.js";

const agent = new http.Agent({ keepAlive: true });

// One exchange: nothing is followed, nothing is added but what is given.
export function exchange(url, { method = "GET", headers = {}, body } = {}) {
  const { hostname, port, pathname, search } = new URL(url);
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request(
      { agent, hostname, port, method, path: pathname + search, headers: { ...length, ...headers } },
      (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          resolve({ url, status: response.statusCode, headers: response.headers, raw: response.rawHeaders, text });
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

export const formBody = (fields) => new URLSearchParams(fields).toString();

// `secure` and the like as they came, so that tests can look at them.
function readCookie(line) {
  const [pair, ...attributes] = line.split(";").map((part) => part.trim());
  const at = pair.indexOf("=");
  const flags = Object.fromEntries(
    attributes.map((attribute) => {
      const [name, value = true] = attribute.split("=");
      return [name.toLowerCase(), value];
    }),
  );
  return { name: pair.slice(0, at), value: pair.slice(at + 1), flags };
}

// Is this the end: a page of ours that leads to the application by itself (response_mode=form_post)?
const postedAway = (page, origin) =>
  page.forms?.find((form) => form.method === "post" && new URL(form.action, page.url).origin !== origin);

export class Person {
  constructor(server, { headers = {} } = {}) {
    this.origin = new URL(server.url).origin;
    this.headers = headers;
    this.cookies = new Map();
    this.trail = []; // every answer, so that a test can look at them all
  }

  cookieHeader() {
    const pairs = [...this.cookies.values()].map(({ name, value }) => `${name}=${value}`);
    return pairs.length ? { cookie: pairs.join("; ") } : {};
  }

  keep(answer) {
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const cookie = readCookie(line);
      const gone = cookie.value === "" || Number(cookie.flags["max-age"] ?? 1) <= 0 || Date.parse(cookie.flags.expires ?? "2999") < Date.now();
      if (gone) this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie);
    }
  }

  // An exchange with cookies; `{ document, forms, text }` are there when it is a page.
  async request(url, { method = "GET", headers = {}, fields, body } = {}) {
    const target = new URL(url, this.origin).href;
    const sent = fields ? formBody(fields) : body;
    const answer = await exchange(target, {
      method,
      body: sent,
      headers: {
        accept: "text/html",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        ...(sent === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        // A page that sends no referrer sends forms from nowhere, too (Fetch, 3.2).
        ...(method === "POST" ? { origin: "null", "sec-fetch-site": "same-origin" } : { "sec-fetch-site": "none" }),
        ...this.headers,
        ...this.cookieHeader(),
        ...headers,
      },
    });
    this.keep(answer);
    this.trail.push({ method, ...answer });
    const page = { ...answer, url: target };
    if (/^text\/html/.test(answer.headers["content-type"] ?? "")) {
      page.document = parsePage(answer.text);
      page.forms = formsOf(page.document);
      page.words = textOf(page.document);
    }
    return page;
  }

  // Follow redirects as long as they stay with the server. What leads to the application is `sentTo`:
  // { url, params, posted }, of its query, its fragment or the form that posts itself there.
  async follow(page) {
    for (let i = 0; i < 12; i++) {
      if (page.status < 300 || page.status > 399) {
        const away = postedAway(page, this.origin);
        if (away) page.sentTo = { url: away.action, params: away.fields, posted: true };
        return page;
      }
      const to = new URL(page.headers.location, page.url);
      if (to.origin !== this.origin) {
        const params = new URLSearchParams(to.hash ? to.hash.slice(1) : to.search);
        page.sentTo = { url: to.href, params: Object.fromEntries(params), fragment: Boolean(to.hash) };
        return page;
      }
      page = await this.request(to.href);
    }
    throw new Error(`went round in circles: ${page.url}`);
  }

  async open(url, options) {
    return this.follow(await this.request(url, options));
  }

  // Send the form that has all the named fields (or buttons), the rest of it as it stands.
  async submit(page, values = {}, { button, follow = true, headers } = {}) {
    const form = page.forms?.find(
      (one) =>
        Object.keys(values).every((name) => name in one.fields || one.names.has(name)) &&
        (!button || one.buttons.some((each) => each.name === button[0] && each.value === button[1])),
    );
    if (!form) throw new Error(`no form with ${Object.keys(values)} ${button ?? ""} at ${page.url} (${page.status}): ${page.words ?? page.text}`);
    const pressed = button ?? (form.buttons[0]?.name ? [form.buttons[0].name, form.buttons[0].value] : undefined);
    const fields = { ...form.fields, ...values, ...(pressed ? { [pressed[0]]: pressed[1] } : {}) };
    const url = new URL(form.action, page.url).href;
    const answer =
      form.method === "post"
        ? await this.request(url, { method: "POST", fields, headers })
        : await this.request(`${url.split("?")[0]}?${formBody(fields)}`, { headers });
    return follow ? this.follow(answer) : answer;
  }

  // From a sign-in page back to the application, with whatever each page asks for.
  async signIn(page, known) {
    for (let i = 0; i < 6; i++) {
      if (page.sentTo) return page;
      const wanted = page.forms?.map((form) => Object.keys(known).filter((name) => form.names.has(name))).find((names) => names.length);
      if (!wanted) throw new Error(`nothing to fill in at ${page.url} (${page.status}): ${page.words ?? page.text}`);
      const next = await this.submit(page, Object.fromEntries(wanted.map((name) => [name, known[name]])));
      if (next.document && next.url === page.url && next.status !== 200) return next;
      page = next;
    }
    return page;
  }
}

// Sign-in by an identity provider that tells the truth: who people are, what is kept of them, how they are linked.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { decodeJwt } from "jose";

import { fresh, startServer } from "../clients/lib/server.js";
import { Flow } from "./lib/flow.js";
import { attribute, elements } from "./lib/html.js";
import { Person } from "./lib/person.js";
import { makePool } from "./lib/pool.js";
import { leave, refused, tokensOf, travel, visit } from "./lib/travel.js";
import { Upstream } from "./lib/upstream.js";

let server, upstream, other;

before(async () => {
  [server, upstream, other] = await Promise.all([startServer(), Upstream.start(), Upstream.start()]);
});
beforeEach(() => {
  upstream.reset();
  other.reset();
});
after(() => Promise.all([upstream?.stop(), other?.stop(), server?.stop()]));

const details = (of, more = {}) => ({
  client_id: "ours",
  client_secret: "a secret of ours",
  authorize_scopes: "openid email",
  attributes_request_method: "GET",
  oidc_issuer: of.url,
  ...more,
});

const mapping = { email: "email", email_verified: "email_verified", name: "name" };

// A pool with Corp, and a client that has it beside the pool's own users.
async function setUp({ pool: more, provider = {}, client = {} } = {}) {
  const pool = await makePool(server, { pool: more });
  await pool.call("CreateIdentityProvider", {
    ProviderName: "Corp",
    ProviderType: "OIDC",
    ProviderDetails: details(upstream),
    AttributeMapping: mapping,
    IdpIdentifiers: ["corp.example", "staff"],
    ...provider,
  });
  const flow = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["COGNITO", "Corp"], ...client }));
  const user = async (name) => {
    const found = await pool.call("AdminGetUser", { Username: name });
    return { ...found, attributes: Object.fromEntries(found.UserAttributes.map(({ Name, Value }) => [Name, Value])) };
  };
  const users = async () => (await pool.call("ListUsers", {})).Users;
  return { pool, flow, user, users };
}

const byCorp = { identity_provider: "Corp" };
const alice = { sub: "Alice-1", info: { email: "Alice@corp.example", email_verified: true, name: "Alice" } };

test("a person of a provider is made, and signed in", async () => {
  const { pool, flow, user } = await setUp();
  upstream.next = alice;
  const { page, query } = await travel(upstream, flow, byCorp);
  const { claims, access_token, refresh_token } = await tokensOf(flow, page);
  assert.equal(claims["cognito:username"], "Corp_Alice-1");
  assert.equal(claims.email, "Alice@corp.example");
  assert.equal(claims.email_verified, true);
  assert.deepEqual(claims["cognito:groups"], [`${pool.id}_Corp`]);
  assert.equal(claims.identities.length, 1);
  const { dateCreated, ...identity } = claims.identities[0];
  assert.deepEqual(identity, { userId: "Alice-1", providerName: "Corp", providerType: "OIDC", issuer: null, primary: "true" });
  assert.match(dateCreated, /^\d{13}$/);
  assert.equal(decodeJwt(access_token).username, "Corp_Alice-1");
  assert.equal((await flow.refresh(refresh_token)).status, 200);

  const made = await user("Corp_Alice-1");
  assert.equal(made.UserStatus, "EXTERNAL_PROVIDER");
  assert.equal(made.Enabled, true);
  assert.equal(made.attributes.sub, claims.sub);
  assert.equal(made.attributes.email_verified, "true");
  assert.equal(JSON.parse(made.attributes.identities)[0].primary, true);

  assert.equal(query.client_id, "ours");
  assert.equal(query.response_type, "code");
  assert.equal(query.scope, "openid email");
  assert.equal(query.redirect_uri, `${server.url}/oauth2/idpresponse`);
  assert.equal(query.code_challenge_method, "S256");
  assert.ok(query.nonce && query.state && query.code_challenge);
  const [request] = upstream.asked("/token");
  assert.equal(request.method, "POST");
  assert.equal(request.body.client_secret, "a secret of ours");
  assert.deepEqual(request.query, {}, "nothing stands in the address");
  assert.equal(request.headers.authorization, undefined);
  assert.match(upstream.asked("/userinfo")[0].headers.authorization, /^Bearer /);
  assert.ok(!server.log.includes("a secret of ours") && !server.log.includes(request.body.code), "the log has no secrets");
});

test("who comes again is who he was; what changed is written, what was not sent stays", async () => {
  const { flow, user, users } = await setUp();
  upstream.next = alice;
  const first = await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  upstream.next = { sub: "Alice-1", info: { email: "new@corp.example" } };
  const second = await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  assert.equal(second.claims.sub, first.claims.sub);
  const { attributes } = await user("Corp_Alice-1");
  assert.equal(attributes.email, "new@corp.example");
  assert.equal(attributes.email_verified, "false", "nobody said that the new one is");
  assert.equal(attributes.name, "Alice");
  assert.equal((await users()).length, 1);
});

test("a session spares the way; prompt and login_hint are handed on", async () => {
  const { flow } = await setUp();
  upstream.next = alice;
  const { person, page } = await travel(upstream, flow, byCorp);
  await tokensOf(flow, page);
  const again = await person.open(flow.authorizeUrl(byCorp));
  await tokensOf(flow, again);
  assert.equal(upstream.asked("/authorize").length, 1);
  const there = await leave(flow, { ...byCorp, prompt: "login consent", login_hint: "a+b@corp.example" }, person);
  assert.equal(there.query.prompt, "login consent");
  assert.equal(there.query.login_hint, "a+b@corp.example");
  await tokensOf(flow, await visit(upstream, person, there.page));
  const silent = await new Person(server).open(flow.authorizeUrl({ ...byCorp, prompt: "none" }));
  assert.equal(silent.sentTo.params.error, "login_required");
});

test("buttons stand in the order of the client's settings, and lead there", async () => {
  const { pool } = await setUp();
  await pool.call("CreateIdentityProvider", { ProviderName: "Other", ProviderType: "OIDC", ProviderDetails: details(other) });
  await pool.call("CreateIdentityProvider", {
    ProviderName: "Saml",
    ProviderType: "SAML",
    ProviderDetails: { MetadataURL: "https://saml.example/metadata" },
  });
  const flow = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["Other", "Saml", "COGNITO", "Corp"] }));
  const person = new Person(server);
  const page = await person.open(flow.authorizeUrl());
  const buttons = elements(page.document, "a").filter((a) => attribute(a, "class") === "provider");
  assert.deepEqual(
    buttons.map((button) => new URL(attribute(button, "href"), server.url).searchParams.get("provider")),
    ["Other", "Corp"],
  );
  assert.ok(page.forms.some((form) => form.names.has("password")), "own users have their form");
  other.next = { sub: "bob" };
  const there = await person.open(attribute(buttons[0], "href"));
  const { claims } = await tokensOf(flow, await visit(other, person, there));
  assert.equal(claims["cognito:username"], "Other_bob");

  const alone = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["Corp"] }));
  const bare = await new Person(server).open(alone.authorizeUrl());
  assert.equal(bare.status, 200);
  assert.ok(!bare.forms.some((form) => form.names.has("password")));
  const none = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["Saml"] }));
  assert.equal((await new Person(server).open(none.authorizeUrl())).status, 501);
});

test("an address leads to the provider of its domain", async () => {
  const { flow } = await setUp();
  const person = new Person(server);
  const page = await person.open(flow.authorizeUrl());
  const unknown = await person.submit(page, { idp_email: "x@elsewhere.example" }, { button: ["action", "idp"] });
  assert.equal(unknown.status, 400);
  assert.match(unknown.words, /sign in another way/);
  for (const nothing of ["", "@", "corp.example.evil", "x@corp.example@y"]) {
    const wrong = await person.submit(page, { idp_email: nothing }, { button: ["action", "idp"] });
    assert.equal(wrong.status, 400, nothing);
  }
  const way = await person.submit(page, { idp_email: "Alice@Corp.Example" }, { button: ["action", "idp"] });
  assert.equal(way.status, 200);
  const to = way.headers.refresh.replace(/^0; url=/, "");
  upstream.next = alice;
  await tokensOf(flow, await visit(upstream, person, await person.open(to)));
  const byIdentifier = await leave(flow, { idp_identifier: "STAFF" });
  assert.ok(byIdentifier.page.sentTo.url.startsWith(upstream.url));
});

test("a provider that is unknown, of another client, or no longer there leads to the sign-in page", async () => {
  const { pool, flow } = await setUp();
  await pool.call("CreateIdentityProvider", { ProviderName: "Other", ProviderType: "OIDC", ProviderDetails: details(other) });
  for (const fields of [{ identity_provider: "Nobody" }, { identity_provider: "Other" }, { identity_provider: "corp" }, { identity_provider: "COGNITO" }, { idp_identifier: "nobody" }]) {
    const { page } = await leave(flow, fields);
    assert.equal(new URL(page.url).pathname, "/login", JSON.stringify(fields));
    assert.equal(page.status, 200);
  }
  const forced = await new Person(server).open(flow.url("/login/provider", flow.request({ provider: "Other" })));
  assert.equal(new URL(forced.url).pathname, "/login");
  const { person, page } = await leave(flow, byCorp);
  await pool.call("DeleteIdentityProvider", { ProviderName: "Corp" });
  refused({ person, page: await visit(upstream, person, page) }, /does not exist/);
  assert.equal(upstream.asked("/token").length, 0);
  assert.equal(other.requests.length, 0);
});

test("one subject at two providers is two people", async () => {
  const { pool } = await setUp();
  await pool.call("CreateIdentityProvider", { ProviderName: "Other", ProviderType: "OIDC", ProviderDetails: details(other), AttributeMapping: mapping });
  const flow = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["Corp", "Other"] }));
  upstream.next = other.next = alice;
  const one = await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  const two = await tokensOf(flow, (await travel(other, flow, { identity_provider: "Other" })).page);
  assert.notEqual(one.claims.sub, two.claims.sub);
  assert.deepEqual([one.claims["cognito:username"], two.claims["cognito:username"]], ["Corp_Alice-1", "Other_Alice-1"]);
});

test("subjects that differ in case are two people; the second finds his name taken where names fold", async () => {
  const folding = await setUp({ pool: { UsernameConfiguration: { CaseSensitive: false } } });
  upstream.next = { sub: "Bob" };
  const { claims } = await tokensOf(folding.flow, (await travel(upstream, folding.flow, byCorp)).page);
  assert.equal(claims["cognito:username"], "corp_bob");
  upstream.next = { sub: "bob" };
  refused(await travel(upstream, folding.flow, byCorp), /^Already found an entry for username corp_bob$/);
  const strict = await setUp();
  for (const sub of ["Bob", "bob"]) {
    upstream.next = { sub };
    assert.equal((await tokensOf(strict.flow, (await travel(upstream, strict.flow, byCorp)).page)).claims["cognito:username"], `Corp_${sub}`);
  }
});

test("a user of the pool who has the name keeps it", async () => {
  const { pool, flow, user } = await setUp();
  await pool.call("AdminCreateUser", { Username: "Corp_Alice-1", MessageAction: "SUPPRESS" });
  upstream.next = alice;
  refused(await travel(upstream, flow, byCorp), /^Already found an entry for username Corp_Alice-1$/);
  assert.equal((await user("Corp_Alice-1")).UserStatus, "FORCE_CHANGE_PASSWORD");
});

test("an address that a provider vouches for opens nobody's account", async () => {
  for (const more of [{ AliasAttributes: ["email", "preferred_username"] }, { UsernameAttributes: ["email"] }]) {
    const { pool, flow, users } = await setUp({ pool: { ...more, UsernameConfiguration: { CaseSensitive: false } }, provider: { AttributeMapping: { ...mapping, preferred_username: "nick" } } });
    const email = `${fresh("victim")}@corp.example`;
    const named = more.UsernameAttributes ? email : "victim";
    await pool.call("AdminCreateUser", {
      Username: named,
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
      ],
    });
    const victim = await pool.call("AdminGetUser", { Username: email });
    upstream.next = { sub: "mallory", info: { email, email_verified: true, nick: "nick" } };
    const { claims } = await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
    assert.equal(claims["cognito:username"], "corp_mallory");
    assert.notEqual(claims.sub, victim.UserAttributes.find(({ Name }) => Name === "sub").Value);
    assert.deepEqual((await pool.call("AdminGetUser", { Username: email })).Username, victim.Username, "the name is still the victim's");
    assert.equal((await pool.call("AdminGetUser", { Username: "CORP_mallory" })).Username, "corp_mallory");
    await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
    await pool.call("AdminUpdateUserAttributes", { Username: "corp_mallory", UserAttributes: [{ Name: "name", Value: "M" }] });
    await pool.call("AdminDeleteUser", { Username: "corp_mallory" });
    assert.equal((await users()).length, 1);
    await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  }
});

const linkTo = (pool, username, name, value) =>
  pool.call("AdminLinkProviderForUser", {
    DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: username },
    SourceUser: { ProviderName: "Corp", ProviderAttributeName: name, ProviderAttributeValue: value },
  });

test("who is linked signs in as the user that he is linked to", async () => {
  const { pool, flow, user, users } = await setUp();
  const local = await pool.user();
  await linkTo(pool, local.username, "Cognito_Subject", "Alice-1");
  upstream.next = alice;
  const { claims } = await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  assert.equal(claims["cognito:username"], local.username);
  assert.equal(claims.identities[0].userId, "Alice-1");
  assert.equal(claims.identities[0].primary, "false");
  assert.equal(claims["cognito:groups"], undefined);
  const linked = await user(local.username);
  assert.equal(linked.attributes.email, "Alice@corp.example", "mapped attributes overwrite");
  assert.equal(linked.UserStatus, "CONFIRMED");
  assert.equal((await users()).length, 1);
  const own = await flow.signIn({}, local);
  assert.equal(own.claims.sub, claims.sub, "the password is still good");

  await pool.call("AdminDisableProviderForUser", {
    User: { ProviderName: "Corp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "Alice-1" },
  });
  const apart = await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  assert.equal(apart.claims["cognito:username"], "Corp_Alice-1");
  await assert.rejects(linkTo(pool, local.username, "Cognito_Subject", "Alice-1"), /Merging is not currently supported/);
});

test("who is linked by a claim is known by his subject from then on", async () => {
  const { pool, flow, user } = await setUp();
  const local = await pool.user();
  await linkTo(pool, local.username, "email", "Alice@corp.example");
  upstream.next = { sub: "mallory", info: { email: "alice@corp.example" } };
  assert.equal((await tokensOf(flow, (await travel(upstream, flow, byCorp)).page)).claims["cognito:username"], "Corp_mallory", "to the byte");
  upstream.next = alice;
  assert.equal((await tokensOf(flow, (await travel(upstream, flow, byCorp)).page)).claims["cognito:username"], local.username);
  upstream.next = { sub: "Alice-1", info: { email: "else@corp.example" } };
  assert.equal((await tokensOf(flow, (await travel(upstream, flow, byCorp)).page)).claims["cognito:username"], local.username);
  assert.equal(JSON.parse((await user(local.username)).attributes.identities)[0].userId, "Alice-1");
  upstream.next = { sub: "late", info: { email: "Alice@corp.example" } };
  assert.equal((await tokensOf(flow, (await travel(upstream, flow, byCorp)).page)).claims["cognito:username"], "Corp_late");
});

test("who came from a provider is nobody to a client that does not have it, and the other way round", async () => {
  const { pool, flow } = await setUp();
  const own = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["COGNITO"] }));
  const corp = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["Corp"] }));
  upstream.next = alice;
  const { person, page } = await travel(upstream, flow, byCorp);
  await tokensOf(flow, page);
  await tokensOf(corp, await person.open(corp.authorizeUrl()));
  assert.equal(new URL((await person.open(own.authorizeUrl())).url).pathname, "/login");
  const local = await pool.user();
  const { person: other } = await own.signIn({}, local);
  assert.equal((await other.open(corp.authorizeUrl())).sentTo, undefined);
  await tokensOf(flow, await other.open(flow.authorizeUrl()));
});

test("whoever is disabled does not sign in; who is told to sign out is out", async () => {
  const { pool, flow } = await setUp();
  upstream.next = alice;
  const { person, page } = await travel(upstream, flow, byCorp);
  const { refresh_token } = await tokensOf(flow, page);
  await pool.call("AdminUserGlobalSignOut", { Username: "Corp_Alice-1" });
  assert.equal((await flow.refresh(refresh_token)).status, 400);
  assert.ok((await leave(flow, byCorp, person)).page.sentTo.url.startsWith(upstream.url), "the session is over");
  await pool.call("AdminDisableUser", { Username: "Corp_Alice-1" });
  refused(await travel(upstream, flow, byCorp), /^User is not enabled$/);
  await pool.call("AdminEnableUser", { Username: "Corp_Alice-1" });
  const again = await travel(upstream, flow, byCorp);
  await tokensOf(flow, again.page);
  await again.person.open(flow.url("/logout", { client_id: flow.client.id, logout_uri: "http://127.0.0.1:4180/signed-out" }));
  assert.ok((await leave(flow, byCorp, again.person)).page.sentTo.url.startsWith(upstream.url));
});

test("his own link removed, nobody takes his place", async () => {
  const { pool, flow } = await setUp();
  upstream.next = alice;
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  await pool.call("AdminDisableProviderForUser", {
    User: { ProviderName: "Corp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "Alice-1" },
  });
  refused(await travel(upstream, flow, byCorp), /^Already found an entry/);
});

test("what the pool requires has to come; nobody is made by half", async () => {
  const Schema = [
    { Name: "email", Required: true, Mutable: true },
    { Name: "name", Required: true, Mutable: true },
    { Name: "staff", AttributeDataType: "String", Mutable: false, StringAttributeConstraints: { MinLength: "1", MaxLength: "5" } },
  ];
  const { flow, users, user } = await setUp({ pool: { Schema }, provider: { AttributeMapping: { ...mapping, "custom:staff": "staff" } } });
  upstream.next = { sub: "x", info: {} };
  refused(await travel(upstream, flow, byCorp), /^attributes required: \[name, email\]$/);
  upstream.next = { sub: "x", info: { email: "no address", name: "X" } };
  refused(await travel(upstream, flow, byCorp), /^Invalid email address format\.$/);
  upstream.next = { sub: "x", info: { email: "x@corp.example", name: "X", staff: "toolong" } };
  refused(await travel(upstream, flow, byCorp), /custom:staff: String must be no longer than 5 characters/);
  assert.equal((await users()).length, 0);
  upstream.next.info.staff = 17;
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  assert.equal((await user("Corp_x")).attributes["custom:staff"], "17");
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  upstream.next.info.staff = "18";
  refused(await travel(upstream, flow, byCorp), /^user\.custom:staff: Attribute cannot be updated\.$/);
  assert.equal((await user("Corp_x")).attributes["custom:staff"], "17");
});

test("values that are no texts, and tokens as attributes", async () => {
  const Schema = ["list", "flag", "id", "access"].map((Name) => ({ Name, AttributeDataType: "String", Mutable: true, StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" } }));
  const map = { "custom:list": "list", "custom:flag": "flag", "custom:id": "id_token", "custom:access": "access_token", address: "address", name: "object" };
  const { flow, user } = await setUp({ pool: { Schema }, provider: { AttributeMapping: map } });
  upstream.next = { sub: "x", info: { list: ["a b", "ü,*-._", 3], flag: true, address: { formatted: "Street 1" }, object: { a: 1 } } };
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  const { attributes } = await user("Corp_x");
  assert.equal(attributes["custom:list"], "[a+b, %C3%BC%2C*-._, 3]");
  assert.equal(attributes["custom:flag"], "true");
  assert.equal(attributes.address, "Street 1");
  assert.equal(attributes.name, undefined);
  assert.equal(decodeJwt(attributes["custom:id"]).sub, "x");
  assert.ok(attributes["custom:access"]);
});

test("a client that may not write an attribute brings nobody who has it", async () => {
  const { flow, users } = await setUp({ client: { WriteAttributes: ["email"] } });
  upstream.next = alice;
  refused(await travel(upstream, flow, byCorp), /^A client attempted to write unauthorized attribute$/);
  assert.equal((await users()).length, 0);
});

test("however many come as one at the same time, they are one", async () => {
  const { flow, users } = await setUp();
  upstream.next = alice;
  const there = await Promise.all(Array.from({ length: 8 }, () => leave(flow, byCorp)));
  const pages = await Promise.all(there.map(({ person, page }) => visit(upstream, person, page)));
  const tokens = await Promise.all(pages.map((page) => tokensOf(flow, page)));
  assert.equal(new Set(tokens.map(({ claims }) => claims.sub)).size, 1);
  assert.equal((await users()).length, 1);
});

test("a pushed request, an implicit one, a posted answer and an account page find their way", async () => {
  const { pool, flow } = await setUp();
  upstream.next = alice;
  const pushed = await flow.post("/oauth2/par", flow.request(byCorp), flow.basic());
  const person = new Person(server);
  const page = await person.open(flow.url("/oauth2/authorize", { client_id: flow.client.id, request_uri: pushed.body.request_uri }));
  await tokensOf(flow, await visit(upstream, person, page));

  const implicit = new Flow(server, pool, await pool.client({ secret: false, AllowedOAuthFlows: ["implicit"], SupportedIdentityProviders: ["Corp"] }));
  const { page: direct } = await travel(upstream, implicit, { ...byCorp, response_type: "token" });
  assert.ok(direct.sentTo.fragment);
  assert.equal(decodeJwt(direct.sentTo.params.id_token)["cognito:groups"].length, 1);

  const posted = await travel(upstream, flow, { ...byCorp, response_mode: "form_post" });
  assert.ok(posted.page.sentTo.posted && posted.page.sentTo.params.code);

  const visitor = new Person(server);
  const login = await visitor.open(flow.url("/account", { client_id: flow.client.id }));
  const button = elements(login.document, "a").find((a) => attribute(a, "class") === "provider");
  const home = await visit(upstream, visitor, await visitor.open(attribute(button, "href")));
  assert.equal(new URL(home.url).pathname, "/account");
  assert.equal(home.status, 200);
});

test("at a host of the pool's own the way leads back there", async () => {
  const { pool, flow } = await setUp();
  const prefix = fresh("corp").toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  await pool.call("CreateUserPoolDomain", { Domain: prefix });
  const host = `${prefix}.localhost:${server.port}`;
  const person = new Person(server, { headers: { host } });
  const { query, page } = await leave(flow, byCorp, person);
  assert.equal(query.redirect_uri, `http://${host}/oauth2/idpresponse`);
  upstream.next = alice;
  const back = await visit(upstream, person, page, (url) => new URL(url.pathname + url.search, server.url));
  await tokensOf(flow, back);
});

test("without discovery the provider is where its settings say", async () => {
  const places = { authorize_url: `${upstream.url}/authorize`, token_url: `${upstream.url}/token`, attributes_url: `${upstream.url}/userinfo`, jwks_uri: `${upstream.url}/jwks` };
  const { flow } = await setUp({ provider: { ProviderDetails: details(upstream, { ...places, attributes_request_method: "POST" }) } });
  upstream.lies["/.well-known/openid-configuration"] = (request, response) => response.writeHead(503).end();
  upstream.next = alice;
  const { page, query } = await travel(upstream, flow, byCorp);
  assert.equal(query.code_challenge, undefined, "nobody said that it knows PKCE");
  await tokensOf(flow, page);
  assert.equal(upstream.asked("/userinfo")[0].method, "POST");
});

test("a secret goes where the provider takes it, and none where there is none", async () => {
  const { flow } = await setUp();
  upstream.discovery = { token_endpoint_auth_methods_supported: ["client_secret_basic"] };
  upstream.next = alice;
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  const [request] = upstream.asked("/token");
  assert.equal(Buffer.from(request.headers.authorization.slice(6), "base64").toString(), "ours:a%20secret%20of%20ours");
  assert.equal(request.body.client_secret, undefined);
  const { client_secret, ...open } = details(upstream);
  const public_ = await setUp({ provider: { ProviderDetails: open } });
  await tokensOf(public_.flow, (await travel(upstream, public_.flow, byCorp)).page);
  assert.equal(upstream.asked("/token")[1].body.client_secret, undefined);
  assert.ok(upstream.asked("/token")[1].body.code_verifier);
});

// Two small applications as people write them with Express: Passport's OpenID Connect client, and Auth.js with
// the Cognito provider that it comes with.

import { once } from "node:events";

import { ExpressAuth, getSession } from "@auth/express";
import Cognito from "@auth/express/providers/cognito";
import express from "express";
import session from "express-session";
import passport from "passport";
import OpenIDConnectStrategy from "passport-openidconnect";

// An application needs its address before it has a client: listen first, then set it up.
export async function listen() {
  const app = express();
  const server = app.listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${server.address().port}`;
  return {
    app,
    url,
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

// `metadata` of the issuer, as discovery has it.
export function withPassport({ app, url }, metadata, client) {
  const users = new passport.Passport();
  users.serializeUser((user, done) => done(null, user));
  users.deserializeUser((user, done) => done(null, user));
  users.use(
    new OpenIDConnectStrategy(
      {
        issuer: metadata.issuer,
        authorizationURL: metadata.authorization_endpoint,
        tokenURL: metadata.token_endpoint,
        userInfoURL: metadata.userinfo_endpoint,
        clientID: client.id,
        clientSecret: client.secret,
        callbackURL: `${url}/callback`,
        scope: ["email", "profile"],
      },
      (issuer, profile, context, idToken, accessToken, refreshToken, done) =>
        done(null, { id: profile.id, name: profile.displayName, email: profile.emails?.[0].value, idToken, accessToken }),
    ),
  );
  app.use(session({ secret: "a secret of the test", resave: false, saveUninitialized: false }));
  app.use(users.session());
  app.get("/login", users.authenticate("openidconnect"));
  app.get("/callback", users.authenticate("openidconnect", { failWithError: true }), (req, res) => res.redirect("/me"));
  app.get("/me", (req, res) => (req.user ? res.json(req.user) : res.status(401).json({})));
  app.get("/logout", (req, res, next) => {
    const hint = req.user?.idToken;
    req.logout((error) => {
      if (error) return next(error);
      const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: `${url}/` });
      res.redirect(`${metadata.end_session_endpoint}?${query}`);
    });
  });
  app.get("/", (req, res) => res.send("home"));
  // eslint-disable-next-line no-unused-vars
  app.use((error, req, res, next) => res.status(500).json({ error: error.message }));
}

export function withAuthJs({ app, url }, issuer, client) {
  const config = {
    basePath: "/auth",
    providers: [Cognito({ clientId: client.id, clientSecret: client.secret, issuer })],
    secret: "a secret of the test, long enough",
    trustHost: true,
    logger: { error: (error) => app.set("failure", error), warn() {}, debug() {} },
  };
  app.set("trust proxy", true);
  app.use("/auth", ExpressAuth(config));
  app.get("/me", async (req, res) => {
    const found = await getSession(req, config);
    res.status(found ? 200 : 401).json(found ?? {});
  });
  return `${url}/auth/callback/cognito`;
}

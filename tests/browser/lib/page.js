// Runs in the page: the WebAuthn API between two calls of the server. Failures come back as values.

async function call(server, operation, input) {
  const answer = await fetch(server, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const body = await answer.json();
  return answer.ok ? { body } : { error: body.__type, message: body.message };
}

const encoded = (buffer) => {
  const bytes = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

// navigator.credentials; the browser's own refusal has the name of its exception.
async function ceremony(kind, options, extensions) {
  const publicKey =
    kind === "create"
      ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
      : PublicKeyCredential.parseRequestOptionsFromJSON(options);
  if (extensions === "prf") publicKey.extensions = { prf: { eval: { first: new Uint8Array(32) } } };
  try {
    const made = await navigator.credentials[kind]({ publicKey });
    const credential = made.toJSON();
    return { credential, data: encoded(made.response.authenticatorData ?? made.response.getAuthenticatorData()) };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
}

// `change` is merged into the options before the authenticator sees them.
async function register({ server, token, change = {}, extensions }) {
  const start = await call(server, "StartWebAuthnRegistration", { AccessToken: token });
  if (start.error) return start;
  const options = { ...start.body.CredentialCreationOptions, ...change };
  const made = await ceremony("create", options, extensions);
  if (made.error) return made;
  const done = await call(server, "CompleteWebAuthnRegistration", {
    AccessToken: token,
    Credential: made.credential,
  });
  return { options, ...made, ...done };
}

async function begin({ server, client, username }) {
  const started = await call(server, "InitiateAuth", {
    ClientId: client,
    AuthFlow: "USER_AUTH",
    AuthParameters: { USERNAME: username, PREFERRED_CHALLENGE: "WEB_AUTHN" },
  });
  if (started.error || started.body.ChallengeName !== "WEB_AUTHN") return started;
  return { ...started, options: JSON.parse(started.body.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS) };
}

const answer = ({ server, client, username, session, credential }) =>
  call(server, "RespondToAuthChallenge", {
    ClientId: client,
    ChallengeName: "WEB_AUTHN",
    Session: session,
    ChallengeResponses: { USERNAME: username, CREDENTIAL: JSON.stringify(credential) },
  });

async function signIn({ change = {}, extensions, ...who }) {
  const started = await begin(who);
  if (!started.options) return started;
  const session = started.body.Session;
  const got = await ceremony("get", { ...started.options, ...change }, extensions);
  if (got.error) return { session, options: started.options, ...got };
  return { session, options: started.options, ...got, ...(await answer({ ...who, session, ...got })) };
}

// Remembered devices by clients as they are: amazon-cognito-identity-js and aws-amplify v6 make the verifier,
// confirm, prove the device at the next sign-in, and start again when it was forgotten.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";

import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";

import { failure, fresh, startServer } from "./lib/server.js";

const Password = "Correct-horse-9";
let server, sdk;

// aws-amplify names the device after the browser, which Node.js 20 is not.
globalThis.navigator ??= { userAgent: "Mozilla/5.0 (test)" };

before(async () => {
  server = await startServer();
  sdk = new idp.CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "any" },
  });
});
after(() => server?.stop());

// A pool with an app, and a user of it.
async function place(DeviceConfiguration, mfa) {
  const { UserPool } = await sdk.send(new idp.CreateUserPoolCommand({ PoolName: "devices", DeviceConfiguration }));
  const UserPoolId = UserPool.Id;
  if (mfa)
    await sdk.send(
      new idp.SetUserPoolMfaConfigCommand({
        UserPoolId,
        MfaConfiguration: "OPTIONAL",
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    );
  const { UserPoolClient } = await sdk.send(
    new idp.CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  );
  const Username = fresh();
  await sdk.send(new idp.AdminCreateUserCommand({ UserPoolId, Username, MessageAction: "SUPPRESS" }));
  await sdk.send(new idp.AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  return { UserPoolId, ClientId: UserPoolClient.ClientId, Username };
}

const devices = async ({ UserPoolId, Username }) =>
  (await sdk.send(new idp.AdminListDevicesCommand({ UserPoolId, Username }))).Devices;
const attribute = (device, name) => device.DeviceAttributes.find(({ Name }) => Name === name)?.Value;
const forget = ({ UserPoolId, Username }, DeviceKey) =>
  sdk.send(new idp.AdminForgetDeviceCommand({ UserPoolId, Username, DeviceKey }));

describe("amazon-cognito-identity-js", () => {
  const call = (object, method, ...args) =>
    new Promise((onSuccess, onFailure) => object[method](...args, { onSuccess, onFailure }));

  // A person with a browser of his own, whose storage keeps the device.
  function browser({ UserPoolId, ClientId, Username }) {
    const kept = new Map();
    const Storage = {
      setItem: (key, value) => kept.set(key, value),
      getItem: (key) => kept.get(key) ?? null,
      removeItem: (key) => kept.delete(key),
      clear: () => kept.clear(),
    };
    const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: server.url, Storage });
    const newUser = () => new CognitoUser({ Username, Pool, Storage });
    const signIn = (user = newUser(), flow = "USER_SRP_AUTH") => {
      user.setAuthenticationFlowType(flow);
      return new Promise((resolve, reject) =>
        user.authenticateUser(new AuthenticationDetails({ Username, Password }), {
          onSuccess: (session, asks) => resolve({ user, session, asks }),
          onFailure: reject,
        }),
      );
    };
    const deviceKey = () => [...kept].find(([key]) => key.endsWith(".deviceKey"))?.[1];
    return { signIn, deviceKey };
  }

  for (const flow of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
    test(`${flow}: confirms its device, proves it, refreshes with it`, async () => {
      const at = await place({ ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false });
      const { signIn, deviceKey } = browser(at);
      const first = await signIn(undefined, flow);
      assert.ok(!first.asks);
      const key = deviceKey();
      assert.equal(first.session.getAccessToken().payload.device_key, key);

      const second = await signIn(undefined, flow);
      assert.equal(deviceKey(), key);
      assert.equal(second.session.getAccessToken().payload.device_key, key);
      assert.deepEqual((await devices(at)).map(({ DeviceKey }) => DeviceKey), [key]);
      const again = await new Promise((resolve, reject) =>
        second.user.refreshSession(second.session.getRefreshToken(), (error, session) =>
          error ? reject(error) : resolve(session),
        ),
      );
      assert.equal(again.getAccessToken().payload.device_key, key);
    });

  test("asks the user, is remembered, listed, and forgotten", async () => {
    const at = await place({ ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true });
    const { signIn, deviceKey } = browser(at);
    const { user, asks, session } = await signIn();
    assert.equal(asks, true);
    const status = async () => attribute((await devices(at))[0], "dev:device_remembered_status");
    assert.equal(await status(), "not_remembered");
    assert.equal(await call(user, "setDeviceStatusRemembered"), "SUCCESS");
    assert.equal(await status(), "remembered");
    assert.equal((await call(user, "getDevice")).Device.DeviceKey, deviceKey());
    const list = await call(user, "listDevices", 10, null);
    assert.equal(list.Devices.length, 1);
    assert.match(attribute(list.Devices[0], "last_ip_used"), /^(127\.0\.0\.1|::1)$/);

    await signIn();
    assert.equal(await call(user, "setDeviceStatusNotRemembered"), "SUCCESS");
    assert.equal(await status(), "not_remembered");
    const key = deviceKey();
    assert.equal(await call(user, "forgetDevice"), "SUCCESS");
    assert.deepEqual(await devices(at), []);
    const error = await failure(
      sdk.send(
        new idp.GetTokensFromRefreshTokenCommand({
          ClientId: at.ClientId,
          RefreshToken: session.getRefreshToken().getToken(),
          DeviceKey: key,
        }),
      ),
    );
    assert.equal(error.name, "NotAuthorizedException");
  });

  test("a stale key is dropped and the answer repeated, for a new user object and for one that goes on", async () => {
    const at = await place({ ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false });
    const { signIn, deviceKey } = browser(at);
    let { user } = await signIn();
    for (const goesOn of [false, true]) {
      const stale = deviceKey();
      await forget(at, stale);
      ({ user } = await signIn(goesOn ? user : undefined));
      assert.notEqual(deviceKey(), stale);
      assert.deepEqual((await devices(at)).map(({ DeviceKey }) => DeviceKey), [deviceKey()]);
    }
  });
});

describe("aws-amplify", () => {
  function use({ UserPoolId, ClientId }) {
    Amplify.configure({
      Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint: server.url } },
    });
  }

  // RFC 6238 with SHA-1, 30 seconds, six digits; a secret in base32.
  function totp(secret, steps = 0) {
    const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"));
    const bytes = bits.join("").match(/.{8}/g).map((b) => parseInt(b, 2));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
    const mac = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
    const at = mac[19] & 15;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
  }

  test("remembers, lists, signs in with the device, refreshes, forgets", async () => {
    const at = await place({ ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: true });
    use(at);
    const signIn = () => auth.signIn({ username: at.Username, password: Password });
    assert.equal((await signIn()).isSignedIn, true);
    await auth.rememberDevice();
    const [device] = await auth.fetchDevices();
    assert.equal(device.attributes["dev:device_remembered_status"], "remembered");
    await auth.signOut();

    assert.equal((await signIn()).isSignedIn, true);
    assert.deepEqual((await auth.fetchDevices()).map(({ id }) => id), [device.id]);
    const { tokens } = await auth.fetchAuthSession({ forceRefresh: true });
    assert.equal(tokens.accessToken.payload.device_key, device.id);
    await auth.forgetDevice();
    assert.deepEqual(await devices(at), []);
    await auth.signOut();
    assert.equal((await signIn()).isSignedIn, true);
    assert.notEqual((await auth.fetchDevices())[0].id, device.id);
    await auth.signOut();
  });

  test("a stale key is dropped in both password flows", async () => {
    for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
      const at = await place({ ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false });
      use(at);
      const signIn = () => auth.signIn({ username: at.Username, password: Password, options: { authFlowType } });
      assert.equal((await signIn()).isSignedIn, true);
      const [stale] = await auth.fetchDevices();
      await auth.signOut();
      await forget(at, stale.id);
      assert.equal((await signIn()).isSignedIn, true);
      assert.notEqual((await auth.fetchDevices())[0].id, stale.id);
      await auth.signOut();
    }
  });

  test("a remembered device takes the place of an authenticator app", async () => {
    const at = await place({ ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false }, true);
    use(at);
    const signIn = () => auth.signIn({ username: at.Username, password: Password });
    assert.equal((await signIn()).isSignedIn, true);
    const { sharedSecret } = await auth.setUpTOTP();
    await auth.verifyTOTPSetup({ code: totp(sharedSecret) });
    await auth.updateMFAPreference({ totp: "PREFERRED" });
    await auth.signOut();

    const known = await signIn();
    assert.equal(known.isSignedIn, true);
    await auth.forgetDevice();
    await auth.signOut();

    const unknown = await signIn();
    assert.equal(unknown.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
    const done = await auth.confirmSignIn({ challengeResponse: totp(sharedSecret, 1) });
    assert.equal(done.isSignedIn, true);
    assert.equal((await auth.fetchDevices()).length, 1);
    await auth.signOut();
    assert.equal((await signIn()).isSignedIn, true);
    await auth.signOut();
  });
});

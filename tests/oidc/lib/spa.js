// Runs in the page: oidc-client-ts, unmodified.

import { UserManager, WebStorageStateStore } from "oidc-client-ts";

let manager;
globalThis.configure = (settings) => {
  manager = new UserManager({ ...settings, userStore: new WebStorageStateStore({ store: localStorage }) });
};

const plain = (user) => user && JSON.parse(JSON.stringify({ profile: user.profile, access_token: user.access_token, refresh_token: user.refresh_token, scope: user.scope }));

globalThis.app = {
  signIn: (more) => manager.signinRedirect(more),
  returned: async () => plain(await manager.signinRedirectCallback()),
  user: async () => plain(await manager.getUser()),
  renew: async () => plain(await manager.signinSilent()),
  revoke: () => manager.revokeTokens(["refresh_token"]),
  signOut: () => manager.signoutRedirect(),
};

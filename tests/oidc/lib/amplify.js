// Runs in the page: aws-amplify v6, unmodified. It finishes a sign-in by itself when the address has a code.

import { Amplify } from "aws-amplify";
import "aws-amplify/auth/enable-oauth-listener";
import * as auth from "aws-amplify/auth";
import { Hub } from "aws-amplify/utils";

globalThis.events = [];
Hub.listen("auth", ({ payload }) => globalThis.events.push({ event: payload.event, message: payload.data?.error?.message }));

globalThis.configure = (config) => Amplify.configure(config);

globalThis.amplify = async ({ name, input }) => {
  try {
    return { value: JSON.parse(JSON.stringify((await auth[name](input)) ?? null)) };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
};

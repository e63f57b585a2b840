// Runs in the page: aws-amplify v6, unmodified.

import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";

globalThis.configure = ({ pool, client, server }) =>
  Amplify.configure({
    Auth: { Cognito: { userPoolId: pool, userPoolClientId: client, userPoolEndpoint: server } },
  });

// Results and errors as values that leave the page.
globalThis.amplify = async ({ name, input }) => {
  try {
    return { value: JSON.parse(JSON.stringify((await auth[name](input)) ?? null)) };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
};

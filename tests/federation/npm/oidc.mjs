// An OpenID provider by oidc-provider: PORT, REDIRECT and MAIL come from the environment.
import { Provider } from "oidc-provider";

const { PORT, REDIRECT, MAIL } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "peer-mentoring",
      client_secret: "made-up-for-the-tests",
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name", "family_name"] },
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: MAIL, email_verified: true, given_name: "Aisha", family_name: "Khan" }),
  }),
});
provider.listen(Number(PORT), "127.0.0.1", () => console.log("ready"));

// A SAML provider by samlify. It reads our metadata, and answers each request on its standard input, one a line:
// {"request": "<what came in the query>", "mail": "…"} with {"answer": "<base64 for the reply address>"}.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import samlify from "samlify";

samlify.setSchemaValidator({ validate: () => Promise.resolve("checked by the other side") });
const [metadata, key, certificate] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const template = {
  ...samlify.SamlLib.defaultLoginResponseTemplate,
  context: samlify.SamlLib.defaultLoginResponseTemplate.context.replace(
    "{AuthnStatement}",
    '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="_1"><saml:AuthnContext><saml:AuthnContextClassRef>' +
      "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>" +
      "</saml:AuthnContext></saml:AuthnStatement>",
  ),
  attributes: [
    {
      name: "urn:oid:0.9.2342.19200300.100.1.3",
      valueTag: "mail",
      nameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
      valueXsiType: "xs:string",
    },
  ],
};
const idp = samlify.IdentityProvider({
  entityID: "https://idp.northfield.ac.uk",
  privateKey: key,
  signingCert: certificate,
  isAssertionEncrypted: false,
  nameIDFormat: ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
  singleSignOnService: [
    { Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", Location: "https://idp.northfield.ac.uk/sso" },
  ],
  loginResponseTemplate: template,
});
const sp = samlify.ServiceProvider({ metadata });

const stamp = (milliseconds) => new Date(milliseconds).toISOString();
const filled = (request, mail) => (text) => {
  const now = Date.now();
  const id = `_${crypto.randomUUID()}`;
  const acs = sp.entityMeta.getAssertionConsumerService("post");
  const values = {
    ID: id,
    AssertionID: `_${crypto.randomUUID()}`,
    Destination: acs,
    Audience: sp.entityMeta.getEntityID(),
    AudienceRestriction: sp.entityMeta.getEntityID(),
    EntityID: sp.entityMeta.getEntityID(),
    SubjectRecipient: acs,
    AssertionConsumerServiceURL: acs,
    Issuer: idp.entityMeta.getEntityID(),
    IssueInstant: stamp(now),
    ConditionsNotBefore: stamp(now - 60000),
    ConditionsNotOnOrAfter: stamp(now + 300000),
    SubjectConfirmationDataNotOnOrAfter: stamp(now + 300000),
    NameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    NameID: "subject-of-samlify",
    InResponseTo: request.extract.request.id,
    StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
    attrMail: mail,
  };
  return { id, context: samlify.SamlLib.replaceTagsByValue(text, values) };
};

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const { request, mail } = JSON.parse(line);
  const parsed = await idp.parseLoginRequest(sp, "redirect", { query: { SAMLRequest: request } });
  const made = await idp.createLoginResponse(sp, parsed, "post", {}, filled(parsed, mail));
  console.log(JSON.stringify({ answer: made.context }));
}

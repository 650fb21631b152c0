/** Tokens of an identity provider: what is let in, and every known way to forge one. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { OslerError } from '../errors.ts';
import { ServerConfig } from './config.ts';
import { createTokenVerifier, type TokenVerifier } from './oidc.ts';
import { openProvider, type TestProvider } from './testing.ts';

let provider: TestProvider;
let verifier: TokenVerifier;

const verifierOf = (fields: Record<string, unknown> = {}): TokenVerifier =>
  createTokenVerifier(
    ServerConfig.parse({ authentication: { oidc: { issuer: provider.issuer, audience: 'osler', ...fields } } })
      .authentication.oidc!,
  );
const refused = (promise: Promise<unknown>, words: RegExp, code = 'UNAUTHENTICATED') =>
  assert.rejects(promise, (error) => error instanceof OslerError && error.code === code && words.test(error.message));

before(async () => {
  provider = await openProvider();
  verifier = verifierOf();
});
after(() => provider.close());

test('a token of the provider is taken: name, roles, end', async () => {
  const token = await provider.token({
    email: 'ada@clinic.example',
    email_verified: true,
    roles: ['engineer', 'boss'],
  });
  const { expiresAt, ...rest } = await verifier.verify(token);
  assert.deepEqual(rest, { name: 'ada@clinic.example', subject: 'u-1', roles: ['engineer'] });
  assert.ok(Math.abs(expiresAt - Date.now() - 3_600_000) < 60_000);
  const unverified = await verifier.verify(
    await provider.token({ email: 'eve@clinic.example', email_verified: false }),
  );
  assert.deepEqual([unverified.name, unverified.roles], ['u-1', []]);
});

test("a provider's own names become roles; a claim may be a path, or a name with dots", async () => {
  const mapped = verifierOf({ rolesClaim: 'realm_access.roles', roles: { 'derma-doctors': 'clinician' } });
  const nested = { realm_access: { roles: ['derma-doctors', 'admin', '__proto__'] } };
  assert.deepEqual((await mapped.verify(await provider.token(nested))).roles, ['clinician']);
  const dotted = verifierOf({ rolesClaim: 'https://osler.example/roles', nameClaim: 'upn' });
  const token = await provider.token({ 'https://osler.example/roles': 'viewer', upn: 'Ada\u0000\n' });
  assert.deepEqual([(await dotted.verify(token)).roles, (await dotted.verify(token)).name], [['viewer'], 'Ada']);
  await refused(dotted.verify(await provider.token()), /does not say who/);
});

test('forged tokens are refused, each for its reason', async () => {
  const good = await provider.token();
  const [head, body, signature] = good.split('.') as [string, string, string];
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, unknown>;
  const another = await generateKeyPair('RS256', { extractable: true });
  const now = Math.floor(Date.now() / 1_000);

  const none = `${encode({ alg: 'none' })}.${encode({ ...claims, roles: ['admin'] })}.`;
  await refused(verifier.verify(none), /not valid/);
  await refused(
    verifier.verify(`${head}.${encode({ ...claims, roles: ['admin'] })}.${signature}`),
    /signature is wrong/,
  );
  const theirs = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: provider.kid })
    .sign(another.privateKey);
  await refused(verifier.verify(theirs), /signature is wrong/);
  // The provider's public key, which everybody has, as the secret of an HMAC.
  const confused = `${encode({ alg: 'HS256', kid: provider.kid })}.${body}`;
  const mac = createHmac('sha256', await exportSPKI(provider.pair.publicKey))
    .update(confused)
    .digest('base64url');
  await refused(verifier.verify(`${confused}.${mac}`), /algorithm/);
  // A key that comes with the token.
  const jwk = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', jwk: { kty: 'RSA' } as never, kid: 'mine', jku: 'http://127.0.0.1:1/keys' })
    .sign(another.privateKey);
  await refused(verifier.verify(jwk), /knows no such key/);

  await refused(verifier.verify(await provider.token({ exp: now - 60 })), /expired/);
  await refused(verifier.verify(await provider.token({ exp: undefined as never })), /"exp"/);
  await refused(verifier.verify(await provider.token({ nbf: now + 600 })), /"nbf"/);
  await refused(verifier.verify(await provider.token({ aud: 'another' })), /"aud"/);
  await refused(verifier.verify(await provider.token({ iss: 'http://127.0.0.1:1' })), /"iss"/);
  await refused(verifier.verify(await provider.token({ sub: undefined as never })), /"sub"/);
  await refused(verifier.verify(await provider.token({}, { crit: ['x'], x: 1 }).catch(() => none)), /not valid/);
  for (const text of ['', 'a.b.c', `${good}x`, 'x'.repeat(20_000)]) await refused(verifier.verify(text), /not valid/);
});

test('keys are asked for once, and again when the provider has others; not at every unknown one', async () => {
  const fresh = verifierOf();
  const before = provider.asked();
  for (let n = 0; n < 5; n++) await fresh.verify(await provider.token());
  assert.equal(provider.asked(), before + 1);
  const kid = provider.kid;
  for (let n = 0; n < 20; n++)
    await refused(fresh.verify(await provider.token({}, { kid: `guess-${n}` })), /no such key/);
  assert.ok(provider.asked() <= before + 2, `${provider.asked() - before} questions`);
  assert.equal(provider.kid, kid);
  await provider.rotate();
  assert.equal((await verifierOf().verify(await provider.token())).subject, 'u-1');
});

test('while the provider is away known keys count on, and nobody is taken for a forger', async () => {
  const known = verifierOf();
  const token = await provider.token();
  await known.verify(token);
  provider.goAway(true);
  try {
    assert.equal((await known.verify(token)).subject, 'u-1');
    await refused(verifierOf().verify(token), /can't be asked/, 'OVERLOADED');
  } finally {
    provider.goAway(false);
  }
});

test('a provider that is another one is no provider', async () => {
  await refused(
    verifierOf({ issuer: `${provider.issuer}/` }).verify(await provider.token()),
    /not the discovery/,
    'CONFIG_INVALID',
  );
});

test("the page's sign-in checks the nonce", async () => {
  const page = verifierOf({ clientId: 'studio' });
  const token = await provider.token({ aud: 'studio', nonce: 'n-1' });
  assert.equal((await page.verifyId(token, 'n-1')).subject, 'u-1');
  await refused(page.verifyId(token, 'n-2'), /not begun in this browser/);
  await refused(page.verify(token), /"aud"/);
});

/** An OpenID Connect provider for tests: a real listener, real signatures, and people who always agree. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

export interface TestProvider {
  issuer: string;
  /** Of the key that tokens are signed with at the moment. */
  readonly pair: Pair;
  readonly kid: string;
  /** Signs a token; of this provider, for `osler`, an hour long, unless the claims say otherwise. */
  token(claims?: JWTPayload & Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  /** Another key takes the old one's place. */
  rotate(): Promise<void>;
  /** Answers nothing from now on, or again. */
  goAway(away: boolean): void;
  /** Who signs in next at the page's door. */
  person: Record<string, unknown>;
  /** Questions for keys until now. */
  asked(): number;
  close(): Promise<void>;
}

export async function openProvider(): Promise<TestProvider> {
  let pair = await generateKeyPair('RS256', { extractable: true });
  let kid = randomUUID();
  let away = false;
  let asked = 0;
  const codes = new Map<string, { nonce: string; challenge: string; client: string; redirect: string }>();
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const work = async (): Promise<void> => {
      if (away) return void request.socket.destroy();
      const url = new URL(request.url!, issuer);
      if (url.pathname === '/.well-known/openid-configuration') {
        return reply(200, {
          issuer,
          jwks_uri: `${issuer}/keys`,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        });
      }
      if (url.pathname === '/keys') {
        asked += 1;
        return reply(200, { keys: [{ ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' }] });
      }
      if (url.pathname === '/authorize') {
        const q = (name: string): string => url.searchParams.get(name) ?? '';
        const code = randomUUID();
        const [nonce, challenge, client, redirect] = ['nonce', 'code_challenge', 'client_id', 'redirect_uri'].map(q);
        codes.set(code, { nonce: nonce!, challenge: challenge!, client: client!, redirect: redirect! });
        const back = new URL(redirect!);
        back.searchParams.set('code', code);
        back.searchParams.set('state', q('state'));
        response.writeHead(302, { location: back.href }).end();
        return;
      }
      if (url.pathname === '/token') {
        const form = new URLSearchParams(await bodyOf(request));
        const begun = codes.get(form.get('code') ?? '');
        codes.delete(form.get('code') ?? '');
        const challenge = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (begun === undefined || challenge !== begun.challenge || form.get('redirect_uri') !== begun.redirect)
          return reply(400, { error: 'invalid_grant' });
        const id = await sign({ ...provider.person, aud: begun.client, nonce: begun.nonce });
        return reply(200, { access_token: randomUUID(), token_type: 'Bearer', expires_in: 3600, id_token: id });
      }
      reply(404, {});
    };
    work().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sign = (claims: JWTPayload & Record<string, unknown> = {}, header: Record<string, unknown> = {}) => {
    const now = Math.floor(Date.now() / 1_000);
    const payload = { iss: issuer, aud: 'osler', sub: 'u-1', iat: now, exp: now + 3_600, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(pair.privateKey);
  };
  const provider: TestProvider = {
    issuer,
    get pair() {
      return pair;
    },
    get kid() {
      return kid;
    },
    token: sign,
    async rotate() {
      pair = await generateKeyPair('RS256', { extractable: true });
      kid = randomUUID();
    },
    goAway(now) {
      away = now;
    },
    person: { sub: 'u-1', email: 'ada@clinic.example', email_verified: true, roles: ['clinician'] },
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

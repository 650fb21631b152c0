/** Signing in to the page: with a key, and at an identity provider. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openProvider, type TestProvider } from '../security/testing.ts';
import { type Guarded, openGuarded } from './testing-guarded.ts';

const json = { 'content-type': 'application/json' };

/** As a browser keeps them: by name, gone when told so. */
class Jar {
  private readonly kept = new Map<string, string>();
  readonly lines: string[] = [];

  take(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      this.lines.push(line);
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.kept.delete(name!);
      else this.kept.set(name!, value!);
    }
  }

  get header(): Record<string, string> {
    return { cookie: [...this.kept].map(([name, value]) => `${name}=${value}`).join('; ') };
  }
}

describe('with a key', () => {
  let house: Guarded;
  before(async () => {
    house = await openGuarded();
  });
  after(() => house.close());
  const signIn = (key: string) =>
    fetch(`${house.url}/v1/session`, { method: 'POST', headers: json, body: JSON.stringify({ key }) });
  const about = async (headers: Record<string, string>) =>
    (await (await fetch(`${house.url}/v1/about`, { headers })).json()) as {
      user: { name: string; permissions: string[] } | null;
      auth: { required: boolean; methods: string[] };
    };

  test('before it nothing but the door is seen; after it what the key allows', async () => {
    assert.deepEqual(await about({}).then(({ user, auth }) => [user, auth]), [
      null,
      { required: true, methods: ['key'] },
    ]);
    const jar = new Jar();
    const response = await signIn(house.keys.engineer);
    assert.equal(response.status, 201);
    jar.take(response);
    assert.match(jar.lines[0]!, /^osler_session=[\w-]{43}; .*HttpOnly/);
    assert.match(jar.lines[0]!, /SameSite=Strict/);
    assert.ok(!JSON.stringify(await response.json()).includes(house.keys.engineer));
    const { user } = await about(jar.header);
    assert.deepEqual(user, { name: 'the engineer', permissions: ['public', 'read', 'predict', 'write'] });
    assert.equal((await fetch(`${house.url}/v1/runs`, { headers: jar.header })).status, 200);
    const proxied = { ...jar.header, authorization: `Basic ${Buffer.from('proxy:password').toString('base64')}` };
    assert.equal(
      (await fetch(`${house.url}/v1/runs`, { headers: proxied })).status,
      200,
      "a proxy's password comes along",
    );

    const create = (headers: Record<string, string>) =>
      fetch(`${house.url}/api/2.0/mlflow/experiments/create`, {
        method: 'POST',
        headers: { ...jar.header, ...headers },
        body: JSON.stringify({ name: String(Math.random()) }),
      });
    assert.equal((await create({ origin: house.url })).status, 200);
    assert.equal((await create({ origin: 'https://evil.example' })).status, 403);
    assert.equal((await create({})).status, 403, 'a browser says where it comes from');

    const out = await fetch(`${house.url}/v1/session`, {
      method: 'DELETE',
      headers: { ...jar.header, origin: house.url },
    });
    assert.equal(out.status, 204);
    assert.equal(
      (await fetch(`${house.url}/v1/runs`, { headers: jar.header })).status,
      401,
      'also for who kept the cookie',
    );
    jar.take(out);
    assert.equal(jar.header.cookie, '');
  });

  test('a page elsewhere can neither sign somebody in nor out', async () => {
    const jar = new Jar();
    jar.take(await signIn(house.keys.viewer));
    const evil = { ...jar.header, origin: 'https://evil.example' };
    assert.equal((await fetch(`${house.url}/v1/session`, { method: 'DELETE', headers: evil })).status, 403);
    assert.equal((await about(jar.header)).user?.name, 'the viewer');
    const form = { 'content-type': 'text/plain' };
    const body = JSON.stringify({ key: house.keys.viewer });
    const response = await fetch(`${house.url}/v1/session`, { method: 'POST', headers: form, body });
    assert.ok([400, 415].includes(response.status), String(response.status));
  });

  test('a wrong key opens nothing, and old cookies keep nobody from the door', async () => {
    assert.equal((await signIn('osler_0123456789_guessed')).status, 401);
    assert.equal((await signIn('')).status, 400);
    assert.equal((await about({ cookie: 'osler_session=guessed; other=%E0%A4%A' })).user, null);
    assert.equal((await fetch(`${house.url}/v1/runs`, { headers: { cookie: 'osler_session=guessed' } })).status, 401);
  });
});

describe('at an identity provider', () => {
  let provider: TestProvider;
  let house: Guarded;
  before(async () => {
    provider = await openProvider();
    const oidc = { issuer: provider.issuer, audience: 'osler', clientId: 'studio' };
    house = await openGuarded({ config: { authentication: { oidc } } });
  });
  after(async () => {
    await house.close();
    await provider.close();
  });

  /** Leaves for the provider and comes back, as a browser does. */
  async function goThere(jar: Jar, to = '/runs/3f2a?tab=curves'): Promise<{ back: URL; left: URL }> {
    const begun = await fetch(`${house.url}/v1/session/oidc?to=${encodeURIComponent(to)}`, { redirect: 'manual' });
    assert.equal(begun.status, 302);
    jar.take(begun);
    const left = new URL(begun.headers.get('location')!);
    const agreed = await fetch(left, { redirect: 'manual' });
    return { left, back: new URL(agreed.headers.get('location')!) };
  }
  const comeBack = (jar: Jar, back: URL) => fetch(back, { redirect: 'manual', headers: jar.header });

  test('a person signs in, goes on where they wanted to, and acts in their own name', async () => {
    const jar = new Jar();
    const { left, back } = await goThere(jar);
    assert.deepEqual(
      [left.origin, left.searchParams.get('client_id'), left.searchParams.get('code_challenge_method')],
      [provider.issuer, 'studio', 'S256'],
    );
    assert.match(jar.lines[0]!, /^osler_sign_in=.*Path=\/v1\/session\/oidc; HttpOnly; SameSite=Lax/);
    const response = await comeBack(jar, back);
    jar.take(response);
    assert.deepEqual([response.status, response.headers.get('location')], [302, '/runs/3f2a?tab=curves']);
    const about = (await (await fetch(`${house.url}/v1/about`, { headers: jar.header })).json()) as {
      user: { name: string };
      auth: { methods: string[] };
    };
    assert.deepEqual([about.user.name, about.auth.methods], ['ada@clinic.example', ['oidc', 'key']]);
    assert.equal((await fetch(`${house.url}/v1/runs`, { headers: jar.header })).status, 200);
    // The code is good once, the cookie of the way there is gone.
    const again = await comeBack(jar, back);
    assert.equal(again.headers.get('location'), '/?sign-in=stale');
  });

  test('an answer that this browser did not ask for signs nobody in', async () => {
    const mine = new Jar();
    const other = new Jar();
    const { back } = await goThere(mine);
    await goThere(other);
    // A code that somebody else was given, put under this person's hands.
    assert.equal((await comeBack(other, back)).headers.get('location'), '/?sign-in=refused');
    assert.equal((await comeBack(new Jar(), back)).headers.get('location'), '/?sign-in=stale');
    const denied = new URL(back);
    denied.search = '?error=access_denied&state=x';
    assert.equal((await comeBack(mine, denied)).headers.get('location'), '/?sign-in=refused');
  });

  test('made-up codes are refused, and after too many of them nobody is asked any more', async () => {
    const jar = new Jar();
    const own = await openGuarded({
      config: {
        authentication: { oidc: { issuer: provider.issuer, audience: 'osler', clientId: 'studio' } },
        limits: { failures: 3 },
      },
    });
    try {
      const answers: (number | string | null)[] = [];
      for (let n = 0; n < 5; n++) {
        const begun = await fetch(`${own.url}/v1/session/oidc`, { redirect: 'manual' });
        jar.take(begun);
        const state = new URL(begun.headers.get('location')!).searchParams.get('state')!;
        const back = `${own.url}/v1/session/oidc/callback?code=guessed&state=${state}`;
        const response = await fetch(back, { redirect: 'manual', headers: jar.header });
        answers.push(response.headers.get('location') ?? response.status);
      }
      assert.deepEqual(answers, [...Array(3).fill('/?sign-in=refused'), 429, 429]);
    } finally {
      await own.close();
    }
  });

  test('who has no role here is told so; the way back stays on this server', async () => {
    provider.person = { sub: 'u-2', email: 'eve@clinic.example', roles: [] };
    const jar = new Jar();
    const { back } = await goThere(jar);
    assert.equal((await comeBack(jar, back)).headers.get('location'), '/?sign-in=no-role');
    for (const to of ['https://evil.example', '//evil.example', '/\\evil.example', '/\n//evil.example', 'evil'])
      assert.equal(
        (await fetch(`${house.url}/v1/session/oidc?to=${encodeURIComponent(to)}`, { redirect: 'manual' })).status,
        400,
        to,
      );
  });

  test('programs send tokens of the provider; a forged one is refused', async () => {
    const token = await provider.token({ email: 'bo@clinic.example', email_verified: true, roles: ['viewer'] });
    const ask = (text: string) => fetch(`${house.url}/v1/about`, { headers: { authorization: `Bearer ${text}` } });
    const { user } = (await (await ask(token)).json()) as { user: { name: string } };
    assert.equal(user.name, 'bo@clinic.example');
    const unsaid = await provider.token({
      sub: 'u-9',
      email: 'ada@clinic.example',
      email_verified: undefined,
      roles: ['viewer'],
    });
    const { user: eve } = (await (await ask(unsaid)).json()) as { user: { name: string } };
    assert.equal(eve.name, 'u-9', 'an address that nobody vouches for is no name');
    const runs = await fetch(`${house.url}/v1/runs`, {
      headers: { authorization: `Bearer ${token.slice(0, -6)}AAAAAA` },
    });
    assert.equal(runs.status, 401);
    assert.match(runs.headers.get('www-authenticate')!, /^Bearer realm="osler", error="invalid_token"$/);
  });
});

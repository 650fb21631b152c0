/** Ways in which an image reaches a server, right and wrong. */
import type { Mutant } from './mutate.ts';
import { randomOf } from './random.ts';

type Body = NonNullable<RequestInit['body']>;

const PATHS = [
  '/predict/image',
  '/v1/predict',
  '/v1/predict/batch',
  '/inference',
  '/invocations',
  '/predict/image?heatmap=true',
];
const TYPES = [
  'image/png',
  'image/jpeg',
  'application/octet-stream',
  'image/svg+xml',
  'text/plain',
  'application/zip',
  'image/',
  '',
];

export interface Sent {
  path: string;
  status: number;
  /** An error's code, `ok`, or why there was no answer. */
  outcome: string;
  /** It gave the server a millisecond: that it came too late is in order then. */
  hurried: boolean;
}

/** Sends a mutant in a way that the number decides. Throws nothing. */
export async function send(url: string, { bytes }: Mutant, seed: number, number: number): Promise<Sent> {
  const random = randomOf(seed * 7_919 + number);
  const path = random.pick(PATHS);
  const { body, headers } = random.pick(WAYS)(bytes, random);
  const hurried = body instanceof FormData && body.get('deadlineMs') === '1';
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      body,
      headers,
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return { path, status: response.status, outcome: response.ok ? 'ok' : codeOf(text), hurried };
  } catch (error) {
    return { path, status: 0, outcome: String((error as Error).cause ?? error), hurried };
  }
}

function codeOf(text: string): string {
  try {
    const body = JSON.parse(text) as { error?: { code?: string }; error_code?: string };
    return (typeof body.error === 'object' ? body.error.code : undefined) ?? body.error_code ?? 'error';
  } catch {
    return `no JSON: ${text.slice(0, 60)}`;
  }
}

type Way = (bytes: Buffer, random: ReturnType<typeof randomOf>) => { body: Body; headers: Record<string, string> };

const asBody = (bytes: Uint8Array): Body => bytes as unknown as Body;
const json = (value: unknown): ReturnType<Way> => ({
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
});

const WAYS: Way[] = [
  (bytes, random) => ({ body: asBody(bytes), headers: { 'content-type': random.pick(TYPES) } }),
  (bytes) => ({ body: asBody(bytes), headers: { 'content-type': 'image/jpeg' } }),
  (bytes, random) => {
    const body = new FormData();
    const name = random.pick(['a.png', '../../../etc/passwd', 'a\u0000b', `${'x'.repeat(300)}.jpg`, 'ü"\r\nx: y.png']);
    body.set(random.pick(['file', 'image', 'data', '__proto__']), new Blob([new Uint8Array(bytes)]), name);
    for (let i = random.below(4); i > 0; i--) {
      body.set(
        random.pick(['key', 'priority', 'deadlineMs', 'deployment', 'heatmap', 'x']),
        random.pick(['1', '-1', 'high', '\u0000', 'NaN', '9'.repeat(400)]),
      );
    }
    return { body, headers: {} };
  },
  // A form that says one boundary and uses another, or ends in the middle.
  (bytes, random) => {
    const boundary = random.pick(['x', 'y', '', 'z'.repeat(100)]);
    const head = `--x\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n`;
    const body = Buffer.concat([
      Buffer.from(head),
      bytes,
      Buffer.from(random.pick(['', '\r\n--x--\r\n', '\r\n--x\r\n'])),
    ]);
    return { body: asBody(body), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
  },
  (bytes) => json({ image: bytes.toString('base64') }),
  (bytes, random) =>
    json({ items: Array.from({ length: 1 + random.below(3) }, () => ({ image: bytes.toString('base64') })) }),
  (bytes, random) =>
    json(
      random.pick<unknown>([
        { image: bytes.toString('latin1') },
        { image: 7 },
        { image: null, key: {} },
        { image: bytes.toString('base64'), key: 'k'.repeat(2_000) },
        { image: bytes.toString('base64'), deadlineMs: -1, priority: 'now' },
        { items: [] },
        [],
        'text',
        { inputs: [bytes.toString('base64')] },
        { dataframe_split: { columns: ['image'], data: [[bytes.toString('base64')]] } },
        JSON.parse('{"__proto__": {"image": "AAAA"}, "constructor": {"prototype": {}}}'),
      ]),
    ),
  (bytes, random) => ({
    body: asBody(Buffer.concat([Buffer.from('{"image": "'), bytes.subarray(0, random.below(bytes.length))])),
    headers: { 'content-type': 'application/json' },
  }),
  (bytes, random) => ({
    body: asBody(bytes),
    headers: {
      'content-type': 'image/png',
      [random.pick(['x-osler-key', 'x-osler-priority', 'x-osler-deadline-ms', 'x-osler-deployment', 'x-request-id'])]:
        random.pick(['a', 'high', '-5', '%00', 'é'.repeat(10), 'x'.repeat(4_000)]),
    },
  }),
];

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OslerError } from '../errors.ts';
import type { HeatmapWish } from '../serving/predictor.ts';
import { HeatmapText, heatmapWish, PredictJson } from './contract.ts';
import { sayIssue } from './say-issue.ts';

/**
 * Raw image bodies arrive as one buffer of at most `bodyLimit` bytes. A route that takes JSON refuses them, and forms, before its schema looks at
 * them: a strict one would name each byte as a key that it does not know, and find nothing at all in a form.
 */
export function acceptRawImages(app: FastifyInstance, bodyLimit: number): void {
  const read = { parseAs: 'buffer' as const, bodyLimit };
  app.addContentTypeParser(/^image\/|^application\/octet-stream/, read, (_request, body, done) => done(null, body));
  app.addHook('preValidation', (request, _reply, done) => {
    const { body, headers, routeOptions } = request;
    const isForm = /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');
    if (routeOptions.schema?.body === undefined || !(isForm || Buffer.isBuffer(body))) {
      done();
      return;
    }
    const sent = isForm ? 'a form' : 'the bytes of a file';
    const hint =
      routeOptions.url === '/predict' ? 'Images as they are go to POST /predict/image.' : 'Send application/json.';
    done(new OslerError('IMAGE_TYPE', `This address takes JSON, not ${sent}.`, { hint }));
  });
}

export interface ImageBody {
  bytes: Uint8Array;
  heatmap: HeatmapWish;
}

/** Of a form, beside its image and `heatmap`: other servers' clients may send more than this one knows. */
type OtherFields = 'refused' | 'ignored';

/**
 * The image in a request: the field `file` of a form, raw bytes, or base64 in JSON.
 * Throws USAGE when there is none, or more than that is asked, IMAGE_TYPE for another content type.
 */
export async function imageOf(request: FastifyRequest, others: OtherFields = 'refused'): Promise<ImageBody> {
  if (request.isMultipart()) return fromForm(request, others).catch(badForm);
  const { body } = request;
  if (Buffer.isBuffer(body)) {
    if (body.length === 0) throw new OslerError('USAGE', 'The request has no bytes; an image was expected.');
    return { bytes: body, heatmap: false };
  }
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/json')) {
    throw new OslerError(
      'IMAGE_TYPE',
      type === '' ? 'The request has no content type and no image.' : 'That content type carries no image.',
      {
        hint: 'Send multipart/form-data with a field `file`, raw bytes as image/*, or JSON {"image": base64}.',
      },
    );
  }
  const parsed = PredictJson.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new OslerError(
      'USAGE',
      `The body is not {"image": base64, "heatmap"?: true | "map"}. ${sayIssue(issue!, 'body')}`,
    );
  }
  return { bytes: fromBase64(parsed.data.image), heatmap: parsed.data.heatmap ?? false };
}

async function fromForm(request: FastifyRequest, others: OtherFields): Promise<ImageBody> {
  let found: Uint8Array | undefined;
  let images = 0;
  const fields = new FormFields(['heatmap']);
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (others === 'refused' || part.fieldname === 'heatmap') fields.add(part.fieldname, part.value);
      continue;
    }
    const isImage = part.fieldname === 'file' || part.fieldname === 'image';
    if (isImage) images += 1;
    if (isImage && found === undefined) found = await part.toBuffer();
    // Every part must be read to its end, or the request never ends; what nobody asked for is not kept.
    else part.file.resume();
  }
  if (found === undefined) throw new OslerError('USAGE', 'The form has no file in a field named `file`.');
  // The answer would be the first one's, and nobody could tell.
  if (images > 1)
    throw new OslerError('USAGE', `The form has ${images} images; one was expected, in the field \`file\`.`);
  if (found.length === 0) throw new OslerError('USAGE', 'The file in the field `file` is empty.');
  const { heatmap } = fields.said();
  return { bytes: found, heatmap: heatmap === undefined ? false : heatmapField(heatmap) };
}

/** What a form's field `heatmap` asks for. Throws USAGE. */
export function heatmapField(value: string): HeatmapWish {
  const parsed = HeatmapText.safeParse(value);
  if (parsed.success) return heatmapWish(parsed.data);
  throw new OslerError(
    'USAGE',
    `The form's field \`heatmap\` is ${JSON.stringify(value).slice(0, 100)}, not true, false or map.`,
  );
}

/** The fields of a form beside its files, each known and said once: a slip would otherwise change the answer in silence. */
export class FormFields {
  private readonly known: readonly string[];
  private readonly values = new Map<string, string>();

  constructor(known: readonly string[]) {
    this.known = known;
  }

  /** Throws USAGE. */
  add(name: string, value: unknown): void {
    const shown = name.slice(0, 100);
    if (!this.known.includes(name)) {
      throw new OslerError('USAGE', `The form has a field "${shown}", which means nothing here.`, {
        hint: `Beside the file it may have: ${this.known.join(', ')}.`,
      });
    }
    if (this.values.has(name)) throw new OslerError('USAGE', `The form says "${shown}" twice.`);
    if (typeof value !== 'string') throw new OslerError('USAGE', `The form's field "${shown}" is not plain text.`);
    this.values.set(name, value);
  }

  said(): Record<string, string> {
    return Object.fromEntries(this.values);
  }
}

/** The form parser's own complaints (no boundary, an early end) carry no status: they are the sender's mistakes. */
export function badForm(error: Error & { statusCode?: number }): never {
  if (error instanceof OslerError || error.statusCode !== undefined) throw error;
  throw new OslerError('USAGE', `The form cannot be read: ${error.message}.`, { cause: error });
}

/** Throws USAGE. */
export function fromBase64(text: string): Uint8Array {
  const base64 = text.replace(/^data:[\w/+.-]+;base64,/, '').replace(/\s+/g, '');
  if (base64.length === 0 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) {
    throw new OslerError('USAGE', '`image` is not base64.');
  }
  return Buffer.from(base64, 'base64');
}

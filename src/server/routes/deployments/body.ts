import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import { PRIORITIES, type Priority } from '../../../serving/priority.ts';
import { heatmapWish } from '../../contract.ts';
import { headerText } from '../../header-text.ts';
import { badForm, FormFields, fromBase64, heatmapField, imageOf } from '../../image-body.ts';
import { sayIssue } from '../../say-issue.ts';
import { Aside, V1BatchJson, V1Json, type V1Query } from './contract.ts';

export interface Body {
  images: { bytes: Uint8Array; key: string | undefined }[];
  aside: Omit<Aside, 'key'>;
}

/** Files in one form. */
const MOST_FILES = 256;
/** Of all of them together, which are in memory at once: many more are a job. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * One image with what is said beside it: a form (`file`, and fields), JSON, or raw bytes; headers (`x-osler-key`, `x-osler-priority`,
 * `x-osler-deadline-ms`) count with each of them, what a body says more. Keys stand in no address: addresses are written to logs on their way.
 * Throws USAGE, IMAGE_TYPE.
 */
export async function oneImage(request: FastifyRequest): Promise<Body> {
  if (request.isMultipart()) {
    const form = await readForm(request);
    if (form.files.length !== 1) {
      throw new OslerError(
        'USAGE',
        `The form has ${form.files.length} files; one was expected, in the field \`file\`.`,
      );
    }
    return { images: [{ bytes: form.files[0]!, key: form.aside.key }], aside: withQuery(request, form.aside) };
  }
  if (isJson(request)) {
    const { image, ...said } = check(V1Json, request.body);
    const aside = { ...headersOf(request), ...said };
    return { images: [{ bytes: fromBase64(image), key: aside.key }], aside: withQuery(request, aside) };
  }
  const { bytes } = await imageOf(request);
  const aside = headersOf(request);
  return { images: [{ bytes, key: aside.key }], aside: withQuery(request, aside) };
}

/** Several images: JSON {items: [{image, key}]}, or a form with files, for all of which a field `key` counts. Throws USAGE. */
export async function severalImages(request: FastifyRequest): Promise<Body> {
  if (request.isMultipart()) {
    const { files, aside } = await readForm(request);
    if (files.length === 0) throw new OslerError('USAGE', 'The form has no file.');
    return { images: files.map((bytes) => ({ bytes, key: aside.key })), aside: withQuery(request, aside) };
  }
  if (!isJson(request)) {
    throw new OslerError(
      'IMAGE_TYPE',
      'Several images come as a form with files, or as JSON {"items": [{"image": base64}]}.',
    );
  }
  const { items, ...said } = check(V1BatchJson, request.body);
  const aside = { ...headersOf(request), ...said };
  return {
    images: items.map(({ image, key = aside.key }) => ({ bytes: fromBase64(image), key })),
    aside: withQuery(request, aside),
  };
}

/** What may be said of an image in a header. */
export const ASIDE_HEADERS = {
  deployment: 'x-osler-deployment',
  key: 'x-osler-key',
  priority: 'x-osler-priority',
  deadlineMs: 'x-osler-deadline-ms',
  version: 'x-osler-version',
} as const;

/** Which deployment is meant, as far as that is known before the body is read. */
export const namedBefore = (request: FastifyRequest): string | undefined =>
  (request.query as z.infer<typeof V1Query>).deployment ?? header(request, ASIDE_HEADERS.deployment);

/** The priority, as far as that is known before the body is read. */
export const priorityBefore = (request: FastifyRequest): Priority | undefined =>
  PRIORITIES.find((priority) => priority === header(request, ASIDE_HEADERS.priority));

const isJson = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/json');

async function readForm(request: FastifyRequest): Promise<{ files: Uint8Array[]; aside: Aside }> {
  const files: Uint8Array[] = [];
  const fields = new FormFields(Object.keys(Aside.shape));
  let bytes = 0;
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES + SLACK) throw tooMuch();
  const read = async (): Promise<void> => {
    for await (const part of request.parts({ limits: { files: MOST_FILES, parts: MOST_FILES + 20 } })) {
      if (part.type !== 'file') {
        fields.add(part.fieldname, part.value);
        continue;
      }
      const file = await part.toBuffer();
      bytes += file.length;
      if (bytes > MOST_BYTES) throw tooMuch();
      files.push(file);
    }
  };
  await read().catch(badForm);
  if (files.some(({ length }) => length === 0)) throw new OslerError('USAGE', 'A file in the form is empty.');
  const { heatmap, ...rest } = fields.said();
  const aside = check(Aside.strip(), { ...headersOf(request), ...rest });
  return {
    files,
    aside: { ...aside, ...(heatmap === undefined ? {} : { heatmap: heatmapField(heatmap) }) },
  };
}

/** For heads and fields of a form. */
const SLACK = 2 ** 20;

function tooMuch(): OslerError {
  return new OslerError(
    'IMAGE_TOO_LARGE',
    `The files of the form have more than ${MOST_BYTES / 2 ** 20} MiB together.`,
    {
      hint: 'Send fewer at a time, or many as a job: POST /v1/jobs.',
    },
  );
}

function headersOf(request: FastifyRequest): Aside {
  const said = Object.entries(ASIDE_HEADERS).map(([name, under]) => [name, header(request, under)] as const);
  return check(Aside, Object.fromEntries(said.filter(([, value]) => value !== undefined)));
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? headerText(value) : undefined;
}

function withQuery(request: FastifyRequest, { key: _, ...aside }: Aside): Body['aside'] {
  const { deployment, heatmap } = request.query as z.infer<typeof V1Query>;
  return {
    ...aside,
    ...(deployment === undefined ? {} : { deployment }),
    ...(heatmap === undefined ? {} : { heatmap: heatmapWish(heatmap) }),
  };
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OslerError('USAGE', sayIssue(issue!, 'request'));
}

/** What a request of the console would be elsewhere. */
export interface Asked {
  origin: string;
  deployment: string;
  file: string;
  key: string;
  priority: string;
  deadlineMs: number | null;
  heatmap: boolean;
  /** Whether the server asks who calls. */
  needsKey: boolean;
}

/** In quotes of curl's own: `;` and `,` in a file's name say more of the file otherwise. */
const path = (file: string): string => `"${file.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** In single quotes for a shell; for texts that are typed here. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function curl({ origin, deployment, file, key, priority, deadlineMs, heatmap, needsKey }: Asked): string {
  return [
    `curl ${origin}/v1/predict`,
    ...(needsKey ? ['-H "authorization: Bearer $OSLER_KEY"'] : []),
    `-F ${quoted(`file=@${path(file)}`)}`,
    // A text as it is: -F would read a file for `@x`, and cut at `;`.
    `--form-string ${quoted(`deployment=${deployment}`)}`,
    ...(key === '' ? [] : [`--form-string ${quoted(`key=${key}`)}`]),
    ...(priority === 'normal' ? [] : [`-F priority=${priority}`]),
    ...(deadlineMs === null ? [] : [`-F deadlineMs=${deadlineMs}`]),
    ...(heatmap ? ['-F heatmap=true'] : []),
  ].join(' \\\n  ');
}

/** With the client: see docs/client.md for how to install it. */
export function client({ origin, deployment, file, key, priority, deadlineMs, heatmap, needsKey }: Asked): string {
  const options = [
    `deployment: ${JSON.stringify(deployment)}`,
    ...(key === '' ? [] : [`key: ${JSON.stringify(key)}`]),
    ...(priority === 'normal' ? [] : [`priority: '${priority}'`]),
    ...(deadlineMs === null ? [] : [`deadlineMs: ${deadlineMs}`]),
    ...(heatmap ? ['heatmap: true'] : []),
  ];
  return [
    "import { readFile } from 'node:fs/promises';",
    "import { Osler } from 'osler-client';",
    '',
    `const osler = new Osler({ url: '${origin}'${needsKey ? ', key: process.env.OSLER_KEY' : ''} });`,
    `const image = await readFile(${JSON.stringify(file)});`,
    `const answer = await osler.predict(image, { ${options.join(', ')} });`,
    'console.log(answer.requestId, answer.label, answer.positive?.verdict, answer.abstention?.words, answer.routing.variant);',
  ].join('\n');
}

/** With Node's and the browser's own fetch: nothing to install. */
export function fetched({ origin, deployment, file, key, priority, deadlineMs, heatmap, needsKey }: Asked): string {
  const field = (name: string, value: string): string => `form.set('${name}', ${JSON.stringify(value)});`;
  return [
    "import { openAsBlob } from 'node:fs';",
    '',
    'const form = new FormData();',
    `form.set('file', await openAsBlob(${JSON.stringify(file)}));`,
    field('deployment', deployment),
    ...(key === '' ? [] : [field('key', key)]),
    ...(priority === 'normal' ? [] : [field('priority', priority)]),
    ...(deadlineMs === null ? [] : [field('deadlineMs', String(deadlineMs))]),
    ...(heatmap ? [field('heatmap', 'true')] : []),
    '',
    `const response = await fetch('${origin}/v1/predict', {`,
    "  method: 'POST',",
    '  body: form,',
    ...(needsKey ? ["  headers: { authorization: 'Bearer ' + process.env.OSLER_KEY },"] : []),
    '});',
    'if (!response.ok) throw new Error((await response.json()).error.message);',
    'const { requestId, label, positive, abstention, routing } = await response.json();',
    'console.log(requestId, label, positive?.verdict, abstention?.words, routing.variant);',
  ].join('\n');
}

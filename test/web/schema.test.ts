/** The page's client is typed by what the server says of itself. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const TOOL = new URL('../../web/openapi/node_modules/openapi-typescript/package.json', import.meta.url);

test('the types of the client are those of the routes', {
  skip: !existsSync(TOOL) && 'openapi-typescript is not installed: the types of the client were not compared',
}, async () => {
  const { SCHEMA, schemaText } = await import('../../web/openapi/api.ts');
  const fresh = (await schemaText()).split('\n');
  const kept = readFileSync(SCHEMA, 'utf8').split('\n');
  const at = fresh.findIndex((line, i) => line !== kept[i]);
  const where = at < 0 ? '' : `line ${at + 1}: ${kept[at]?.trim()} should be ${fresh[at]?.trim()}`;
  assert.ok(
    at < 0 && fresh.length === kept.length,
    `web/src/api/schema.d.ts is stale (${where}): node web/openapi/api.ts`,
  );
});

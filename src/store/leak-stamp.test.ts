import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptedWords } from './leak-stamp.ts';

test('who took the leaks on themselves, when and why; nothing where nobody did', () => {
  const accepted = { reason: 'published split', by: 'mk', at: '2026-11-21T09:00:00.000Z' };
  assert.equal(acceptedWords({ accepted }), 'accepted by mk, 2026-11-21: published split');
  for (const none of [null, undefined, { accepted: null }]) assert.equal(acceptedWords(none), null);
});

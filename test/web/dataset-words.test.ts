import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutCommands } from '../../web/src/pages/datasets/words.ts';

test('without its commands an advice is still sentences', () => {
  assert.equal(
    withoutCommands('Columns: none sees them; look with osler evaluate --subgroups. Noise: it is kept.'),
    'Columns: none sees them. Noise: it is kept.',
  );
  assert.equal(withoutCommands('More samples; --interval-width for another width.'), 'More samples.');
  assert.equal(withoutCommands('osler data audit x --fix'), '');
});

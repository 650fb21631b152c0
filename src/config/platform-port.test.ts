import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OslerError } from '../errors.ts';
import { platformPort } from './environment.ts';

test('the port that a platform asks for', () => {
  assert.equal(platformPort({ PORT: '8081' }), 8081);
  assert.equal(platformPort({ PORT: '0' }), 0);
  for (const PORT of [undefined, '', ' ']) assert.equal(platformPort({ PORT }), undefined);
  for (const PORT of ['x', '70000', '-1', '80.5', 'tcp://10.0.0.1:80']) {
    assert.throws(
      () => platformPort({ PORT }),
      (error) => error instanceof OslerError && error.code === 'USAGE',
      PORT,
    );
  }
});

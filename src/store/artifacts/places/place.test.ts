import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OslerError } from '../../../errors.ts';
import { keyOf, parseAddress } from './place.ts';

test('addresses of object stores have one form', () => {
  const forms: [given: string, kept: string][] = [
    ['s3://bucket', 's3://bucket'],
    ['s3://bucket/', 's3://bucket'],
    ['s3://my.bucket/a/b/', 's3://my.bucket/a/b'],
    ['gs://bucket/a b', 'gs://bucket/a%20b'],
    [
      's3://b/p?region=eu-central-1&endpoint=http://h:9000/',
      's3://b/p?endpoint=http%3A%2F%2Fh%3A9000&region=eu-central-1',
    ],
  ];
  for (const [given, kept] of forms) {
    assert.equal(parseAddress(given).text, kept);
    assert.deepEqual(parseAddress(kept), parseAddress(given));
  }
  const address = parseAddress('gs://bucket/a b');
  assert.equal(keyOf(address, 'abcdef'), 'a b/ab/abcdef');
  assert.equal(keyOf(parseAddress('s3://bucket'), 'abcdef'), 'ab/abcdef');
});

test('what is no such address, and secrets in one, are refused without repeating them', () => {
  const wrong = [
    '',
    'bucket',
    'http://bucket',
    's3://',
    's3://key:secret@bucket',
    's3://bucket?acl=public',
    's3://bucket?endpoint=ftp://secret',
    's3://bucket?endpoint=http://user:secret@host',
  ];
  for (const text of wrong)
    assert.throws(
      () => parseAddress(text),
      (error) => error instanceof OslerError && error.code === 'USAGE' && !error.message.includes('secret'),
      text,
    );
});

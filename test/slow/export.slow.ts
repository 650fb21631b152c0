/** Every architecture that the quick tests leave out, traced and compared: ONNX Runtime against the engine. */
import { test } from 'node:test';
import { modelNames } from '../../src/models/index.ts';
import { checkArchitecture, QUICK } from '../../src/onnx/testing-architectures.ts';

for (const name of modelNames().filter((name) => !QUICK.includes(name))) {
  test(`${name}: ONNX Runtime agrees with the engine, ONNX's checker with the graph`, (t) =>
    checkArchitecture(name, t));
}

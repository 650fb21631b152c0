import { test } from 'node:test';
import { checkArchitecture, QUICK } from './testing-architectures.ts';

for (const name of QUICK) {
  test(`${name}: ONNX Runtime agrees with the engine, ONNX's checker with the graph`, (t) =>
    checkArchitecture(name, t));
}

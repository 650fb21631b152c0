import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseFarSettings } from './far-settings.ts';

const NEAR = [
  'model.pretrained=imagenet',
  'model.pretrained=null',
  'tracking=[local, mlflow]',
  'tracking=[{mlflow: {experiment: skin}}]',
  'tracking=[{wandb: {mode: offline}}]',
  'training.epochs=3',
];
const FAR = [
  'model.pretrained=/etc/shadow',
  'model.pretrained=weights.pth',
  'model.pretrained=https://169.254.169.254/latest/meta-data',
  'model={pretrained: ../../keys/signing.pem}',
  'tracking=[local, {mlflow: {uri: "http://evil.example"}}]',
  'tracking=[{mlflow: {uri: "http://127.0.0.1:9"}}]',
  'tracking.0.mlflow.uri=http://evil.example',
];

test('whoever is elsewhere has no file read here and no address called', () => {
  refuseFarSettings(NEAR);
  for (const text of FAR)
    assert.throws(() => refuseFarSettings([...NEAR, text]), /from here|what was expected|list/, text);
});

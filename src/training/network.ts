import { availableParallelism } from 'node:os';
import type { Geometry, Normalisation, PreprocessSpec } from '../data/preprocess-spec.ts';
import { OslerError } from '../errors.ts';
import { type Classifier, createModel, isHead } from '../models/index.ts';
import { loadPretrained, reportLines } from '../models/pretrained.ts';
import { initialise } from '../nn/state.ts';
import type { OnProgress } from '../progress.ts';
import { bf16Convolutions, call, manualSeed, noGrad, setThreads, versions } from '../torch/index.ts';
import { sizeOf, type TrainConfig } from './config.ts';
import type { Ready } from './messages.ts';

/** Of a network that starts from nothing: values between -1 and 1. */
const PLAIN: Normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

export interface Network {
  model: Classifier;
  preprocess: PreprocessSpec;
  device: 'cpu' | 'cuda';
}

export interface Reports {
  onProgress: OnProgress;
  onLine: (text: string) => void;
  onWarning: (text: string) => void;
}

/** Sets the engine up for a recipe: threads, device, seed. Returns what the run's record says of it. */
export function prepareEngine(
  config: TrainConfig,
  threads: number | null,
): Ready['engine'] & { device: 'cpu' | 'cuda' } {
  setThreads(threads ?? config.training.threads ?? availableParallelism());
  manualSeed(config.seed);
  const { libtorch, cpuCapability, threads: used, cuda } = versions();
  const wanted = config.training.device;
  if (wanted === 'cuda' && cuda === 0) {
    throw new OslerError('ENGINE_MISSING', 'training.device is cuda, but LibTorch sees no GPU here.', {
      hint: 'Use training.device=auto, or point LIBTORCH at a build with CUDA and check the driver.',
    });
  }
  return {
    libtorch,
    capability: cpuCapability,
    threads: used,
    device: wanted !== 'cpu' && cuda > 0 ? 'cuda' : 'cpu',
    bf16Convolutions: bf16Convolutions(),
  };
}

/** The recipe's network without values. */
export function buildModel(config: TrainConfig, classes: number): Classifier {
  const { name, dropout, stochasticDepth } = config.model;
  return createModel(name, {
    classes,
    channels: config.data.channels,
    ...(dropout === null ? {} : { dropout }),
    ...(stochasticDepth === null ? {} : { stochasticDepth }),
  });
}

/** The recipe's network with fresh or pretrained weights, and the preprocessing that goes with them. */
export async function startNetwork(
  config: TrainConfig,
  classes: number,
  options: { home: string; device: 'cpu' | 'cuda' } & Reports,
): Promise<Network> {
  const model = buildModel(config, classes);
  initialise(model, config.seed);
  const given = config.data.normalisation;
  const head = model.parameters().filter((p) => isHead(p.name, model.spec));
  if (config.model.headInit === 'zeros') {
    noGrad(() => {
      for (const p of head) call('aten::zero_', p.tensor!);
    });
  }
  let normalisation = given ?? PLAIN;
  if (config.model.pretrained !== null) {
    const report = await loadPretrained(model, config.model.pretrained, {
      home: options.home,
      onProgress: options.onProgress,
      ...(given === null ? {} : { normalisation: given }),
    });
    normalisation = report.normalisation;
    for (const line of reportLines(report)) options.onLine(line);
  }
  return {
    model: toDevice(model, options.device),
    preprocess: preprocessOf(config, normalisation),
    device: options.device,
  };
}

/** Moves all weights; on the CPU they stay where they are. */
export function toDevice(model: Classifier, device: 'cpu' | 'cuda'): Classifier {
  if (device === 'cpu') return model;
  for (const p of model.state()) {
    const moved = p.tensor!.detach().to(device);
    p.tensor!.dispose();
    p.tensor = moved.requiresGrad_(p.trainable);
  }
  return model;
}

function preprocessOf(config: TrainConfig, { mean, std }: Normalisation): PreprocessSpec {
  const { channels } = config.data;
  return { ...geometryOf(config), mean: perChannel(mean, channels), std: perChannel(std, channels) };
}

export function geometryOf(config: TrainConfig): Geometry {
  const { fit, channels, trim } = config.data;
  return { ...sizeOf(config.data), ...(trim > 0 ? { trim } : {}), fit, channels };
}

/** Three channels from one by repetition; grey from three as their mean. */
function perChannel(values: readonly number[], channels: 1 | 3): number[] {
  if (values.length === channels) return [...values];
  if (channels === 3) return [values[0]!, values[0]!, values[0]!];
  return [values.reduce((a, b) => a + b, 0) / values.length];
}

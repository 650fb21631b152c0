/** One search by Osler's sampler, or by Optuna's in a process beside it; the objective is the same code for both. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TrialParams } from '../../src/store/sweep.ts';
import { MethodConfig } from '../../src/tuning/config.ts';
import { createSampler } from '../../src/tuning/samplers/index.ts';
import type { Past } from '../../src/tuning/samplers/sampler.ts';
import { compileSpace, type SpaceConfig } from '../../src/tuning/space.ts';

export type Objective = (params: TrialParams) => number | Promise<number>;

/** The value of each trial, in order. */
export async function searchOsler(
  kind: MethodConfig['kind'],
  space: SpaceConfig,
  seed: number,
  trials: number,
  objective: Objective,
): Promise<number[]> {
  const sampler = createSampler(MethodConfig.parse({ kind }), compileSpace(space), seed);
  const past: Past[] = [];
  for (let number = 0; number < trials; number++) {
    const params = sampler.suggest(number, past);
    const value = await objective(params);
    past.push({ number, params, state: 'finished', value, last: value, epochs: 1 });
  }
  return past.map(({ value }) => value);
}

/** A Python process that answers one search after the other. */
export class Optuna {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;

  constructor(python: string) {
    this.child = spawn(python, [fileURLToPath(new URL('./peer.py', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.reader = createInterface(this.child.stdout!);
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  async search(
    sampler: 'tpe' | 'random',
    space: SpaceConfig,
    seed: number,
    trials: number,
    objective: Objective,
  ): Promise<number[]> {
    const say = (value: unknown) => this.child.stdin!.write(`${JSON.stringify(value)}\n`);
    say({ space, sampler, seed, trials });
    const values: number[] = [];
    for (let i = 0; i < trials; i++) {
      const { value: line, done } = await this.lines.next();
      if (done) throw new Error('Optuna ended');
      const value = await objective(JSON.parse(line) as TrialParams);
      values.push(value);
      say(value);
    }
    return values;
  }

  close(): void {
    this.child.stdin!.end();
    this.reader.close();
  }
}

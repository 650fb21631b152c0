/**
 * What a process that trains should have in its environment, beside its own. LibTorch and the OpenMP runtime read these when
 * they are loaded, so they must be set before the process starts.
 * @param threads of one operator; default: every core.
 */
export function trainingEnvironment(threads?: number): Record<string, string> {
  return {
    // GNU OpenMP's threads spin between operators. The loader's threads and whatever else runs here take their cores meanwhile,
    // and each operator then waits for a thread that is not running: sleeping made a step 2 to 4 times faster on a busy machine.
    OMP_WAIT_POLICY: 'PASSIVE',
    // Some microseconds of spinning first: most gaps between operators are shorter than falling asleep and waking up. A step of
    // EfficientNet-B0 is 1.14 times as fast with it on a quiet machine; beside a busy program a hundredth slower, where 5,000
    // turns cost a tenth and 20,000 a third.
    GOMP_SPINCOUNT: '1000',
    ...(threads === undefined ? {} : { OMP_NUM_THREADS: String(threads) }),
  };
}

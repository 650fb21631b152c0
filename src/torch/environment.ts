/**
 * What a process that trains should have in its environment, beside its own. LibTorch and the OpenMP runtime read these when
 * they are loaded, so they must be set before the process starts.
 * @param threads of one operator; default: every core.
 */
export function trainingEnvironment(threads?: number): Record<string, string> {
  return {
    ...(threads === undefined ? {} : { OMP_NUM_THREADS: String(threads) }),
  };
}

/**
 * Are two models right equally often? Exact p-value, two-sided, from each unit's balance: samples that only the second has right
 * less those that only the first has. If the models are alike, each unit's balance might as well have the other sign; the p-value
 * is the share of all 2^units choices of signs whose total is as far from zero as the one seen, counted and not drawn.
 *
 * With one sample in each unit this is McNemar's exact test (McNemar 1947: the binomial test of the discordant pairs). With several
 * it keeps its level where McNemar's, which takes eight photographs of one patient for eight witnesses, does not.
 */
export function exactMcNemar(balances: ArrayLike<number>): number {
  const sizes: number[] = [];
  let total = 0;
  for (let u = 0; u < balances.length; u++) {
    if (balances[u] === 0) continue;
    sizes.push(Math.abs(balances[u]!));
    total += balances[u]!;
  }
  const seen = Math.abs(total);
  if (seen === 0) return 1;
  if (sizes.every((size) => size === 1)) return Math.min(1, 2 * upperTail(sizes.length, (sizes.length + seen) / 2));
  return Math.min(1, 2 * signTail(sizes, seen));
}

/** P(X >= k) of a binomial of n trials with chance 1/2; k > n/2. */
function upperTail(n: number, k: number): number {
  let log = -n * Math.LN2;
  for (let i = 1; i <= n - k; i++) log += Math.log((k + i) / i);
  let mass = Math.exp(log);
  let sum = 0;
  for (let i = k; i <= n; i++) {
    sum += mass;
    mass *= (n - i) / (i + 1);
  }
  return sum;
}

/** P(sum of ±sizes >= seen) where all signs are equally likely; seen > 0. By convolution: units × their total size steps. */
function signTail(sizes: number[], seen: number): number {
  sizes.sort((a, b) => a - b);
  const most = sizes.reduce((sum, size) => sum + size, 0);
  // at[most + t]: chance of the total t of the units taken so far.
  let at = new Float64Array(2 * most + 1);
  let next = new Float64Array(2 * most + 1);
  at[most] = 1;
  let reach = 0;
  for (const size of sizes) {
    next.fill(0, most - reach - size, most + reach + size + 1);
    for (let t = most - reach; t <= most + reach; t++) {
      const half = at[t]! / 2;
      next[t - size]! += half;
      next[t + size]! += half;
    }
    reach += size;
    [at, next] = [next, at];
  }
  let sum = 0;
  for (let t = most + most; t >= most + seen; t--) sum += at[t]!;
  return sum;
}

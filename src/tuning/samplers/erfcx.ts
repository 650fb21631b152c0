/** log(exp(x^2) erfc(x)) for x of 3 and more, by the continued fraction of the complementary error function. */
export function logErfcx(x: number): number {
  let fraction = x;
  for (let k = 40; k > 0; k--) fraction = x + k / 2 / fraction;
  return -Math.log(fraction * Math.sqrt(Math.PI));
}

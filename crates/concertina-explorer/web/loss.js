// The loss of one picture, taken apart: nats of reconstruction and of KL divergence, and what they are in bytes.

import { total } from "#numbers";

/** Nats of a target 0..1 under independent Bernoulli pixels with these logits.
 * @param {ArrayLike<number>} logits @param {ArrayLike<number>} target */
export function bernoulli(logits, target) {
  let nats = 0;
  for (let i = 0; i < target.length; i++) {
    const x = logits[i];
    // log(1 + e^x) - t x, in the form that overflows for no x.
    nats += Math.max(x, 0) - x * target[i] + Math.log1p(Math.exp(-Math.abs(x)));
  }
  return nats;
}

/** The sum of squared differences. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function squaredError(a, b) {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** KL divergence in nats between N(mean, sigma) and N(0, 1).
 * @param {ArrayLike<number>} mean @param {ArrayLike<number>} sigma */
export const kl = (mean, sigma) =>
  total(Array.from(mean, (m, i) => (m * m + sigma[i] * sigma[i] - 1) / 2 - Math.log(sigma[i])));

/** Bytes that so many nats are. @param {number} nats */
export const bytes = (nats) => nats / Math.LN2 / 8;

/** The loss of one picture. Without nats there is no sum: the parts have different units.
 * @param {{kind: string}} reconstruction
 * @param {{found: ArrayLike<number>, target: ArrayLike<number>, mean: ArrayLike<number>,
 *   sigma: ArrayLike<number>|null}} of `found` holds logits for Bernoulli pixels, else a picture */
export function takenApart({ kind }, { found, target, mean, sigma }) {
  const divergence = sigma === null ? 0 : kl(mean, sigma);
  if (kind !== "bernoulli") return { reconstruction: squaredError(found, target), kl: divergence, total: 0 };
  const nats = bernoulli(found, target);
  const sum = nats + divergence;
  return { reconstruction: nats, kl: divergence, total: sum, bytes: bytes(sum) };
}

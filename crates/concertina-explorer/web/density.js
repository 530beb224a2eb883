// How dense the codes are where they should be: their own density against the density of the prior.

/** Codes that stand for all of them in the estimate. */
const SAMPLE = 400;

/** log q(z) - log p(z) at each code, up to a constant: q estimated by Gaussian kernels on the first codes (which are a
 * fair sample, since points are shuffled), p the standard normal prior.
 * @param {Float32Array} codes n * dim @param {number} dim @returns {Float32Array} */
export function againstPrior(codes, dim) {
  const n = codes.length / dim;
  const m = Math.min(n, SAMPLE);
  // Scott's rule: the width of a kernel, as a part of the spread in its dimension.
  const part = m ** (-1 / (dim + 4));
  const narrow = new Float64Array(dim);
  for (let j = 0; j < dim; j++) {
    let [sum, squares] = [0, 0];
    for (let i = j; i < codes.length; i += dim) {
      sum += codes[i];
      squares += codes[i] ** 2;
    }
    narrow[j] = 1 / (part * Math.sqrt(Math.max(squares / n - (sum / n) ** 2, 1e-12)));
  }
  const exponents = new Float64Array(m);
  return new Float32Array(n).map((_, i) => {
    let least = Infinity;
    for (let r = 0; r < m; r++) {
      let sum = 0;
      for (let j = 0; j < dim; j++) sum += ((codes[i * dim + j] - codes[r * dim + j]) * narrow[j]) ** 2;
      // A code would always be near itself.
      exponents[r] = r === i ? Infinity : sum / 2;
      if (exponents[r] < least) least = exponents[r];
    }
    let total = 0;
    for (let r = 0; r < m; r++) total += Math.exp(least - exponents[r]);
    let square = 0;
    for (let j = 0; j < dim; j++) square += codes[i * dim + j] ** 2;
    return Math.log(total) - least + square / 2;
  });
}

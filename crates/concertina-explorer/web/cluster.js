// k-means with a seed: the same codes give the same clusters on every machine.

const square = (a, at, b, to, dim) => {
  let sum = 0;
  for (let j = 0; j < dim; j++) sum += (a[at + j] - b[to + j]) ** 2;
  return sum;
};

/** Clusters in order of size, the largest first. @param {Float32Array} codes n * dim @param {number} dim
 * @param {number} k @param {() => number} next random numbers in 0..1
 * @returns {{of: Uint16Array, sizes: number[]}} the cluster of each code */
export function kMeans(codes, dim, k, next) {
  const n = codes.length / dim;
  const clusters = Math.min(k, n);
  const centres = spread(codes, dim, clusters, next);
  const of = new Uint16Array(n);
  for (let round = 0; round < 30; round++) {
    const sums = new Float64Array(clusters * dim);
    const sizes = new Float64Array(clusters);
    let changed = 0;
    for (let i = 0; i < n; i++) {
      const own = closest(codes, i * dim, centres, dim, clusters);
      if (own !== of[i]) changed += 1;
      of[i] = own;
      sizes[own] += 1;
      for (let j = 0; j < dim; j++) sums[own * dim + j] += codes[i * dim + j];
    }
    // An empty cluster stays where it is.
    for (let c = 0; c < clusters; c++) {
      for (let j = 0; j < dim && sizes[c] > 0; j++) centres[c * dim + j] = sums[c * dim + j] / sizes[c];
    }
    // 70,000 codes are done when only a few move still.
    if (round > 0 && changed <= n / 1000) break;
  }
  return bySize(of, clusters);
}

function closest(codes, at, centres, dim, clusters) {
  let [best, least] = [0, Infinity];
  for (let c = 0; c < clusters; c++) {
    const distance = square(codes, at, centres, c * dim, dim);
    if (distance < least) [best, least] = [c, distance];
  }
  return best;
}

// k-means++: each next centre is a code, the likelier the farther it is from the centres so far.
function spread(codes, dim, clusters, next) {
  const n = codes.length / dim;
  const centres = new Float64Array(clusters * dim);
  const least = new Float64Array(n).fill(Infinity);
  let chosen = Math.floor(next() * n);
  for (let c = 0; c < clusters; c++) {
    centres.set(codes.subarray(chosen * dim, (chosen + 1) * dim), c * dim);
    let total = 0;
    for (let i = 0; i < n; i++) {
      least[i] = Math.min(least[i], square(codes, i * dim, centres, c * dim, dim));
      total += least[i];
    }
    let rest = next() * total;
    for (chosen = 0; chosen < n - 1 && rest >= least[chosen]; chosen++) rest -= least[chosen];
  }
  return centres;
}

function bySize(of, clusters) {
  const sizes = Array(clusters).fill(0);
  for (const own of of) sizes[own] += 1;
  const order = sizes.map((_, c) => c).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const rank = new Uint16Array(clusters);
  order.forEach((c, place) => { rank[c] = place; });
  return { of: of.map((own) => rank[own]), sizes: order.map((c) => sizes[c]) };
}

// Distances in the latent space: nearest codes, places of new codes on the map, and the largest gap.

/** The `k` codes nearest to `code`, nearest first. @param {Float32Array} codes n * dim @param {number} dim
 * @param {ArrayLike<number>} code @param {number} k @param {number} [except] an index that is left out
 * @returns {{indices: number[], distances: number[]}} */
export function nearest(codes, dim, code, k, except = -1) {
  const indices = [];
  const squares = [];
  const n = codes.length / dim;
  for (let i = 0; i < n; i++) {
    const limit = indices.length < k ? Infinity : squares[k - 1];
    let sum = 0;
    for (let j = 0, at = i * dim; j < dim && sum < limit; j++) {
      const d = codes[at + j] - code[j];
      sum += d * d;
    }
    if (!(sum < limit) || i === except) continue;
    let place = indices.length;
    while (place > 0 && squares[place - 1] > sum) place -= 1;
    indices.splice(place, 0, i);
    squares.splice(place, 0, sum);
    if (indices.length > k) { indices.pop(); squares.pop(); }
  }
  return { indices, distances: squares.map(Math.sqrt) };
}

/** Where a code lies on the map. Only the latent itself and PCA have a formula; elsewhere it is put at the mean
 * place of the five nearest codes, the nearer the heavier.
 * @param {{method: string, components: {mean: number[], axes: number[][]}|null}} map
 * @param {Float32Array} codes @param {number} dim @param {ArrayLike<number>} x @param {ArrayLike<number>} y
 * @param {ArrayLike<number>} code @returns {[number, number]} */
export function place(map, codes, dim, x, y, code) {
  if (map.method === "latent") return [code[0], dim > 1 ? code[1] : 0];
  if (map.components) {
    const along = (axis) => axis.reduce((sum, a, j) => sum + a * (code[j] - map.components.mean[j]), 0);
    return [along(map.components.axes[0]), along(map.components.axes[1])];
  }
  const { indices, distances } = nearest(codes, dim, code, 5);
  let [px, py, total] = [0, 0, 0];
  indices.forEach((index, rank) => {
    const weight = 1 / (distances[rank] + 1e-6);
    px += weight * x[index];
    py += weight * y[index];
    total += weight;
  });
  return [px / total, py / total];
}

/** The code at a place of the map, or null where the map has no way back. @returns {Float32Array|null} */
export function unplace(map, dim, px, py) {
  if (map.method === "latent") return new Float32Array(dim).map((_, j) => [px, py][j] ?? 0);
  if (!map.components) return null;
  const { mean, axes } = map.components;
  return Float32Array.from(mean, (m, j) => m + px * axes[0][j] + py * axes[1][j]);
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} t */
export const between = (a, b, t) => Float32Array.from(a, (value, i) => value + (b[i] - value) * t);

/** A small generator of pseudo-random numbers in 0..1, the same everywhere. @param {number} seed */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Two codes on both rims of the largest gap: of many random pairs the one whose middle is farthest from every code.
 * The middle of two codes is always inside the cloud, so this is a hole and not the outside. Across a gap between two
 * classes there is more to see than across one within a class.
 * @param {Float32Array} codes @param {number} dim @param {number} of the ends are among so many first codes
 * @param {ArrayLike<number>|null} [labels] @returns {[number, number]} two indices */
export function largestGap(codes, dim, of, labels = null) {
  const next = random(1);
  const code = (i) => codes.subarray(i * dim, (i + 1) * dim);
  const part = codes.subarray(0, 2000 * dim);
  const n = part.length / dim;
  const mean = new Float64Array(dim);
  part.forEach((z, i) => { mean[i % dim] += z / n; });
  const off = new Float64Array(n).map((_, i) => Math.hypot(...code(i).map((z, j) => z - mean[j])));
  // Codes on the rim of the cloud are far apart because it is thin there: the outer tenth takes no part.
  const limit = off.toSorted()[Math.floor(n * 0.9)];
  const found = [];
  for (let trial = 0; trial < 600; trial++) {
    const [a, b] = [Math.floor(next() * n), Math.floor(next() * n)];
    if (a === b || off[a] > limit || off[b] > limit) continue;
    found.push({ a, b, radius: nearest(part, dim, between(code(a), code(b), 0.5), 1).distances[0] });
  }
  found.sort((one, other) => other.radius - one.radius);
  const rims = found.slice(0, 40).map(({ a, b, radius }) => {
    const length = Math.hypot(...code(a).map((z, j) => z - code(b)[j]));
    const reach = Math.min(0.5, (1.8 * radius) / (length || 1));
    const rim = (t) => nearest(codes.subarray(0, of * dim), dim, between(code(a), code(b), t), 1).indices[0];
    return [rim(0.5 - reach), rim(0.5 + reach)];
  });
  const apart = rims.filter(([a, b]) => a !== b);
  return apart.find(([a, b]) => labels && labels[a] !== labels[b]) ?? apart[0] ?? [0, Math.min(1, of - 1)];
}

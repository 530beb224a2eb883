// Distances in the latent space: nearest codes, places of new codes on the map, and its largest gap.

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

/** Two points of different classes with the largest gap of a map between them: of many random pairs, the one whose
 * middle is farthest from every point. A gap has points all around it, else it would be the outside.
 * @param {Float32Array} x @param {Float32Array} y @param {number} of the ends are among so many first points
 * @param {ArrayLike<number>|null} [labels] @returns {[number, number]} two indices */
export function largestGap(x, y, of, labels = null) {
  const next = random(1);
  const pick = () => Math.floor(next() * of);
  // Points are shuffled: the first ones are a fair sample.
  const n = Math.min(x.length, 20000);
  const extent = (values) => values.reduce((most, value) => Math.max(most, value), -Infinity)
    - values.reduce((least, value) => Math.min(least, value), Infinity);
  const reach = Math.hypot(extent(x), extent(y)) / 3;
  let [best, widest] = [[0, Math.min(1, of - 1)], 0];
  for (let trial = 0; trial < 3000; trial++) {
    const [a, b] = [pick(), pick()];
    const length = Math.hypot(x[a] - x[b], y[a] - y[b]);
    if (length > reach || (labels && labels[a] === labels[b])) continue;
    // The squared distance of the nearest point in each of eight directions.
    const around = Array(8).fill(Infinity);
    for (let i = 0; i < n; i++) {
      const [dx, dy] = [x[i] - (x[a] + x[b]) / 2, y[i] - (y[a] + y[b]) / 2];
      const way = (dx > 0) + 2 * (dy > 0) + 4 * (dx * dx > dy * dy);
      around[way] = Math.min(around[way], dx * dx + dy * dy);
    }
    const gap = Math.min(...around);
    if (gap > widest && Math.max(...around) < length * length) [best, widest] = [[a, b], gap];
  }
  return best;
}

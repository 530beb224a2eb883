// Turns the page's data into models: codes, places and networks, with what the rest of the page asks of them.

import { block, parameters } from "#blocks";
import { createNetwork } from "#network";
import { nearest, place, unplace } from "#near";

/** @param {object} page @returns {(id: string) => Promise<ArrayBuffer>} */
export const blocksOf = (page) => (id) => block(id, page.blocks?.[id] ?? { encoding: "none" });

/** What the page says of a model, with numbers in place of the names of blocks; `layout` is how its map was made.
 * @param {object} info one of the page's models @param {(id: string) => Promise<ArrayBuffer>} get */
export async function readModel(info, get) {
  const { map: layout, graph, latent: { dim } } = info;
  const floats = async (id) => (id ? new Float32Array(await get(id)) : null);
  const [px, py, codes, errors, weights] = await Promise.all([
    floats(layout.x), floats(layout.y), floats(info.codes), floats(info.errors), get(info.weights),
  ]);
  // Of a large latent space the page may hold the codes of the first points only: a fair sample of all.
  const known = codes.length / dim;
  // Where the code is the place, places are not stored again.
  const along = (axis) => (axis < dim ? codes.filter((_, i) => i % dim === axis) : new Float32Array(known));
  const [x, y] = [px ?? along(0), py ?? along(1)];
  const isLatent = layout.method === "latent";
  const run = createNetwork(graph, parameters(weights, info.precision));
  return {
    ...info, layout, dim, isLatent, x, y, codes, errors, known, n: x.length,
    /** @param {number} index */
    code: (index) => codes.subarray(index * dim, (index + 1) * dim),
    decode: (slot, code, label) => run(slot, "decode", code, label),
    encode: (slot, pixels, label) => run(slot, "encode", pixels, label),
    output: (slot, code, label) => run(slot, "output", code, label),
    /** Nearest codes among the first `of` points. */
    nearest: (code, k, except, of = known) => nearest(codes.subarray(0, of * dim), dim, code, k, except).indices,
    place: (code) => place(layout, codes, dim, x, y, code),
    // Whether a place of the map has a code, so that one can walk on it.
    walkable: isLatent || Boolean(layout.components),
    unplace: (px, py) => unplace(layout, dim, px, py),
    /** The point itself, or the one on the map beside it whose code is in the page. @param {number} index */
    withCode(index) {
      if (index < known) return index;
      let [best, least] = [-1, Infinity];
      for (let i = 0; i < known; i++) {
        const distance = (x[i] - x[index]) ** 2 + (y[i] - y[index]) ** 2;
        if (distance < least) [best, least] = [i, distance];
      }
      return best;
    },
    /** Standard deviations along the map's two axes, or undefined where its axes are no directions of the latent. */
    spread(sigma) {
      if (!sigma) return undefined;
      if (isLatent) return [sigma[0], sigma[1] ?? sigma[0]];
      return layout.components?.axes.map((axis) => Math.hypot(...axis.map((a, j) => a * sigma[j])));
    },
  };
}

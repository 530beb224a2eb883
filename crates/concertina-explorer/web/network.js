// One model's encoder and decoder: here while they are quick, in a worker once they are not.

import { load, multiplyAdds } from "#model";
import { createRemote, modelSources } from "#worker";

/** Multiply-adds of a network that would be felt while dragging: 8 ms here, several times that on a phone. */
const MANY = 8e6;

/** @param {object} graph @param {Float32Array} weights */
export function createNetwork(graph, weights) {
  const local = load(graph, weights);
  let remote = null;
  /** In each slot what is being computed, and a mark of the newest that waits for it. */
  const slots = new Map();
  if (Math.max(multiplyAdds(graph.encoder), multiplyAdds(graph.decoder)) > MANY) {
    modelSources().then((sources) => { remote = createRemote(sources, graph, weights); }).catch(() => {});
  }

  async function compute(method, given) {
    try {
      if (remote !== null) return await remote[method](...given);
    } catch {
      // A browser that allows no worker still has the model here.
      remote = null;
    }
    return local[method](...given);
  }

  /** Runs "encode", "decode" or "output". Of those that wait in one slot only the newest is run; others give null.
   * @param {string} slot @param {"encode"|"decode"|"output"} method @param {...any} given @returns {Promise<any>} */
  return async function run(slot, method, ...given) {
    const { busy } = slots.get(slot) ?? {};
    const mine = { busy };
    slots.set(slot, mine);
    await busy?.catch(() => {});
    if (slots.get(slot) !== mine) return null;
    return mine.busy = compute(method, given);
  };
}

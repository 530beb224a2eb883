// A model in a Worker, for networks that would hold up the page: it answers one request after the other.
//
// Import maps do not reach Workers, so its script is the text of the modules put together: a classic script
// without their imports and exports. Their top-level names differ.

/** @typedef {import("#model").Graph} Graph */
/** @typedef {import("#model").Encoded} Encoded */
/**
 * @typedef {object} Remote the methods of a model, each of which promises its result
 * @property {(pixels: Float32Array, label?: number) => Promise<Encoded>} encode
 * @property {(code: Float32Array, label?: number) => Promise<Float32Array>} decode
 * @property {(code: Float32Array, label?: number) => Promise<Float32Array>} output
 */

/** The modules that a model consists of. */
export const MODULES = ["numbers", "layers", "convolutions", "sequences", "model"];

/** Their text, from where the page has them. @returns {Promise<string[]>} */
export function modelSources() {
  const text = async (name) => (await fetch(import.meta.resolve(`#${name}`))).text();
  return Promise.all(MODULES.map(text));
}

/**
 * The model in a Worker.
 * @param {string[]} sources the text of the modules, as `modelSources` gives it
 * @param {Graph} graph
 * @param {Float32Array} weights
 * @param {(script: string) => Worker} spawn
 * @returns {Remote}
 */
export function createRemote(sources, graph, weights, spawn = spawnWorker) {
  const worker = spawn([...sources.map(withoutModules), `(${serve})(load);`].join("\n"));
  const waiting = [];
  let failure = null;
  worker.onmessage = ({ data: { result, error } }) => {
    const { resolve, reject } = waiting.shift();
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  };
  worker.onerror = (event) => {
    failure = new Error(event.message || "the Worker could not be started");
    waiting.splice(0).forEach(({ reject }) => reject(failure));
    worker.terminate();
  };
  worker.postMessage({ graph, weights });
  const ask = (method) => (input, label) => new Promise((resolve, reject) => {
    if (failure) return reject(failure);
    waiting.push({ resolve, reject });
    // Part of a long array is copied first: with it would go the whole.
    worker.postMessage({ method, input: Float32Array.from(input), label });
  });
  return { encode: ask("encode"), decode: ask("decode"), output: ask("output") };
}

/** A module's text, long or shortened, as part of a classic script. */
function withoutModules(text) {
  return text.replace(/\bimport ?\{[^}]*\}[^;]*;/g, "").replace(/\bexport (?=const|function)/g, "");
}

/** A page that is one file has no address to load a script from. */
function spawnWorker(script) {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(url);
  // Its first answer shows that the script has been read.
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

/** What the Worker does, as text in its script: it sees nothing of this module. */
function serve(load) {
  let model = null;
  let failure = null;
  self.onmessage = ({ data: { graph, weights, method, input, label } }) => {
    try {
      if (graph) model = load(graph, weights);
      else if (failure) throw failure;
      else self.postMessage({ result: model[method](input, label) });
    } catch (error) {
      if (graph) failure = error;
      else self.postMessage({ error: error.message });
    }
  };
}

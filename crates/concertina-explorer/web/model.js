// The networks of a model in plain JavaScript: a picture becomes a code, a code a picture. This module and
// the four that it imports also run in a Worker: see worker.js.

import { CONVOLUTIONS } from "#convolutions";
import { LAYERS, planJoin, sigmoid } from "#layers";
import { clamp, size, total } from "#numbers";
import { MOST_PROBABLE, SEQUENCES, mostProbable } from "#sequences";

/** @typedef {import("#layers").Shape} Shape */
/** @typedef {import("#layers").Tensor} Tensor */
/** @typedef {import("#layers").Read} Read */
/** @typedef {import("#layers").Step} Step */
/** @typedef {{op: string, input: Shape, output: Shape, [field: string]: any}} Layer */
/** @typedef {{input: Shape, layers: Layer[]}} Network */
/** @typedef {{code: Float32Array, sigma: Float32Array|null, features: Float32Array}} Encoded */
/**
 * @typedef {object} Graph
 * @property {Shape} input
 * @property {Shape} target
 * @property {number} latentDim
 * @property {number} classes 0 without a condition
 * @property {Network} encoder
 * @property {Network} decoder
 * @property {{kind: string, scale?: number, largest?: number, dim?: number, tensor?: Tensor}} codes
 * @property {"sigmoid"|"clamp"|"tokens"} picture how a raw output becomes a picture
 * @property {number[]} voices the classes of each voice; none for pictures
 * @property {{encoder: number, decoder: number}|null} condition the values of a class in each network's input
 * @property {{steps: number, voices: number}|null} guide
 */
/**
 * @typedef {object} Model
 * @property {(pixels: ArrayLike<number>, label?: number) => Encoded} encode
 * @property {(code: ArrayLike<number>, label?: number) => Float32Array} decode a picture, or music's tokens
 * @property {(code: ArrayLike<number>, label?: number, tokens?: ArrayLike<number>) => Float32Array} output
 *   the decoder's raw output; music's decoder is fed `tokens`, if they are given, in place of its own
 */

// --------------------------------------------------------------------------------
// The model.

/**
 * The model of a description and its weights.
 * @param {Graph} graph
 * @param {Float32Array} weights
 * @returns {Model}
 */
export function load(graph, weights) {
  const read = reader(weights);
  const [encoder, decoder] = [graph.encoder, graph.decoder].map((network) => chain(network, read));
  const [encoderInput, decoderInput] = [planEncoderInput(graph), planDecoderInput(graph)];
  const toCode = planCodes(graph, read);
  const toPicture = planPicture(graph);
  const output = (code, label, tokens) => decoder(decoderInput(code, label, tokens));
  return {
    encode: (pixels, label) => toCode(encoder(encoderInput(pixels, label)).slice()),
    decode: (code, label) => toPicture(output(code, label)),
    output: (code, label, tokens) => output(code, label, tokens).slice(),
  };
}

/**
 * Multiplications of one pass, about: they tell whether a network is quick enough for the page's own thread.
 * @param {Network} network
 */
export function multiplyAdds(network) {
  const each = ({ op, input, output, weight, recurrent, weightReverse, recurrentReverse, tensors, steps }) => {
    // A convolution uses its weights once for each pixel: of the output, or of the input if it is transposed.
    if (weight && !recurrent) return size(op === "convTranspose" ? input : output) * size(weight.shape.slice(1));
    // The others use theirs once for each step.
    const matrices = [weight, recurrent, weightReverse, recurrentReverse, ...Object.values(tensors ?? {})];
    return (steps ?? input[1]) * total(matrices.map((one) => (one?.shape.length === 2 ? size(one.shape) : 0)));
  };
  return total(network.layers.map(each));
}

/** @returns {Read} */
function reader(weights) {
  return ({ name, shape, offset }) => {
    const n = size(shape);
    if (!(offset >= 0 && offset + n <= weights.length)) {
      throw new RangeError(`${name}: expected ${n} weights from ${offset} on, found ${weights.length}`);
    }
    return weights.subarray(offset, offset + n);
  };
}

/** The layers one after the other, where a join gets what its fork kept. @returns {Step} */
function chain({ layers }, read) {
  const plans = { ...CONVOLUTIONS, ...LAYERS, ...SEQUENCES };
  /** @type {Float32Array[]} */
  const kept = [];
  const steps = layers.map((layer) => {
    if (layer.op === "fork") return (x) => (kept.push(x), x);
    if (layer.op === "join") {
      const join = planJoin(layer);
      return (x) => join(kept.pop(), x);
    }
    if (Object.hasOwn(plans, layer.op)) return plans[layer.op](layer, read);
    throw new TypeError(`the page does not know the layer "${layer.op}"`);
  });
  return (x) => steps.reduce((values, step) => step(values), x);
}

// --------------------------------------------------------------------------------
// What goes into the networks, and what their outputs mean.

/** The picture and its class: a block of ones behind it, or in music a token more in each step. */
function planEncoderInput(graph) {
  const { input, classes, condition } = graph;
  const x = new Float32Array(size(graph.encoder.input));
  const n = size(input);
  const [steps, voices] = [input[1], input[2]];
  return (pixels, label) => {
    if (classes === 0 || graph.voices.length === 0) {
      x.set(pixels);
      if (classes > 0) markClass(x, n, graph, condition.encoder, label);
      return x;
    }
    for (let t = 0, to = 0, from = 0; t < steps; t++) {
      for (let voice = 0; voice < voices; voice++) x[to++] = pixels[from++];
      x[to++] = label;
    }
    return x;
  };
}

/** Ones in the block of the label, zeros in those of other classes. */
function markClass(values, first, { classes }, block, label) {
  values.fill(0, first, first + classes * block);
  values.fill(1, first + label * block, first + (label + 1) * block);
}

/** The code, its class, and what an autoregressive decoder is fed: its own most probable tokens or others. */
function planDecoderInput(graph) {
  const { latentDim, classes, condition, guide } = graph;
  const x = new Float32Array(size(graph.decoder.input));
  const block = classes > 0 ? condition.decoder : 0;
  const behind = latentDim + classes * block;
  const n = guide ? guide.steps * guide.voices : 0;
  return (code, label, tokens) => {
    x.set(code);
    if (classes > 0) markClass(x, latentDim, graph, block, label);
    if (!guide) return x;
    x.fill(MOST_PROBABLE, behind, behind + n);
    if (tokens) x.set(tokens, behind);
    // The temperature, which does not matter to tokens that are not drawn.
    x[behind + n] = 1;
    return x;
  };
}

/** What features mean. @returns {(features: Float32Array) => Encoded} */
function planCodes({ codes }, read) {
  if (codes.kind === "gaussian") {
    return (features) => {
      const n = features.length / 2;
      const sigma = features.slice(n).map((s) => Math.exp(codes.scale * clamp(s, -codes.largest, codes.largest)));
      return { code: features.slice(0, n), sigma, features };
    };
  }
  if (codes.kind === "codebook") {
    const embeddings = read(codes.tensor);
    return (features) => ({ code: quantised(features, embeddings, codes.dim), sigma: null, features });
  }
  return (features) => ({ code: features.slice(), sigma: null, features });
}

/** Each vector becomes the nearest embedding, the first of equals. Channel c of vector i is at c * n + i. */
function quantised(features, embeddings, dim) {
  const n = features.length / dim;
  const code = new Float32Array(features.length);
  for (let i = 0; i < n; i++) {
    let [best, least] = [0, Infinity];
    for (let at = 0; at < embeddings.length; at += dim) {
      let distance = 0;
      for (let c = 0; c < dim; c++) {
        const difference = features[c * n + i] - embeddings[at + c];
        distance += difference * difference;
      }
      if (distance < least) [best, least] = [at, distance];
    }
    for (let c = 0; c < dim; c++) code[c * n + i] = embeddings[best + c];
  }
  return code;
}

/** @returns {Step} */
function planPicture({ picture, voices }) {
  if (picture === "sigmoid") return (raw) => raw.map(sigmoid);
  if (picture === "clamp") return (raw) => raw.map((value) => clamp(value, 0, 1));
  const width = total(voices);
  return (logits) => {
    const tokens = new Float32Array(logits.length / width * voices.length);
    for (let n = 0, at = 0; n < tokens.length; at += voices[n % voices.length], n++) {
      tokens[n] = mostProbable(logits, at, voices[n % voices.length]);
    }
    return tokens;
  };
}

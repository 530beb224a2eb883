// What tests of the networks share: random numbers that are always the same, weights laid out one behind the
// other, and comparison.

import assert from "node:assert/strict";

import { load } from "concertina/model";
import { random as fromZero } from "concertina/near";

/** Numbers in -1..1, a function of the seed. */
export function random(seed) {
  const next = fromZero(seed);
  return () => 2 * next() - 1;
}

export const randoms = (n, seed) => Float32Array.from({ length: n }, random(seed));

/** Weights to which tensors are added: random, or with given values. */
export class Weights {
  constructor(seed = 1) {
    this.next = random(seed);
    // Tensors need not begin at the beginning.
    this.values = [99, 99, 99];
  }

  tensor(shape, values = null) {
    const n = shape.reduce((product, side) => product * side, 1);
    const offset = this.values.length;
    // The size of sums stays about that of their inputs.
    const scale = 1.5 / Math.sqrt(n / shape[0]);
    for (let i = 0; i < n; i++) this.values.push(values ? values[i] : Math.fround(scale * this.next()));
    return { name: `tensor at ${offset}`, shape, offset };
  }

  /** The values of a tensor. */
  of({ shape, offset }) {
    return this.values.slice(offset, offset + shape.reduce((product, side) => product * side, 1));
  }

  all() {
    return Float32Array.from(this.values);
  }
}

export const IDENTITY = { kind: "identity" };

/** A model whose encoder is these layers, and whose features are its code. */
export function graphOf(input, layers, more = {}) {
  const output = layers.at(-1)?.output ?? input;
  const latentDim = output[0] * output[1] * output[2];
  return {
    input,
    target: input,
    latentDim,
    classes: 0,
    heads: 1,
    encoder: { input, layers },
    decoder: { input: [latentDim, 1, 1], layers: [] },
    codes: { kind: "features" },
    picture: "clamp",
    voices: [],
    condition: null,
    guide: null,
    ...more,
  };
}

/** What layers make of an input. */
export function run(input, layers, weights, x) {
  return load(graphOf(input, layers), weights.all()).encode(x).features;
}

/** Asserts that values agree, each to some millionths of the largest. */
export function assertClose(found, expected, message = "", tolerance = 3e-6) {
  assert.equal(found.length, expected.length, `${message}: length`);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i] - expected[i]);
    assert.ok(difference <= tolerance * largest, `${message}: ${found[i]} at ${i}, expected ${expected[i]}`);
  }
}

/** Pads and output of a convolution with `same` padding, as in Keras. */
export function samePads([h, w], kernel, stride) {
  const [output, before, after] = [[], [], []];
  for (const n of [h, w]) {
    const out = Math.ceil(n / stride);
    const zeros = Math.max((out - 1) * stride + kernel - n, 0);
    output.push(out);
    before.push(Math.floor(zeros / 2));
    after.push(zeros - Math.floor(zeros / 2));
  }
  return { output, pads: [...before, ...after] };
}

// Whole models: what goes in, what codes and outputs mean, and the special cases.

import assert from "node:assert/strict";
import { test } from "node:test";

import { load, multiplyAdds } from "concertina/model";
import * as reference from "./reference.js";
import { IDENTITY, Weights, assertClose, graphOf, randoms, samePads } from "./support.js";

const RELU = { kind: "relu" };

/** A conditional convolutional variational autoencoder of 2 x 7 x 9 pictures, with three classes. */
function conditional() {
  const weights = new Weights(3);
  const [input, small, latentDim, classes] = [[2, 7, 9], [4, 4, 5], 3, 3];
  const { pads } = samePads([7, 9], 4, 2);
  const encoder = {
    input: [5, 7, 9],
    layers: [
      {
        op: "conv", input: [5, 7, 9], output: small, kernel: 4, stride: 2, pads, activation: RELU,
        weight: weights.tensor([4, 5, 4, 4]), bias: weights.tensor([4]),
      },
      {
        op: "dense", input: small, output: [6, 1, 1], activation: IDENTITY,
        weight: weights.tensor([6, 80]), bias: weights.tensor([6]),
      },
    ],
  };
  const decoder = {
    input: [6, 1, 1],
    layers: [
      {
        op: "dense", input: [6, 1, 1], output: [80, 1, 1], activation: RELU,
        weight: weights.tensor([80, 6]), bias: weights.tensor([80]),
      },
      { op: "reshape", input: [80, 1, 1], output: small },
      {
        op: "convTranspose", input: small, output: input, kernel: 4, stride: 2, pads, activation: IDENTITY,
        weight: weights.tensor([4, 2, 4, 4]), bias: weights.tensor([2]),
      },
    ],
  };
  const graph = {
    ...graphOf(input, []), latentDim, classes, heads: 2, encoder, decoder,
    codes: { kind: "gaussian", scale: 0.5, largest: 20 }, picture: "sigmoid",
    condition: { encoder: 63, decoder: 1 },
  };
  return { graph, weights };
}

/** What the reference makes of the two networks. */
function expectedOf({ graph, weights }, pixels, code, label) {
  const of = (layer) => [weights.of(layer.weight), weights.of(layer.bias)];
  const hot = (block) => Array.from({ length: 3 * block }, (_, n) => Number(Math.floor(n / block) === label));
  const [conv, dense] = graph.encoder.layers;
  const features = reference.matrix(...of(dense), reference.conv(conv, ...of(conv), [...pixels, ...hot(63)]));
  const [first, , transposed] = graph.decoder.layers;
  const map = reference.matrix(...of(first), [...code, ...hot(1)]).map((value) => Math.max(value, 0));
  return { features, output: reference.convTranspose(transposed, ...of(transposed), map) };
}

test("a conditional model is told the class at both ends", () => {
  const description = conditional();
  const model = load(description.graph, description.weights.all());
  const [pixels, code] = [randoms(126, 1), randoms(3, 2)];
  for (const label of [2, 0, 1]) {
    const { features, output } = expectedOf(description, pixels, code, label);
    const encoded = model.encode(pixels, label);
    assertClose(encoded.features, features, `features of ${label}`);
    assertClose(encoded.code, features.slice(0, 3), `code of ${label}`);
    assertClose(encoded.sigma, features.slice(3).map((s) => Math.exp(s / 2)), `sigma of ${label}`);
    assertClose(model.output(code, label), output, `output of ${label}`);
    assertClose(model.decode(code, label), output.map((x) => 1 / (1 + Math.exp(-x))), `picture of ${label}`);
  }
});

test("results stay as they are when the model is used again", () => {
  const { graph, weights } = conditional();
  const model = load(graph, weights.all());
  const results = (seed, label) => [
    model.decode(randoms(3, seed), label), model.output(randoms(3, seed), label),
    model.encode(randoms(126, seed), label),
  ];
  const first = results(1, 0);
  const copies = structuredClone(first);
  assert.notDeepEqual(results(2, 1), first);
  assert.deepEqual(first, copies);
});

test("plain numbers do as well as floats", () => {
  const { graph, weights } = conditional();
  const model = load(graph, weights.all());
  const code = randoms(3, 1);
  assert.deepEqual(model.decode([...code], 1), model.decode(code, 1));
});

/** A model whose features are its input. */
const passing = (input, more) => graphOf(input, [], more);

test("sigma is that of the clamped second half", () => {
  const features = [1, 2, 3, 0.5, -30, 30];
  for (const scale of [0.5, 1]) {
    const graph = passing([6, 1, 1], { latentDim: 3, codes: { kind: "gaussian", scale, largest: 20 } });
    const { code, sigma } = load(graph, new Float32Array(0)).encode(features);
    assert.deepEqual([...code], [1, 2, 3]);
    const expected = [0.5, -20, 20].map((s) => Math.exp(scale * s));
    sigma.forEach((value, n) => assert.ok(Math.abs(value / expected[n] - 1) < 1e-6, `${n}`));
  }
});

test("vectors become the nearest embedding, the first of equals", () => {
  const weights = new Weights();
  const tensor = weights.tensor([4, 2], [0, 0, 2, 0, 0, 2, 2, 0]);
  const codes = { kind: "codebook", embeddings: 4, dim: 2, tensor };
  const model = load(passing([2, 1, 3], { codes }), weights.all());
  // Vectors (0.4, 0), (1.9, 0.1) and (1, 1): the last is as near to all, the second as near to two.
  const found = model.encode([0.4, 1.9, 1, 0, 0.1, 1]);
  assert.deepEqual([...found.code], [0, 2, 0, 0, 0, 0]);
  assert.equal(found.sigma, null);
  const next = model.encode([3, 0, 0, 0, 1.5, -1]);
  assert.deepEqual([...next.code], [2, 0, 0, 0, 2, 0]);
});

test("raw outputs become values in 0..1", () => {
  const raw = [-1000, -1, 0, 0.25, 1, 1000];
  const picture = (kind) => [...load(passing([6, 1, 1], { picture: kind }), new Float32Array(0)).decode(raw)];
  assert.deepEqual(picture("clamp"), [0, 0, 0, 0.25, 1, 1]);
  assertClose(picture("sigmoid"), raw.map((x) => 1 / (1 + Math.exp(-x))));
});

test("logits become the most probable token of each voice, the first of equals", () => {
  const decoder = { input: [1, 2, 5], layers: [] };
  const graph = passing([1, 2, 5], { picture: "tokens", voices: [3, 2], latentDim: 10, decoder });
  const model = load(graph, new Float32Array(0));
  assert.deepEqual([...model.decode([0, 2, 1, 3, 3, -1, -2, -1, 4, 5])], [1, 0, 0, 1]);
});

test("the class of music is one token more in each step", () => {
  const voices = [{ classes: 4, bits: null }, { classes: 4, bits: 2 }, { classes: 3, bits: null }];
  const layer = { op: "oneHot", voices, input: [1, 2, 3], output: [1, 2, 10] };
  const graph = {
    ...graphOf([1, 2, 2], []), classes: 3, voices: [4, 4], condition: { encoder: 2, decoder: 1 },
    encoder: { input: [1, 2, 3], layers: [layer] },
  };
  const found = load(graph, new Float32Array(0)).encode([3, 1, 0, 0], 2).features;
  assert.deepEqual([...found], [0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1]);
});

test("the class of a feature map is planes behind it", () => {
  const graph = {
    ...graphOf([1, 2, 2], []), classes: 2, condition: { encoder: 4, decoder: 4 },
    encoder: { input: [3, 2, 2], layers: [] }, decoder: { input: [3, 2, 2], layers: [] },
  };
  const model = load(graph, new Float32Array(0));
  assert.deepEqual([...model.output([5, 6, 7, 8], 1)], [5, 6, 7, 8, 0, 0, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual([...model.encode([5, 6, 7, 8], 0).features], [5, 6, 7, 8, 1, 1, 1, 1, 0, 0, 0, 0]);
});

test("the cost of a network is counted", () => {
  const { graph } = conditional();
  assert.equal(multiplyAdds(graph.encoder), 4 * 20 * 5 * 16 + 80 * 6);
  assert.equal(multiplyAdds(graph.decoder), 80 * 6 + 80 * 2 * 16);
});

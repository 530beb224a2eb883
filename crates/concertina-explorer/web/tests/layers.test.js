// Each layer of pictures against its textbook definition, at odd sizes.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as reference from "./reference.js";
import { IDENTITY, Weights, assertClose, randoms, run, samePads } from "./support.js";

const ACTIVATIONS = [
  IDENTITY, { kind: "relu" }, { kind: "leakyRelu", slope: 0.2 }, { kind: "sigmoid" }, { kind: "tanh" },
];

function checkConv(input, channels, kernel, stride, { output, pads }, activation, seed) {
  const weights = new Weights(seed);
  const layer = {
    op: "conv", input, output: [channels, ...output], kernel, stride, pads, activation,
    weight: weights.tensor([channels, input[0], kernel, kernel]), bias: weights.tensor([channels]),
  };
  const x = randoms(input[0] * input[1] * input[2], seed + 1);
  const expected = reference.conv(layer, weights.of(layer.weight), weights.of(layer.bias), x);
  assertClose(run(input, [layer], weights, x), expected, `${input} to ${channels}, k ${kernel}, s ${stride}`);
}

test("a convolution is a sum over the kernel, at every kernel, stride and number of channels", () => {
  let seed = 10;
  for (const kernel of [1, 2, 3, 4, 5]) {
    for (const stride of [1, 2]) {
      for (const [from, to] of [[1, 1], [2, 3], [3, 4], [5, 7]]) {
        // At stride 2, sides of which one is even are padded unlike.
        const input = [from, 7 + seed % 2, 9];
        const activation = ACTIVATIONS[seed % ACTIVATIONS.length];
        checkConv(input, to, kernel, stride, samePads(input.slice(1), kernel, stride), activation, seed++);
      }
    }
  }
  checkConv([1, 8, 9], 2, 5, 2, samePads([8, 9], 5, 2), IDENTITY, 3);
  checkConv([3, 33, 65], 5, 4, 2, samePads([33, 65], 4, 2), IDENTITY, 1);
  checkConv([2, 33, 65], 4, 3, 1, samePads([33, 65], 3, 1), IDENTITY, 2);
});

test("a valid convolution reads no border, and may leave rows over", () => {
  for (const [kernel, stride] of [[3, 1], [3, 2], [4, 2], [1, 2], [5, 2]]) {
    const output = [7, 10].map((n) => Math.floor((n - kernel) / stride) + 1);
    checkConv([2, 7, 10], 3, kernel, stride, { output, pads: [0, 0, 0, 0] }, IDENTITY, kernel);
  }
  checkConv([3, 4, 4], 6, 4, 1, { output: [1, 1], pads: [0, 0, 0, 0] }, IDENTITY, 3);
});

test("a transposed convolution scatters the kernel, at every kernel, stride and output size", () => {
  let seed = 50;
  for (const kernel of [1, 2, 3, 4, 5]) {
    for (const stride of [1, 2]) {
      for (const output of [[7, 9], [8, 5], [33, 6]]) {
        const [from, to] = [1 + seed % 3, 1 + seed % 5];
        // It is the adjoint of the convolution that makes its input of its output.
        const { output: small, pads } = samePads(output, kernel, stride);
        const weights = new Weights(seed);
        const input = [from, ...small];
        const layer = {
          op: "convTranspose", input, output: [to, ...output], kernel, stride, pads,
          activation: ACTIVATIONS[seed % ACTIVATIONS.length],
          weight: weights.tensor([from, to, kernel, kernel]), bias: weights.tensor([to]),
        };
        const x = randoms(from * small[0] * small[1], seed + 1);
        const expected =
          reference.convTranspose(layer, weights.of(layer.weight), weights.of(layer.bias), x);
        assertClose(run(input, [layer], weights, x), expected, `${output}, k ${kernel}, s ${stride}`);
        seed++;
      }
    }
  }
});

test("a dense layer is a product with all values, of any number of rows", () => {
  for (const outputs of [1, 2, 3, 4, 5, 11]) {
    const weights = new Weights(outputs);
    const layer = {
      op: "dense", input: [2, 3, 5], output: [outputs, 1, 1], activation: { kind: "tanh" },
      weight: weights.tensor([outputs, 30]), bias: weights.tensor([outputs]),
    };
    const x = randoms(30, outputs);
    const sums = reference.matrix(weights.of(layer.weight), weights.of(layer.bias), [...x]);
    assertClose(run(layer.input, [layer], weights, x), sums.map(Math.tanh), `${outputs}`);
  }
});

test("a layer of rows maps each row by itself", () => {
  const weights = new Weights();
  const layer = {
    op: "rows", input: [1, 3, 7], output: [1, 3, 5], activation: IDENTITY,
    weight: weights.tensor([5, 7]), bias: weights.tensor([5]),
  };
  const x = randoms(21, 4);
  const row = (n) => [...x.slice(7 * n, 7 * n + 7)];
  const expected = [0, 1, 2].flatMap((n) =>
    reference.matrix(weights.of(layer.weight), weights.of(layer.bias), row(n)));
  assertClose(run(layer.input, [layer], weights, x), expected);
});

test("an activation keeps what is not a number", () => {
  for (const activation of ACTIVATIONS) {
    const weights = new Weights();
    const layer = {
      op: "dense", input: [1, 1, 1], output: [1, 1, 1], activation,
      weight: weights.tensor([1, 1], [1]), bias: weights.tensor([1], [0]),
    };
    assert.ok(Number.isNaN(run([1, 1, 1], [layer], weights, [NaN])[0]), activation.kind);
  }
});

test("max pooling takes the largest, at odd sides of a smaller window", () => {
  for (const [h, w] of [[4, 6], [7, 9], [1, 1], [33, 4]]) {
    const layer = { op: "maxPool", input: [2, h, w], output: [2, Math.ceil(h / 2), Math.ceil(w / 2)] };
    // All below zero: no zero may come from beyond the edge.
    const x = randoms(2 * h * w, h).map((value) => value - 2);
    assert.deepEqual([...run(layer.input, [layer], new Weights(), x)], reference.maxPool(layer, x));
  }
});

test("upsampling repeats each pixel twice along both axes", () => {
  const layer = { op: "upsample", input: [2, 1, 2], output: [2, 2, 4] };
  const found = run(layer.input, [layer], new Weights(), [1, 2, 3, 4]);
  assert.deepEqual([...found], [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
});

test("pixel shuffle has PyTorch's order, and pixel unshuffle goes back", () => {
  // As torch.nn.functional.pixel_shuffle(torch.arange(8.).reshape(1, 4, 1, 2), 2).
  const layer = { op: "pixelShuffle", factor: 2, input: [4, 1, 2], output: [1, 2, 4] };
  const found = run(layer.input, [layer], new Weights(), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([...found], [0, 2, 1, 3, 4, 6, 5, 7]);
  const [small, large] = [[18, 2, 3], [2, 6, 9]];
  const both = [
    { op: "pixelShuffle", factor: 3, input: small, output: large },
    { op: "pixelUnshuffle", factor: 3, input: large, output: small },
  ];
  const x = randoms(108, 1);
  assert.deepEqual(run(small, both, new Weights(), x), x);
  assert.notDeepEqual(run(small, both.slice(0, 1), new Weights(), x), x);
});

test("a vector is repeated, and a reshape changes no value", () => {
  const layers = [
    { op: "reshape", input: [1, 1, 3], output: [3, 1, 1] },
    { op: "repeat", steps: 2, input: [3, 1, 1], output: [1, 2, 3] },
  ];
  assert.deepEqual([...run([1, 1, 3], layers, new Weights(), [1, 2, 3])], [1, 2, 3, 1, 2, 3]);
});

test("forks and joins belong together as brackets do", () => {
  const weights = new Weights();
  const shape = [1, 1, 2];
  const plus = (n) => ({
    op: "conv", input: shape, output: shape, kernel: 1, stride: 1, pads: [0, 0, 0, 0], activation: IDENTITY,
    weight: weights.tensor([1, 1, 1, 1], [1]), bias: weights.tensor([1], [n]),
  });
  const fork = { op: "fork", input: shape, output: shape };
  const add = { op: "join", join: "add", input: shape, output: shape };
  const beside = { op: "join", join: "concatenate", input: shape, output: [2, 1, 2] };
  // x beside (x + 1) + (x + 11).
  const layers = [fork, plus(1), fork, plus(10), add, beside];
  assert.deepEqual([...run(shape, layers, weights, [5, 7])], [5, 7, 6 + 16, 8 + 18]);
});

test("what was kept is enlarged by bicubic interpolation", () => {
  for (const [channels, h, w, factor] of [[2, 7, 9, 2], [3, 4, 5, 3], [1, 1, 2, 4], [2, 3, 3, 1]]) {
    const small = [channels + 1, h, w];
    const large = [channels, h * factor, w * factor];
    const [n, extra] = [channels * h * w, h * w];
    const weights = new Weights();
    const wide = [channels * factor * factor, h, w];
    const layers = [
      { op: "fork", input: small, output: small },
      {
        op: "conv", input: small, output: wide, kernel: 1, stride: 1, pads: [0, 0, 0, 0],
        activation: IDENTITY,
        weight: weights.tensor([wide[0], small[0], 1, 1], Array(wide[0] * small[0]).fill(0)),
        bias: weights.tensor([wide[0]], Array(wide[0]).fill(0.25)),
      },
      { op: "pixelShuffle", factor, input: wide, output: large },
      { op: "join", join: "addEnlarged", factor, input: large, output: large },
    ];
    const x = randoms(n + extra, factor);
    const expected = reference.enlarged([channels, h, w], factor, x).map((value) => value + 0.25);
    assertClose(run(small, layers, weights, x), expected, `${h} x ${w} by ${factor}`);
  }
});

test("what the page does not know is named", () => {
  const layer = { op: "attention", input: [1, 1, 1], output: [1, 1, 1] };
  assert.throws(() => run([1, 1, 1], [layer], new Weights(), [1]), /does not know the layer "attention"/);
  const inherited = { op: "toString", input: [1, 1, 1], output: [1, 1, 1] };
  assert.throws(() => run([1, 1, 1], [inherited], new Weights(), [1]), /toString/);
  const join = { op: "join", join: "multiply", input: [1, 1, 1], output: [1, 1, 1] };
  assert.throws(() => run([1, 1, 1], [join], new Weights(), [1]), /join "multiply"/);
  const short = {
    op: "dense", input: [1, 1, 1], output: [1, 1, 1], activation: IDENTITY,
    weight: { name: "encoder.0.weight", shape: [1, 1], offset: 3 },
    bias: { name: "encoder.0.bias", shape: [1], offset: 0 },
  };
  assert.throws(() => run([1, 1, 1], [short], new Weights(), [1]), /encoder.0.weight: expected 1 weights/);
});

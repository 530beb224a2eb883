// LSTMs, tokens and the decoder of music against their textbook definitions.

import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "concertina/model";
import * as reference from "./reference.js";
import { Weights, assertClose, graphOf, randoms, run } from "./support.js";

/** The tensors of an LSTM, and their values for the reference. */
function lstmTensors(weights, inputs, hidden) {
  const tensors = {
    weight: weights.tensor([4 * hidden, inputs]),
    recurrent: weights.tensor([4 * hidden, hidden]),
    bias: weights.tensor([4 * hidden]),
  };
  const values = Object.entries(tensors).map(([name, tensor]) => [name, weights.of(tensor)]);
  return { tensors, values: Object.fromEntries(values) };
}

test("an LSTM reads the rows of all channels from the top down", () => {
  for (const [input, hidden] of [[[1, 7, 9], 5], [[2, 4, 3], 3], [[1, 1, 2], 1]]) {
    const weights = new Weights(hidden);
    const { tensors, values } = lstmTensors(weights, input[0] * input[2], hidden);
    const x = randoms(input[0] * input[1] * input[2], 8);
    const all = reference.lstm(values, reference.rowsOf(input, x));
    const layer = { op: "lstm", input, hidden, ...tensors };
    const last = { ...layer, sequences: false, output: [hidden, 1, 1] };
    const each = { ...layer, sequences: true, output: [1, input[1], hidden] };
    assertClose(run(input, [last], weights, x), all.at(-1), `last of ${input}`);
    assertClose(run(input, [each], weights, x), all.flat(), `all of ${input}`);
  }
});

test("a repeated vector gives an LSTM the same as its rows would", () => {
  const weights = new Weights(4);
  const { tensors, values } = lstmTensors(weights, 3, 4);
  const layers = [
    { op: "repeat", steps: 6, input: [3, 1, 1], output: [1, 6, 3] },
    { op: "lstm", input: [1, 6, 3], output: [1, 6, 4], hidden: 4, sequences: true, ...tensors },
  ];
  const x = randoms(3, 2);
  assertClose(run([3, 1, 1], layers, weights, x), reference.lstm(values, Array(6).fill([...x])).flat());
});

test("two ways read each segment of the rows by itself", () => {
  for (const channels of [1, 2]) {
    for (const segments of [1, 3]) {
      const [input, hidden, weights] = [[channels, 6, 5], 4, new Weights(segments)];
      const [there, back] = [0, 1].map(() => lstmTensors(weights, channels * 5, hidden));
      const x = randoms(channels * 30, 9);
      const rows = reference.rowsOf(input, x);
      const [all, last] = [[], []];
      for (let first = 0; first < 6; first += 6 / segments) {
        const part = rows.slice(first, first + 6 / segments);
        const [one, other] = [
          reference.lstm(there.values, part), reference.lstm(back.values, part.toReversed()).toReversed(),
        ];
        all.push(...one.map((h, t) => [...h, ...other[t]]));
        last.push([...one.at(-1), ...other[0]]);
      }
      const layer = {
        op: "bidirectionalLstm", input, hidden, segments, ...there.tensors,
        weightReverse: back.tensors.weight, recurrentReverse: back.tensors.recurrent,
        biasReverse: back.tensors.bias,
      };
      const each = { ...layer, sequences: true, output: [1, 6, 2 * hidden] };
      const ends = { ...layer, sequences: false, output: [1, segments, 2 * hidden] };
      assertClose(run(input, [each], weights, x), all.flat(), `all of ${segments}`);
      assertClose(run(input, [ends], weights, x), last.flat(), `ends of ${segments}`);
    }
  }
});

const MELODY = { classes: 5, bits: null };
const DRUMS = { classes: 8, bits: 3 };

test("tokens become ones among zeros", () => {
  const layer = { op: "oneHot", voices: [MELODY, DRUMS], input: [1, 5, 2], output: [1, 5, 9] };
  const tokens = [2, 5, 0, 0, 4, 7, -1, 8, 5, NaN];
  assert.deepEqual([...run(layer.input, [layer], new Weights(), tokens)], [
    0, 0, 1, 0, 0, 1, 0, 1, 0,
    1, 0, 0, 0, 0, 0, 0, 0, 1,
    0, 0, 0, 0, 1, 1, 1, 1, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]);
});

test("an LSTM reads many classes as few", () => {
  const voices = [{ classes: 40, bits: null }];
  const weights = new Weights(6);
  const { tensors, values } = lstmTensors(weights, 40, 3);
  const layers = [
    { op: "oneHot", voices, input: [1, 4, 1], output: [1, 4, 40] },
    { op: "lstm", input: [1, 4, 40], output: [1, 4, 3], hidden: 3, sequences: true, ...tensors },
  ];
  const tokens = [39, 0, 0, -1];
  const rows = tokens.map((token) => reference.oneHot(voices, [token]));
  assertClose(run([1, 4, 1], layers, weights, tokens), reference.lstm(values, rows).flat());
});

/** A graph whose decoder is of music, and the values of its tensors by name. */
function music({ steps, segments, conductor, voices, cores, code, classes = 0 }, seed) {
  const weights = new Weights(seed);
  const tensors = {};
  const tensor = (name, shape) => {
    const { offset } = (tensors[name] = weights.tensor(shape));
    // The past is to matter, and no class to win every time.
    if (/tokens|output.weight|recurrent/.test(name)) {
      for (let i = offset; i < weights.values.length; i++) weights.values[i] *= 6;
    }
  };
  const width = (some) => reference.oneHot(some, some.map(() => 0)).length;
  const stack = (name, sizes, inputs) => {
    const states = 2 * sizes.reduce((sum, n) => sum + n, 0);
    tensor(`${name}.state.weight`, [states, inputs]);
    tensor(`${name}.state.bias`, [states]);
    sizes.forEach((hidden, n) => {
      if (n > 0) tensor(`${name}.${n}.weight`, [4 * hidden, sizes[n - 1]]);
      tensor(`${name}.${n}.recurrent_weight`, [4 * hidden, hidden]);
      tensor(`${name}.${n}.bias`, [4 * hidden]);
    });
  };
  let embedding = code + classes;
  if (segments > 1) {
    stack("conductor", conductor, embedding);
    embedding = conductor.at(-1);
  }
  let voice = 0;
  cores.forEach((core, n) => {
    const own = voices.slice(voice, voice += core.voices);
    stack(`core.${n}`, core.hidden, embedding);
    tensor(`core.${n}.tokens.weight`, [4 * core.hidden[0], width(own)]);
    tensor(`core.${n}.code.weight`, [4 * core.hidden[0], embedding]);
    const logits = own.reduce((sum, { classes }) => sum + classes, 0);
    tensor(`core.${n}.output.weight`, [logits, core.hidden.at(-1)]);
    tensor(`core.${n}.output.bias`, [logits]);
  });
  const all = voices.reduce((sum, { classes }) => sum + classes, 0);
  const input = [code + classes + steps * voices.length + 1, 1, 1];
  const layer = {
    op: "lstmDecoder", input, output: [1, steps, all], steps, segments, conductor, voices, cores, tensors,
  };
  const graph = {
    ...graphOf([1, steps, voices.length], []),
    latentDim: code,
    classes,
    condition: classes > 0 ? { encoder: steps, decoder: 1 } : null,
    decoder: { input, layers: [layer] },
    picture: "tokens",
    voices: voices.map(({ classes }) => classes),
    guide: { steps, voices: voices.length },
  };
  return { graph, weights: weights.all(), layer, of: (name) => weights.of(tensors[name]) };
}

const FLAT = {
  steps: 12, segments: 1, conductor: [], voices: [DRUMS], cores: [{ voices: 1, hidden: [6, 5] }], code: 4,
};
const TRIO = {
  steps: 12, segments: 3, conductor: [5, 4], voices: [MELODY, DRUMS, MELODY],
  cores: [{ voices: 2, hidden: [6, 7] }, { voices: 1, hidden: [5] }], code: 4,
};

test("a decoder of music is fed its own most probable tokens", () => {
  for (const [what, description] of Object.entries({ FLAT, TRIO })) {
    let changes = 0;
    for (const seed of [1, 2, 3, 4, 5]) {
      const { graph, weights, layer, of } = music(description, seed);
      const model = load(graph, weights);
      const code = randoms(4, seed).map((value) => 3 * value);
      const expected = reference.decoder(layer, of, [...code]);
      assertClose(model.output(code), expected.logits, `${what} ${seed}`);
      assert.deepEqual([...model.decode(code)], expected.tokens, `${what} ${seed}`);
      changes += expected.tokens.filter((token, n) => n > 2 && token !== expected.tokens[n - 3]).length;
    }
    // Otherwise little would be shown about what is fed.
    assert.ok(changes > 10, `${what}: ${changes} changes`);
  }
});

test("a decoder of music can be fed other tokens", () => {
  const { graph, weights, layer, of } = music(TRIO, 4);
  const tokens = randoms(36, 5).map((value) => Math.floor(2.5 * (value + 1)));
  const code = randoms(4, 6);
  const model = load(graph, weights);
  const found = model.output(code, undefined, tokens);
  assertClose(found, reference.decoder(layer, of, [...code], tokens).logits);
  assert.notDeepEqual(found, model.output(code));
});

test("a class lies behind the code of music", () => {
  const { graph, weights, layer, of } = music({ ...TRIO, classes: 3 }, 7);
  const code = randoms(4, 8);
  const model = load(graph, weights);
  for (const label of [0, 2]) {
    const hot = [0, 1, 2].map((n) => Number(n === label));
    assertClose(model.output(code, label), reference.decoder(layer, of, [...code, ...hot]).logits);
  }
});

test("of equally probable tokens the first is taken", () => {
  const { graph, weights } = music(FLAT, 1);
  const tied = graph.decoder.layers[0].tensors["core.0.output.weight"];
  const bias = graph.decoder.layers[0].tensors["core.0.output.bias"];
  weights.fill(0, tied.offset, tied.offset + 8 * 5);
  weights.set([0, 1, 2, 2, 1, 2, 0, 0], bias.offset);
  assert.deepEqual([...load(graph, weights).decode(randoms(4, 1))], Array(12).fill(2));
});

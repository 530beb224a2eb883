// How long networks of the shipped recipes' shapes take, with random weights: `node tests/bench.js [NAME]`.
// It prints millions of multiplications, milliseconds of many runs, and billions of multiplications a second.

import { load, multiplyAdds } from "concertina/model";
import { IDENTITY, Weights, graphOf, randoms, samePads } from "./support.js";

const RELU = { kind: "relu" };
const size = ([channels, height, width]) => channels * height * width;

/** Layers one after the other, each told its input. */
class Builder {
  constructor(input) {
    Object.assign(this, { input, shape: input, layers: [], weights: new Weights() });
  }

  add(op, output, fields = {}) {
    this.layers.push({ op, input: this.shape, output, ...fields });
    this.shape = output;
    return this;
  }

  dense(outputs, activation = RELU) {
    const weight = this.weights.tensor([outputs, size(this.shape)]);
    return this.add("dense", [outputs, 1, 1], { weight, bias: this.weights.tensor([outputs]), activation });
  }

  conv(channels, kernel = 3, stride = 1, activation = RELU) {
    const { output, pads } = samePads(this.shape.slice(1), kernel, stride);
    const weight = this.weights.tensor([channels, this.shape[0], kernel, kernel]);
    const fields = { kernel, stride, pads, activation, weight, bias: this.weights.tensor([channels]) };
    return this.add("conv", [channels, ...output], fields);
  }

  transposed(channels, kernel = 4, activation = RELU) {
    const output = this.shape.slice(1).map((side) => 2 * side);
    const { pads } = samePads(output, kernel, 2);
    const weight = this.weights.tensor([this.shape[0], channels, kernel, kernel]);
    const fields = { kernel, stride: 2, pads, activation, weight, bias: this.weights.tensor([channels]) };
    return this.add("convTranspose", [channels, ...output], fields);
  }

  pool() {
    const [channels, height, width] = this.shape;
    return this.add("maxPool", [channels, Math.ceil(height / 2), Math.ceil(width / 2)]);
  }

  upsample() {
    const [channels, height, width] = this.shape;
    return this.add("upsample", [channels, 2 * height, 2 * width]);
  }

  reshape(shape) {
    return this.add("reshape", shape);
  }

  lstm(hidden, sequences) {
    const [, steps, width] = this.shape;
    return this.add("lstm", sequences ? [1, steps, hidden] : [hidden, 1, 1], {
      hidden, sequences, weight: this.weights.tensor([4 * hidden, width]),
      recurrent: this.weights.tensor([4 * hidden, hidden]), bias: this.weights.tensor([4 * hidden]),
    });
  }

  bidirectional(hidden, sequences, segments = 1) {
    const [, steps, width] = this.shape;
    const way = () => [[4 * hidden, width], [4 * hidden, hidden], [4 * hidden]]
      .map((shape) => this.weights.tensor(shape));
    const [[weight, recurrent, bias], [weightReverse, recurrentReverse, biasReverse]] = [way(), way()];
    return this.add("bidirectionalLstm", [1, sequences ? steps : segments, 2 * hidden], {
      hidden, sequences, segments, weight, recurrent, bias, weightReverse, recurrentReverse, biasReverse,
    });
  }

  decoder(steps, segments, conductor, voices, cores) {
    const tensors = {};
    const tensor = (name, shape) => (tensors[name] = this.weights.tensor(shape));
    const sum = (numbers) => numbers.reduce((total, n) => total + n, 0);
    const stack = (name, sizes, inputs) => {
      tensor(`${name}.state.weight`, [2 * sum(sizes), inputs]);
      tensor(`${name}.state.bias`, [2 * sum(sizes)]);
      sizes.forEach((hidden, n) => {
        if (n > 0) tensor(`${name}.${n}.weight`, [4 * hidden, sizes[n - 1]]);
        tensor(`${name}.${n}.recurrent_weight`, [4 * hidden, hidden]);
        tensor(`${name}.${n}.bias`, [4 * hidden]);
      });
    };
    let embedding = size(this.shape) - steps * voices.length - 1;
    if (segments > 1) stack("conductor", conductor, embedding);
    if (segments > 1) embedding = conductor.at(-1);
    let voice = 0;
    cores.forEach(({ voices: n, hidden }, number) => {
      const own = voices.slice(voice, voice += n);
      const classes = sum(own.map((one) => one.classes));
      const width = sum(own.map((one) => (one.bits === null ? one.classes : one.bits + 1)));
      stack(`core.${number}`, hidden, embedding);
      tensor(`core.${number}.tokens.weight`, [4 * hidden[0], width]);
      tensor(`core.${number}.code.weight`, [4 * hidden[0], embedding]);
      tensor(`core.${number}.output.weight`, [classes, hidden.at(-1)]);
      tensor(`core.${number}.output.bias`, [classes]);
    });
    const classes = sum(voices.map((one) => one.classes));
    const fields = { steps, segments, conductor, voices, cores, tensors };
    return this.add("lstmDecoder", [1, steps, classes], fields);
  }
}

const of = (input, make) => make(new Builder(input));
const line = { classes: 90, bits: null };
const kit = { classes: 512, bits: 9 };
const events = { classes: 490, bits: null };
const music = (code, steps, voices, segments, conductor, cores) => of(
  [code + steps * voices.length + 1, 1, 1],
  (net) => net.decoder(steps, segments, conductor, voices, cores));

const NETWORKS = {
  "conv-vae64 decoder": () => of([32, 1, 1], (net) => net.dense(4096).reshape([256, 4, 4])
    .transposed(128).transposed(64).transposed(32).transposed(3, 4, IDENTITY)),
  "conv-vae64 encoder": () => of([3, 64, 64], (net) =>
    net.conv(32, 4, 2).conv(64, 4, 2).conv(128, 4, 2).conv(256, 4, 2).dense(64, IDENTITY)),
  "dense-vae decoder": () => of([2, 1, 1], (net) => net.dense(512).dense(784, IDENTITY)),
  "dense-vae encoder": () => of([1, 28, 28], (net) => net.dense(512).dense(4, IDENTITY)),
  "aae decoder": () => of([150, 1, 1], (net) => net.dense(1000).dense(1000).dense(1000).dense(784, IDENTITY)),
  "lesson's decoder": () => of([8, 4, 4], (net) => net.conv(8).upsample().conv(8).upsample()
    .conv(16).upsample().conv(1, 3, 1, IDENTITY)),
  "kvfrans-vae decoder": () => of([20, 1, 1], (net) => net.dense(1568).reshape([32, 7, 7])
    .transposed(16, 5).transposed(1, 5, IDENTITY)),
  "sequence-ae decoder": () => of([32, 1, 1], (net) => net.add("repeat", [1, 28, 32], { steps: 28 })
    .lstm(128, true).add("rows", [1, 28, 28], {
      weight: net.weights.tensor([28, 128]), bias: net.weights.tensor([28]), activation: IDENTITY,
    })),
  "sequence-ae encoder": () => of([1, 28, 28], (net) => net.lstm(128, false).dense(32, IDENTITY)),
  "wide-denoise": () => of([1, 28, 28], (net) => net.conv(32).pool().conv(32).pool()
    .conv(32).upsample().conv(32).upsample().conv(1, 3, 1, IDENTITY)),
  "enlarge-4x": () => of([3, 16, 16], (net) => net.conv(32).conv(32).conv(32)
    .transposed(32).transposed(32).conv(3, 3, 1, IDENTITY)),
  "melody-vae decoder": () => music(128, 32, [line], 1, [], [{ voices: 1, hidden: [256, 256] }]),
  "drums-vae decoder": () => music(128, 32, [kit], 1, [], [{ voices: 1, hidden: [256, 256] }]),
  "trio-vae decoder": () => music(128, 64, [line, line, kit], 4, [256],
    [1, 1, 1].map((voices) => ({ voices, hidden: [192, 192] }))),
  "multitrack-vae decoder": () => music(128, 512, [events], 8, [256], [{ voices: 1, hidden: [256, 256] }]),
  "multitrack-vae encoder": () => of([1, 512, 1], (net) => net
    .add("oneHot", [1, 512, 490], { voices: [events] }).bidirectional(192, false, 8)
    .bidirectional(192, false).reshape([384, 1, 1]).dense(256, IDENTITY)),
};

const wanted = ([name]) => name.includes(process.argv[2] ?? "");
for (const [name, make] of Object.entries(NETWORKS).filter(wanted)) {
  const net = make();
  const begun = performance.now();
  const model = load(graphOf(net.input, net.layers), net.weights.all());
  const loaded = performance.now() - begun;
  const x = randoms(size(net.input), 5);
  if (name.includes("decoder") && net.layers[0].op === "lstmDecoder") x.fill(-1, 128);
  const times = [];
  for (const end = performance.now() + 2000; performance.now() < end || times.length < 5;) {
    const start = performance.now();
    model.encode(x);
    times.push(performance.now() - start);
  }
  const cost = multiplyAdds(net);
  const sorted = times.toSorted((a, b) => a - b);
  const figures = { least: sorted[0], median: sorted[sorted.length >> 1], first: times[0], load: loaded };
  const columns = Object.entries(figures).map(([what, time]) => `${what} ${time.toFixed(2).padStart(8)}`);
  const [millions, speed] = [(cost / 1e6).toFixed(2).padStart(8), (cost / sorted[0] / 1e6).toFixed(2)];
  console.log(`${name.padEnd(24)} ${millions} M  ${columns.join("  ")}  ${speed} G/s`);
}

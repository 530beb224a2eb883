// Layers that read or write sequences: LSTMs over the rows of a picture, tokens of music, and the decoder of
// tokens, which writes one after the other.

import { activate, addColumn, addProduct, planGather, sigmoid } from "#layers";
import { size, total } from "#numbers";

/** @typedef {{classes: number, bits: number|null}} Voice */

// --------------------------------------------------------------------------------
// LSTMs. The gates are i, f, g, o.

/** A step: from the gates' sums to the next c and h, which are overwritten. */
function advance(gates, h, c) {
  const n = h.length;
  for (let k = 0; k < n; k++) {
    const cell = sigmoid(gates[n + k]) * c[k] + sigmoid(gates[k]) * Math.tanh(gates[2 * n + k]);
    c[k] = cell;
    h[k] = sigmoid(gates[3 * n + k]) * Math.tanh(cell);
  }
}

/**
 * One LSTM: a function that reads `count` rows from `first` on, each `step` behind the one before, and calls
 * `leave(row, h)` after each.
 */
function planWay([weight, recurrent, bias], inputs, hidden) {
  const [entry, gates] = [new Float32Array(4 * hidden), new Float32Array(4 * hidden)];
  const [h, c] = [new Float32Array(hidden), new Float32Array(hidden)];
  return (rows, first, step, count, leave) => {
    h.fill(0);
    c.fill(0);
    for (let n = 0, row = first; n < count; n++, row += step) {
      // A repeated vector is multiplied once.
      if (n === 0 || !sameRow(rows, row * inputs, (row - step) * inputs, inputs)) {
        entry.set(bias);
        addRow(weight, 4 * hidden, inputs, rows, row * inputs, entry);
      }
      gates.set(entry);
      addProduct(recurrent, 4 * hidden, hidden, h, 0, gates, 0);
      advance(gates, h, c);
      leave(row, h);
    }
  };
}

function sameRow(rows, one, other, n) {
  for (let i = 0; i < n; i++) if (rows[one + i] !== rows[other + i]) return false;
  return true;
}

/** As addProduct, but of one-hot tokens only the columns of the ones are read. */
function addRow(weight, outputs, n, x, from, y) {
  const ones = [];
  for (let i = 0; i < n && ones.length * 8 <= n; i++) if (x[from + i] !== 0) ones.push(i);
  if (ones.length * 8 > n) addProduct(weight, outputs, n, x, from, y, 0);
  else for (const i of ones) addColumn(weight, outputs, n, i, x[from + i], y);
}

/** The rows of a picture, of all channels side by side, one after the other. @returns {Step} */
function planSequence([channels, height, width]) {
  if (channels === 1) return (x) => x;
  return planGather([height, channels, width], (row, channel, x) => (channel * height + row) * width + x);
}

/**
 * An LSTM from the first row to the last; or two, of which one goes back, over each segment of the rows by itself.
 * @returns {Step}
 */
function planLstm({ input, output, hidden, sequences, segments = 1, ...tensors }, read) {
  const [channels, height, width] = input;
  const steps = height / segments;
  const sequence = planSequence(input);
  const way = (end) => planWay(["weight", "recurrent", "bias"].map((name) => read(tensors[name + end])),
    channels * width, hidden);
  const there = way("");
  const back = tensors.weightReverse && way("Reverse");
  const y = new Float32Array(size(output));
  // The last h overwrites those before it where a segment has one place.
  const place = (row) => (sequences ? row : Math.floor(row / steps)) * (back ? 2 : 1) * hidden;
  return (x) => {
    const rows = sequence(x);
    for (let first = 0; first < height; first += steps) {
      there(rows, first, 1, steps, (row, h) => y.set(h, place(row)));
      back?.(rows, first + steps - 1, -1, steps, (row, h) => y.set(h, place(row) + hidden));
    }
    return y;
  };
}

// --------------------------------------------------------------------------------
// Tokens, and the decoder that writes them.

/** What a guide asks for where no token is given. */
export const MOST_PROBABLE = -1;

/** The first of the largest of `classes` logits. */
export function mostProbable(logits, at, classes) {
  let best = 0;
  for (let token = 1; token < classes; token++) if (logits[at + token] > logits[at + best]) best = token;
  return best;
}

/** The width of the vector of a voice's token. @param {Voice} voice */
const widthOf = ({ classes, bits }) => (bits === null ? classes : bits + 1);

/**
 * Where the vectors of a step's tokens, side by side, have ones: at the class, or at each bit of a class that
 * is a set, whose last place is that of the empty set. A number that is none of the classes has none.
 */
function onesOf(voices, tokens, at) {
  const ones = [];
  let first = 0;
  voices.forEach((voice, n) => {
    const token = tokens[at + n];
    if (token >= 0 && token < voice.classes) {
      const number = Math.floor(token);
      if (voice.bits === null) ones.push(first + number);
      else if (number === 0) ones.push(first + voice.bits);
      else for (let bit = 0; bit < voice.bits; bit++) if (number >> bit & 1) ones.push(first + bit);
    }
    first += widthOf(voice);
  });
  return ones;
}

function planOneHot({ input: [, steps], output, voices }) {
  const y = new Float32Array(size(output));
  const width = output[2];
  return (x) => {
    y.fill(0);
    for (let step = 0; step < steps; step++) {
      for (const place of onesOf(voices, x, step * voices.length)) y[step * width + place] = 1;
    }
    return y;
  };
}

/** LSTMs on top of each other: `start` makes first states of an embedding, `step` gives the last one's h. */
function planStack(tensor, name, sizes) {
  const linear = [tensor(`${name}.state.weight`), tensor(`${name}.state.bias`)];
  const initial = new Float32Array(linear[1].length);
  const layers = sizes.map((hidden, n) => ({
    hidden,
    weight: n > 0 ? tensor(`${name}.${n}.weight`) : null,
    recurrent: tensor(`${name}.${n}.recurrent_weight`),
    bias: tensor(`${name}.${n}.bias`),
    gates: new Float32Array(4 * hidden),
    h: new Float32Array(hidden),
    c: new Float32Array(hidden),
  }));
  const start = (embedding) => {
    initial.set(linear[1]);
    addProduct(linear[0], initial.length, embedding.length, embedding, 0, initial, 0);
    activate({ kind: "tanh" }, initial);
    let at = 0;
    for (const { hidden, h, c } of layers) {
      h.set(initial.subarray(at, at += hidden));
      c.set(initial.subarray(at, at += hidden));
    }
  };
  /** `enter` adds the first layer's input to its gates. */
  const step = (enter) => {
    let below = null;
    for (const { hidden, weight, recurrent, bias, gates, h, c } of layers) {
      gates.set(bias);
      if (below) addProduct(weight, 4 * hidden, below.length, below, 0, gates, 0);
      else enter(gates);
      addProduct(recurrent, 4 * hidden, hidden, h, 0, gates, 0);
      advance(gates, h, c);
      below = h;
    }
    return below;
  };
  return { start, step, width: sizes[sizes.length - 1] };
}

/** The decoder of MusicVAE: see the library's `LstmDecoder`. */
function planLstmDecoder(layer, read) {
  const { input, output, steps, segments, conductor, voices, cores } = layer;
  const tensor = (name) => read(layer.tensors[name]);
  const guide = steps * voices.length;
  const code = size(input) - guide - 1;
  const lead = segments > 1 ? planStack(tensor, "conductor", conductor) : null;
  const [logits, tokens] = [new Float32Array(size(output)), new Float32Array(guide)];
  let [voice, logit] = [0, 0];
  const decoders = cores.map((core, n) => {
    const own = voices.slice(voice, voice + core.voices);
    const place = { voices: own, voice, logit, width: output[2], perStep: voices.length };
    voice += core.voices;
    logit += total(own.map(({ classes }) => classes));
    return planCore(tensor, `core.${n}`, core.hidden, place, lead ? lead.width : code);
  });
  const silence = () => {};
  return (x) => {
    const given = x.subarray(code, code + guide);
    let embedding = x.subarray(0, code);
    if (lead) lead.start(embedding);
    for (let segment = 0, n = steps / segments; segment < segments; segment++) {
      if (lead) embedding = lead.step(silence);
      for (const decode of decoders) decode(embedding, segment * n, (segment + 1) * n, given, tokens, logits);
    }
    return logits;
  };
}

/** LSTMs that write some voices of the steps from `first` to `end`, given an embedding and their own past. */
function planCore(tensor, name, hidden, { voices, voice, logit, width, perStep }, inputs) {
  const stack = planStack(tensor, name, hidden);
  const names = ["tokens.weight", "code.weight", "output.weight", "output.bias"];
  const [table, through, matrix, bias] = names.map((end) => tensor(`${name}.${end}`));
  const columns = total(voices.map(widthOf));
  const entry = new Float32Array(4 * hidden[0]);
  return (embedding, first, end, given, tokens, logits) => {
    stack.start(embedding);
    entry.fill(0);
    addProduct(through, entry.length, inputs, embedding, 0, entry, 0);
    for (let step = first; step < end; step++) {
      const h = stack.step((gates) => {
        for (let k = 0; k < gates.length; k++) gates[k] += entry[k];
        if (step === 0) return;
        for (const one of onesOf(voices, tokens, (step - 1) * perStep + voice)) {
          addColumn(table, gates.length, columns, one, 1, gates);
        }
      });
      let at = step * width + logit;
      logits.set(bias, at);
      addProduct(matrix, bias.length, h.length, h, 0, logits, at);
      voices.forEach(({ classes }, n) => {
        const place = step * perStep + voice + n;
        tokens[place] = given[place] >= 0 ? given[place] : mostProbable(logits, at, classes);
        at += classes;
      });
    }
  };
}

export const SEQUENCES = {
  lstm: planLstm, bidirectionalLstm: planLstm, oneHot: planOneHot, lstmDecoder: planLstmDecoder,
};

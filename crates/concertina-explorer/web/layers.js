// Layers of a model that are products with matrices, or move values about. Each is planned once, from its
// description and a reader of tensors, and is then a function from values to values: Float32Arrays in C, H, W
// order. Sums are taken in JavaScript's own 64 bits and rounded when they are stored.

import { size } from "#numbers";

/** @typedef {[number, number, number]} Shape channels, height and width; a vector of n values is [n, 1, 1] */
/** @typedef {{name: string, shape: number[], offset: number}} Tensor a place among the weights, in floats */
/** @typedef {(tensor: Tensor) => Float32Array} Read the values of a tensor */
/** @typedef {{kind: string, slope?: number}} Activation */
/** @typedef {(x: Float32Array) => Float32Array} Step its output lives in a buffer until the next call */

export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

// --------------------------------------------------------------------------------
// Products and activations.

/** Adds the products of `rows` rows of n weights with the n values at `from` to the values of y at `to`. */
export function addProduct(weight, rows, n, x, from, y, to) {
  let row = 0;
  // Four rows read each value once, which is three times as fast as one row after the other.
  for (; row + 4 <= rows; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    let w0 = row * n, w1 = w0 + n, w2 = w1 + n, w3 = w2 + n;
    for (let i = from; i < from + n; i++) {
      const value = x[i];
      a += value * weight[w0++];
      b += value * weight[w1++];
      c += value * weight[w2++];
      d += value * weight[w3++];
    }
    const at = to + row;
    y[at] += a;
    y[at + 1] += b;
    y[at + 2] += c;
    y[at + 3] += d;
  }
  for (; row < rows; row++) {
    let sum = 0;
    for (let i = 0, w = row * n; i < n; i++) sum += x[from + i] * weight[w++];
    y[to + row] += sum;
  }
}

/** Adds a column of a matrix of n columns, times a value. */
export function addColumn(weight, rows, n, column, value, y) {
  for (let row = 0, at = column; row < rows; row++, at += n) y[row] += value * weight[at];
}

/** Puts the activation of each value in its place. @param {Activation} activation */
export function activate({ kind, slope }, y) {
  const n = y.length;
  switch (kind) {
    case "relu":
      for (let i = 0; i < n; i++) if (y[i] <= 0) y[i] = 0;
      break;
    case "leakyRelu":
      for (let i = 0; i < n; i++) if (y[i] <= 0) y[i] *= slope;
      break;
    case "sigmoid":
      for (let i = 0; i < n; i++) y[i] = sigmoid(y[i]);
      break;
    case "tanh":
      for (let i = 0; i < n; i++) y[i] = Math.tanh(y[i]);
      break;
    case "identity":
      break;
    default:
      throw new TypeError(`the page does not know the activation "${kind}"`);
  }
  return y;
}

function planDense(layer, read) {
  return planRows({ ...layer, input: [1, 1, size(layer.input)] }, read);
}

/** The same linear map of each row. @returns {Step} */
function planRows({ input: [, rows, n], weight, bias, activation }, read) {
  const [matrix, start] = [read(weight), read(bias)];
  const outputs = start.length;
  const y = new Float32Array(rows * outputs);
  return (x) => {
    for (let row = 0; row < rows; row++) {
      y.set(start, row * outputs);
      addProduct(matrix, outputs, n, x, row * n, y, row * outputs);
    }
    return activate(activation, y);
  };
}

// --------------------------------------------------------------------------------
// Layers without weights.

/** A 2x2 window's largest value; at an odd side the last window is smaller. */
function planMaxPool({ input: [channels, h, w], output: [, height, width] }) {
  const y = new Float32Array(channels * height * width);
  return (x) => {
    for (let channel = 0, to = 0; channel < channels; channel++) {
      for (let row = 0; row < height; row++) {
        const one = (channel * h + 2 * row) * w;
        const other = 2 * row + 1 < h ? one + w : one;
        for (let column = 0; column < w; column += 2) {
          const next = column + 1 < w ? column + 1 : column;
          y[to++] = Math.max(x[one + column], x[one + next], x[other + column], x[other + next]);
        }
      }
    }
    return y;
  };
}

/** Each output is the input of the place that `place(c, y, x)` says. */
export function planGather([channels, height, width], place) {
  const from = new Int32Array(channels * height * width);
  for (let c = 0, n = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) from[n++] = place(c, y, x);
  }
  const values = new Float32Array(from.length);
  return (x) => {
    for (let n = 0; n < from.length; n++) values[n] = x[from[n]];
    return values;
  };
}

function planUpsample({ input: [, h, w], output }) {
  return planGather(output, (c, y, x) => (c * h + (y >> 1)) * w + (x >> 1));
}

/** Channels become pixels between pixels, in PyTorch's order. */
function planPixelShuffle({ input: [, h, w], output, factor: r }) {
  return planGather(output, (c, y, x) => {
    const channel = (c * r + y % r) * r + x % r;
    return (channel * h + Math.floor(y / r)) * w + Math.floor(x / r);
  });
}

function planPixelUnshuffle({ input: [, h, w], output, factor: r }) {
  return planGather(output, (channel, y, x) => {
    const [c, i, j] = [Math.floor(channel / (r * r)), Math.floor(channel / r) % r, channel % r];
    return (c * h + r * y + i) * w + r * x + j;
  });
}

function planRepeat({ input, steps }) {
  const n = size(input);
  const y = new Float32Array(steps * n);
  return (x) => {
    for (let step = 0; step < steps; step++) y.set(x, step * n);
    return y;
  };
}

/** How they are planned, by their `op`. */
export const LAYERS = {
  dense: planDense,
  rows: planRows,
  maxPool: planMaxPool,
  upsample: planUpsample,
  pixelShuffle: planPixelShuffle,
  pixelUnshuffle: planPixelUnshuffle,
  reshape: () => (x) => x,
  repeat: planRepeat,
};

/** @returns {(kept: Float32Array, x: Float32Array) => Float32Array} */
export function planJoin({ join, factor, output }) {
  const y = new Float32Array(size(output));
  if (join === "add") {
    return (kept, x) => {
      for (let n = 0; n < y.length; n++) y[n] = kept[n] + x[n];
      return y;
    };
  }
  if (join === "concatenate") {
    return (kept, x) => {
      y.set(kept);
      y.set(x, kept.length);
      return y;
    };
  }
  if (join !== "addEnlarged") throw new TypeError(`the page does not know the join "${join}"`);
  return planAddEnlarged(output, factor, y);
}

/** Adds the first channels of what was kept, enlarged along its rows and then along its columns. */
function planAddEnlarged([channels, height, width], factor, y) {
  const [h, w] = [height / factor, width / factor];
  const [rows, columns] = [bicubicTaps(h, factor), bicubicTaps(w, factor)];
  const wide = new Float64Array(h * width);
  return (kept, x) => {
    for (let channel = 0, to = 0; channel < channels; channel++) {
      for (let row = 0, n = 0; row < h; row++) {
        const from = (channel * h + row) * w;
        for (let x = 0; x < width; x++) wide[n++] = interpolated(kept, from, 1, columns, x);
      }
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++, to++) {
          y[to] = x[to] + interpolated(wide, column, width, rows, row);
        }
      }
    }
    return y;
  };
}

function interpolated(values, from, step, { places, weights }, n) {
  let sum = 0;
  for (let tap = 4 * n; tap < 4 * n + 4; tap++) sum += weights[tap] * values[from + step * places[tap]];
  return sum;
}

/**
 * The four pixels that each of an enlarged axis is made of, and their weights: cubic convolution (Keys 1981,
 * a = -0.5) between pixel centres at half-integers; beyond the ends the axis is mirrored.
 */
function bicubicTaps(n, factor) {
  const places = new Int32Array(4 * n * factor);
  const weights = new Float64Array(places.length);
  for (let pixel = 0; pixel < n * factor; pixel++) {
    const centre = (pixel + 0.5) / factor - 0.5;
    for (let tap = 0; tap < 4; tap++) {
      const place = Math.floor(centre) - 1 + tap;
      const around = (place % (2 * n) + 2 * n) % (2 * n);
      places[4 * pixel + tap] = around < n ? around : 2 * n - 1 - around;
      weights[4 * pixel + tap] = cubic(Math.abs(centre - place));
    }
  }
  return { places, weights };
}

function cubic(x) {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

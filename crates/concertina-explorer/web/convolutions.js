// Convolutions and transposed convolutions. Both are passes: sums of the same taps around many pixels, in
// planes that have a border of zeros.

import { activate } from "#layers";
import { times } from "#numbers";

/** @typedef {{offsets: Int32Array, packed: Float32Array, from: Int32Array, to: Int32Array}} Pass */

/**
 * A pass: for each tap, where it lies beside a pixel and where its weight of the first output channel is; for
 * each pixel, where it is read and written. A channel's weights are `hop` behind those of the channel before.
 * @returns {Pass}
 */
function planPass(weight, channels, hop, taps, pixels) {
  const places = Int32Array.from(taps, ([, place]) => place);
  const packed = new Float32Array(4 * Math.ceil(channels / 4) * taps.length);
  for (let channel = 0; channel < channels; channel++) {
    let to = (channel >> 2) * 4 * taps.length + (channel & 3);
    for (let tap = 0; tap < places.length; tap++, to += 4) packed[to] = weight[places[tap] + channel * hop];
  }
  // Pixels are computed in pairs: an odd last one is its own neighbour.
  const paired = pixels.length % 2 === 1 ? [...pixels, pixels[pixels.length - 1]] : pixels;
  return {
    offsets: Int32Array.from(taps, ([offset]) => offset),
    packed,
    from: Int32Array.from(paired, ([from]) => from),
    to: Int32Array.from(paired, ([, to]) => to),
  };
}

/** Runs a pass. `bias` and `y` have whole groups of four channels of `area` pixels. @param {Pass} pass */
function runPass({ offsets, packed, from, to }, x, bias, y, area) {
  for (let channel = 0; channel < bias.length; channel += 4) {
    const weights = packed.subarray(channel * offsets.length, (channel + 4) * offsets.length);
    for (let pixel = 0; pixel < from.length; pixel += 2) {
      const plane = channel * area;
      const [one, other] = [plane + to[pixel], plane + to[pixel + 1]];
      addTaps(offsets, weights, x, from[pixel], from[pixel + 1], bias, channel, y, one, other, area);
    }
  }
}

/**
 * Four channels of two pixels: as many sums as stay in registers, and each value that is read serves several.
 * It is a function of its own, and called often: browsers compile it before the first picture is done.
 */
function addTaps(offsets, weights, x, p, q, bias, channel, y, one, other, area) {
  let p0 = bias[channel], p1 = bias[channel + 1], p2 = bias[channel + 2], p3 = bias[channel + 3];
  let q0 = p0, q1 = p1, q2 = p2, q3 = p3;
  for (let tap = 0, w = 0; tap < offsets.length; tap++, w += 4) {
    const offset = offsets[tap];
    const u = x[p + offset], v = x[q + offset];
    const w0 = weights[w], w1 = weights[w + 1], w2 = weights[w + 2], w3 = weights[w + 3];
    p0 += u * w0;
    p1 += u * w1;
    p2 += u * w2;
    p3 += u * w3;
    q0 += v * w0;
    q1 += v * w1;
    q2 += v * w2;
    q3 += v * w3;
  }
  y[one] = p0;
  y[one + area] = p1;
  y[one + 2 * area] = p2;
  y[one + 3 * area] = p3;
  y[other] = q0;
  y[other + area] = q1;
  y[other + 2 * area] = q2;
  y[other + 3 * area] = q3;
}

/** The step of a convolution: a border of zeros, then its passes. */
function convolution({ input, output, bias, activation }, read, [top, left], [height, width], passes) {
  const [channels, area] = [output[0], output[1] * output[2]];
  const border = planBorder(input, [top, left], [height, width]);
  const start = new Float32Array(4 * Math.ceil(channels / 4));
  start.set(read(bias));
  const whole = new Float32Array(start.length * area);
  const y = whole.subarray(0, channels * area);
  return (x) => {
    const padded = border(x);
    passes.forEach((pass) => runPass(pass, padded, start, whole, area));
    return activate(activation, y);
  };
}

/** Planes of `height` by `width`, in which a picture lies with zeros around it. @returns {Step} */
function planBorder([channels, h, w], [top, left], [height, width]) {
  if (h === height && w === width) return (x) => x;
  const padded = new Float32Array(channels * height * width);
  return (x) => {
    for (let channel = 0, from = 0; channel < channels; channel++) {
      for (let row = 0; row < h; row++) {
        let to = (channel * height + row + top) * width + left;
        for (const end = to + w; to < end; ) padded[to++] = x[from++];
      }
    }
    return padded;
  };
}

/**
 * The pass of the taps and pixels that rows and columns have. A channel of the input is a plane of `height` rows of
 * `width`; its weights are `next` behind those of the channel before.
 */
function planPlane(weight, { input, output, kernel }, hop, next, [height, width], rows, columns) {
  const taps = [];
  for (let channel = 0; channel < input[0]; channel++) {
    for (const [y, row] of rows.taps) {
      for (const [x, column] of columns.taps) {
        taps.push([(channel * height + y) * width + x, channel * next + row * kernel + column]);
      }
    }
  }
  const pixels = rows.places.flatMap(([fromY, toY]) =>
    columns.places.map(([fromX, toX]) => [fromY * width + fromX, toY * output[2] + toX]));
  return planPass(weight, output[0], hop, taps, pixels);
}

function planConv(layer, read) {
  const { input: [channels, h, w], output: [, outH, outW], kernel, stride, pads: [top, left] } = layer;
  const sides = [Math.max(top + h, (outH - 1) * stride + kernel), Math.max(left + w, (outW - 1) * stride + kernel)];
  const axis = (n) => ({ taps: times(kernel, (tap) => [tap, tap]), places: times(n, (to) => [to * stride, to]) });
  const area = kernel * kernel;
  const pass = planPlane(read(layer.weight), layer, channels * area, area, sides, axis(outH), axis(outW));
  return convolution(layer, read, [top, left], sides, [pass]);
}

/**
 * Rows, and likewise columns, of the output that lie alike between those of the input see the same taps. They
 * are a phase, a convolution of stride 1: so no zeros are multiplied.
 */
function planConvTranspose(layer, read) {
  const { input: [, h, w], output: [channels, outH, outW], kernel, stride, pads: [top, left] } = layer;
  const before = Math.ceil(kernel / stride) - 1;
  const side = (n, pad, to) => before + Math.max(n, Math.floor((to - 1 + pad) / stride) + 1);
  const sides = [side(h, top, outH), side(w, left, outW)];
  const weight = read(layer.weight);
  const area = kernel * kernel;
  const passes = times(stride * stride, (phase) => planPlane(weight, layer, area, channels * area, sides,
    planPhase(Math.floor(phase / stride), layer, before, top, outH),
    planPhase(phase % stride, layer, before, left, outW)));
  return convolution(layer, read, [before, before], sides, passes);
}

/** Along one axis: the taps of a phase, and where its pixels are read (by the first tap) and written. */
function planPhase(phase, { kernel, stride }, before, pad, n) {
  const taps = [];
  for (let tap = phase; tap < kernel; tap += stride) taps.push([before - taps.length, tap]);
  const places = [];
  for (let to = 0; to < n; to++) {
    if ((to + pad) % stride === phase) places.push([(to + pad - phase) / stride, to]);
  }
  return { taps, places };
}

export const CONVOLUTIONS = { conv: planConv, convTranspose: planConvTranspose };

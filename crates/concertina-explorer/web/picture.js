// A picture from elsewhere as a model's input, fitted as the library fits pictures of a folder: the centre
// square, resized by a triangle filter, transparency dropped, colours turned to grey if the model reads grey.
//
// All steps round as those of the `image` crate do, in 32 bits: equal pixels become equal inputs, to the bit.

import { clamp, times } from "#numbers";

/** @typedef {{data: ArrayLike<number>, width: number, height: number}} Pixels bytes, RGBA */
/** @typedef {[number, number, number]} Shape channels, height and width */

const f32 = Math.fround;

/** What red, green and blue add to grey: the middle row of sRGB's matrix to XYZ, as the crate has it. */
const LUMA = [0.21264784, 0.7151792, 0.07217304].map(f32);

/** Where pixels are drawn only to be read. @returns {CanvasRenderingContext2D} */
export function scratch(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return canvas.getContext("2d", { willReadFrequently: true });
}

/**
 * The pixels of a picture file, upright. Where it is wholly transparent a browser does not keep its colours.
 * @param {Blob} file
 * @returns {Promise<ImageData>}
 */
export async function readPicture(file) {
  // Colour profiles are not applied: the library does not, either.
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const { width, height } = bitmap;
  const context = scratch(width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

/**
 * The values in 0..1 that a model of inputs of `shape` reads of a picture, [C, H, W].
 * @param {Pixels} picture
 * @param {Shape} shape
 * @param {{invert?: boolean}} options `invert` makes black white, for digits that are drawn in ink
 */
export function fit(picture, [channels, height, width], { invert = false } = {}) {
  const bytes = resize(crop(picture, height / width), width, height);
  const area = width * height;
  const values = new Float32Array(channels * area);
  for (let pixel = 0; pixel < area; pixel++) {
    const [r, g, b] = [bytes[3 * pixel], bytes[3 * pixel + 1], bytes[3 * pixel + 2]];
    const found = channels === 1 ? [luma(r, g, b)] : [r, g, b];
    for (let channel = 0; channel < channels; channel++) {
      values[channel * area + pixel] = (invert ? 255 - found[channel] : found[channel]) / 255;
    }
  }
  return values;
}

/**
 * The pixels that a model's values stand for, to be put on a canvas.
 * @param {ArrayLike<number>} values in 0..1, [C, H, W]
 * @param {Shape} shape with one channel or three
 */
export function toPixels(values, [channels, height, width]) {
  const area = width * height;
  const pixels = new Uint8ClampedArray(4 * area);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * pixel + channel] = Math.round(255 * values[channels === 1 ? pixel : channel * area + pixel]);
    }
    pixels[4 * pixel + 3] = 255;
  }
  return pixels;
}

/** The largest part around the centre whose height is `aspect` times its width: as a rule a square. */
function crop({ data, width, height }, aspect) {
  const w = Math.min(width, Math.max(1, Math.round(height / aspect)));
  const h = Math.min(height, Math.max(1, Math.round(width * aspect)));
  return { data, row: width, left: (width - w) >> 1, top: (height - h) >> 1, width: w, height: h };
}

/** Red, green and blue bytes of the part, side by side, at another size: columns first, then rows. */
function resize(part, width, height) {
  if (part.width === width && part.height === height) return untouched(part);
  const tall = resizeColumns(part, taps(part.height, height));
  const bytes = new Uint8Array(3 * width * height);
  taps(part.width, width).forEach(({ first, weights }, x) => {
    for (let y = 0; y < height; y++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let n = 0, at = 3 * (y * part.width + first) + channel; n < weights.length; n++, at += 3) {
          sum = f32(sum + f32(tall[at] * weights[n]));
        }
        bytes[3 * (y * width + x) + channel] = toByte(sum);
      }
    }
  });
  return bytes;
}

/** The part with its columns resized, not yet rounded to bytes. */
function resizeColumns({ data, row, left, top, width }, rows) {
  const values = new Float32Array(3 * width * rows.length);
  let to = 0;
  for (const { first, weights } of rows) {
    for (let x = 0; x < width; x++) {
      const from = 4 * ((top + first) * row + left + x);
      let [r, g, b] = [0, 0, 0];
      for (let n = 0, at = from; n < weights.length; n++, at += 4 * row) {
        const weight = weights[n];
        r = f32(r + f32(data[at] * weight));
        g = f32(g + f32(data[at + 1] * weight));
        b = f32(b + f32(data[at + 2] * weight));
      }
      values[to++] = r;
      values[to++] = g;
      values[to++] = b;
    }
  }
  return values;
}

function untouched({ data, row, left, top, width, height }) {
  return Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    return data[4 * ((top + Math.floor(pixel / width)) * row + left + pixel % width) + channel];
  });
}

/**
 * Which of n places along an axis each of `to` places is made of, and their weights: a triangle around its
 * centre, as wide as two places of the coarser axis.
 */
function taps(n, to) {
  const ratio = f32(n / to);
  const reach = Math.max(ratio, 1);
  return times(to, (place) => {
    const centre = f32((place + 0.5) * ratio);
    const first = clamp(Math.floor(f32(centre - reach)), 0, n - 1);
    const end = clamp(Math.ceil(f32(centre + reach)), first + 1, n);
    const middle = f32(centre - 0.5);
    const weights = new Float32Array(end - first);
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      const distance = Math.abs(f32(f32(first + i - middle) / reach));
      weights[i] = distance < 1 ? 1 - distance : 0;
      sum = f32(sum + weights[i]);
    }
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** The grey of a colour of bytes. */
function luma(r, g, b) {
  let sum = 0;
  for (const [n, byte] of [r, g, b].entries()) sum = f32(sum + f32(f32(byte * f32(1 / 255)) * LUMA[n]));
  return toByte(f32(sum * 255));
}

/** Halves are rounded up. */
const toByte = (value) => clamp(Math.floor(value + 0.5), 0, 255);

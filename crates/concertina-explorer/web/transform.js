// The view of the map: how data coordinates become pixels and back. y points upwards, as on paper.

import { clamp } from "#numbers";

/** Pixels (of CSS) per data unit, and where the data's origin lies.
 * @typedef {{k: number, tx: number, ty: number}} View
 * @typedef {{left: number, right: number, low: number, high: number}} Bounds in data units */

/** @param {View} v @returns {[number, number]} */
export const toPixels = (v, x, y) => [x * v.k + v.tx, v.ty - y * v.k];

/** @param {View} v @returns {[number, number]} */
export const toData = (v, px, py) => [(px - v.tx) / v.k, (v.ty - py) / v.k];

/** Enlarges by `f` and leaves the pixel (px, py) where it is. @param {View} v @returns {View} */
export const zoomAbout = (v, f, px, py) => ({ k: v.k * f, tx: px + (v.tx - px) * f, ty: py + (v.ty - py) * f });

/** @param {View} v @returns {View} */
export const moveBy = (v, dx, dy) => ({ k: v.k, tx: v.tx + dx, ty: v.ty + dy });

/** The box around all finite points; a unit box when there is none. @returns {Bounds} */
export function boundsOf(x, y) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    low = Math.min(low, y[i]);
    high = Math.max(high, y[i]);
  }
  return left <= right ? { left, right, low, high } : { left: -1, right: 1, low: -1, high: 1 };
}

/** The box of all but the outermost points, 1 in 5,000 on each side: a lone outlier must not shrink the map for all
 * others. @returns {Bounds} */
export function coreBounds(x, y) {
  const cut = Math.floor(x.length / 5000);
  const ends = (values) => {
    const sorted = values.filter(Number.isFinite).sort();
    return [sorted[cut], sorted[sorted.length - 1 - cut]];
  };
  const [[left, right], [low, high]] = [ends(x), ends(y)];
  return left <= right && low <= high ? { left, right, low, high } : boundsOf(x, y);
}

/** The view in which the bounds fill the box but for a padding. @param {Bounds} b @returns {View} */
export function fitted(b, width, height, padding) {
  const across = Math.max(width - 2 * padding, 1) / Math.max(b.right - b.left, 1e-9);
  const up = Math.max(height - 2 * padding, 1) / Math.max(b.high - b.low, 1e-9);
  // One point alone has no extent: a unit fills the box then.
  const k = Math.min(across, up, b.right > b.left || b.high > b.low ? Infinity : Math.min(width, height) / 2);
  return { k, tx: width / 2 - k * (b.left + b.right) / 2, ty: height / 2 + k * (b.low + b.high) / 2 };
}

/** Keeps the scale within [least, most] and some of the data in sight.
 * @param {View} v @param {Bounds} b @returns {View} */
export function clamped(v, b, width, height, least, most) {
  const k = clamp(v.k, least, most);
  const { tx, ty } = k === v.k ? v : zoomAbout(v, k / v.k, width / 2, height / 2);
  const keep = Math.min(width, height) / 4;
  return {
    k,
    tx: clamp(tx, keep - b.right * k, width - keep - b.left * k),
    ty: clamp(ty, keep + b.low * k, height - keep + b.high * k),
  };
}

/** A view on the way from `a` to `b`, t in 0..1. The scale grows evenly, and the one place that both views share stays.
 * @param {View} a @param {View} b @returns {View} */
export function between(a, b, t) {
  const k = a.k * (b.k / a.k) ** t;
  const part = Math.abs(b.k / a.k - 1) < 1e-6 ? t : (k - a.k) / (b.k - a.k);
  return { k, tx: a.tx + (b.tx - a.tx) * part, ty: a.ty + (b.ty - a.ty) * part };
}

/** Round numbers (1, 2 or 5 times a power of ten apart) within low..high, at most `most` of them. */
export function ticks(low, high, most) {
  const rough = (high - low) / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9));
  const values = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) values.push(i * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  // A true minus sign, and none before a zero.
  const label = (value) => value.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1").replace("-", "\u2212");
  return { step, values, label };
}

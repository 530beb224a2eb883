// Small sums that all parts of the page do, also those that run in a Worker.

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** What `f` makes of 0, 1, ... n - 1. @template T @param {number} n @param {(i: number) => T} f @returns {T[]} */
export const times = (n, f) => Array.from({ length: n }, (_, i) => f(i));

/** @param {number[]} numbers */
export const total = (numbers) => numbers.reduce((sum, n) => sum + n, 0);

/** How many values a shape has. @param {number[]} shape */
export const size = (shape) => shape.reduce((product, side) => product * side, 1);

// The picking grid and the lasso against brute force.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createGrid } from "concertina/grid";
import { extend, pointsInside, winding } from "concertina/lasso";

/** Numbers in 0..1, the same in each run. */
function randomNumbers(seed) {
  let s = seed;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) | 0;
    return (s >>> 0) / 2 ** 32;
  };
}

function nearestOfAll(x, y, px, py, radius) {
  let [best, least] = [-1, radius * radius];
  for (let i = 0; i < x.length; i++) {
    const distance = (x[i] - px) ** 2 + (y[i] - py) ** 2;
    if (distance < least || (distance === least && best < 0)) [best, least] = [i, distance];
  }
  return best;
}

/** Clouds that have gone wrong in grids: [name, x, y]. */
function clouds() {
  const random = randomNumbers(7);
  const make = (n, f) => {
    const pairs = Array.from({ length: n }, (_, i) => f(i));
    return [Float32Array.from(pairs, (p) => p[0]), Float32Array.from(pairs, (p) => p[1])];
  };
  return [
    ["uniform", ...make(2000, () => [random() * 4 - 2, random() * 4 - 2])],
    ["clustered, one outlier", ...make(2000, (i) => (i ? [random() ** 4, random() ** 4] : [1000, -900]))],
    ["duplicates", ...make(600, () => [Math.floor(random() * 5), Math.floor(random() * 5)])],
    ["all in one place", ...make(50, () => [3, 4])],
    ["a row", ...make(300, () => [random() * 9, 2])],
    ["a column", ...make(300, () => [2, random() * 9])],
    ["one point", ...make(1, () => [-1, 5])],
    ["none", ...make(0, () => [0, 0])],
  ];
}

for (const [name, x, y] of clouds()) {
  test(`nearest point: ${name}`, () => {
    const random = randomNumbers(11);
    const grid = createGrid(x, y);
    for (let i = 0; i < 300; i++) {
      // Some pointers lie far outside, some exactly on a point.
      const on = i % 3 === 0 && x.length > 0;
      const j = Math.floor(random() * x.length);
      const [px, py] = on ? [x[j], y[j]] : [random() * 14 - 5, random() * 14 - 5];
      for (const radius of [0.05, 1, 2000]) {
        assert.equal(grid.nearest(px, py, radius), nearestOfAll(x, y, px, py, radius), `${px} ${py} within ${radius}`);
      }
    }
  });

  test(`points of a box: ${name}`, () => {
    const random = randomNumbers(13);
    const grid = createGrid(x, y);
    for (let i = 0; i < 100; i++) {
      const [x0, y0] = [random() * 8 - 3, random() * 8 - 3];
      const [x1, y1] = [x0 + random() * 4, y0 + random() * 4];
      const found = [];
      grid.inBox(x0, y0, x1, y1, (k) => found.push(k));
      const all = [...x.keys()].filter((k) => x[k] >= x0 && x[k] <= x1 && y[k] >= y0 && y[k] <= y1);
      assert.deepEqual(found.sort((a, b) => a - b), all);
    }
  });
}

test("a coordinate that is not a number is never found", () => {
  const grid = createGrid(Float32Array.of(0, NaN, 1, Infinity), Float32Array.of(0, 0, NaN, 0));
  assert.equal(grid.nearest(1, 0, 10), 0);
  const found = [];
  grid.inBox(-9, -9, 9, 9, (i) => found.push(i));
  assert.deepEqual(found, [0]);
});

test("70,000 points are picked in far less than a frame", () => {
  const random = randomNumbers(3);
  const [x, y] = [0, 0].map(() => Float32Array.from({ length: 70000 }, () => random() + random()));
  const grid = createGrid(x, y);
  const start = performance.now();
  for (let i = 0; i < 1000; i++) grid.nearest(random() * 2, random() * 2, 0.02);
  assert.ok((performance.now() - start) / 1000 < 1);
});

const square = [[0, 0], [4, 0], [4, 4], [0, 4]];

test("winding counts turns with their sign", () => {
  assert.equal(winding(square, 2, 2), 1);
  assert.equal(winding([...square].reverse(), 2, 2), -1);
  assert.equal(winding(square, 5, 2), 0);
  assert.equal(winding([...square, ...square], 2, 2), 2);
});

test("a loop stays inside, and a figure of eight has two insides", () => {
  // The second turn runs within the first: even-odd would cut it out.
  const loop = [[0, 0], [6, 0], [6, 6], [0, 6], [0, 0], [2, 2], [4, 2], [4, 4], [2, 4], [2, 2]];
  assert.equal(winding(loop, 3, 3), 2);
  assert.equal(winding(loop, 1, 3), 1);
  const eight = [[0, 0], [4, 4], [4, 0], [0, 4]];
  assert.notEqual(winding(eight, 0.5, 2), 0);
  assert.notEqual(winding(eight, 3.5, 2), 0);
  assert.equal(winding(eight, 2, 0.5), 0);
});

test("a polygon's points, ascending", () => {
  const random = randomNumbers(5);
  const [x, y] = [0, 0].map(() => Float32Array.from({ length: 3000 }, () => random() * 10 - 3));
  const polygon = Array.from({ length: 40 }, () => [random() * 6 - 1, random() * 6 - 1]);
  const all = [...x.keys()].filter((i) => winding(polygon, x[i], y[i]) !== 0);
  assert.ok(all.length > 100);
  assert.deepEqual([...pointsInside(createGrid(x, y), x, y, polygon)], all);
  assert.equal(pointsInside(createGrid(x, y), x, y, polygon.slice(0, 2)).length, 0);
});

test("a lasso keeps its vertices apart", () => {
  const polygon = [[0, 0]];
  assert.equal(extend(polygon, 3, 0), false);
  assert.equal(extend(polygon, 4, 0), true);
  assert.deepEqual(polygon, [[0, 0], [4, 0]]);
});

// The point map: its view, its pixels, its pictures, and the whole on canvases that only remember.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createMap } from "concertina/map";
import { radiusOf } from "concertina/painter";
import { bands, createStamps, pointsInView, splat } from "concertina/splat";
import { colours, css, packed } from "concertina/theme";
import { createThumbnails, spread } from "concertina/thumbnails";
import {
  between, boundsOf, clamped, coreBounds, fitted, moveBy, ticks, toData, toPixels, zoomAbout,
} from "concertina/transform";
import { quantile } from "./pan.js";

const near = (actual, expected, tolerance = 1e-9) =>
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= tolerance, `${actual} is not ${expected}`));

test("data to pixels and back, y upwards", () => {
  const view = { k: 37.5, tx: 612, ty: -81 };
  for (const [x, y] of [[0, 0], [1, 1], [-3.25, 8e3], [1e-7, -2]]) near(toData(view, ...toPixels(view, x, y)), [x, y]);
  assert.ok(toPixels(view, 0, 1)[1] < toPixels(view, 0, 0)[1]);
});

test("zooming keeps the place under the pointer", () => {
  const view = { k: 2, tx: 10, ty: 20 };
  for (const f of [0.1, 1, 3]) near(toData(zoomAbout(view, f, 70, 33), 70, 33), toData(view, 70, 33));
  near(Object.values(moveBy(view, 3, -4)), [2, 13, 16]);
});

test("a fitted view holds the bounds in the middle", () => {
  const bounds = boundsOf(Float32Array.of(-2, 6, NaN), Float32Array.of(1, 3, 99));
  assert.deepEqual(bounds, { left: -2, right: 6, low: 1, high: 3 });
  const view = fitted(bounds, 400, 300, 20);
  near(toPixels(view, -2, 2), [20, 150]);
  near(toPixels(view, 6, 2), [380, 150]);
  const alone = fitted(boundsOf([5], [5]), 400, 300, 20);
  near(toPixels(alone, 5, 5), [200, 150]);
  assert.ok(Number.isFinite(fitted(boundsOf([], []), 1, 1, 20).k));
});

test("outliers of many points do not shrink the map, those of few do", () => {
  const cloud = (n) => Float32Array.from({ length: n }, (_, i) => (i === 0 ? 500 : i / n));
  assert.ok(coreBounds(cloud(10000), cloud(10000)).right < 1);
  assert.equal(coreBounds(cloud(1000), cloud(1000)).right, 500);
});

test("a clamped view keeps the scale and some data in sight", () => {
  const bounds = { left: -1, right: 1, low: -1, high: 1 };
  assert.equal(clamped({ k: 1e9, tx: 0, ty: 0 }, bounds, 400, 400, 10, 1000).k, 1000);
  const far = clamped({ k: 100, tx: 1e6, ty: -1e6 }, bounds, 400, 400, 10, 1000);
  assert.ok(far.tx - 100 <= 400 && far.ty + 100 >= 0);
  const fine = { k: 100, tx: 200, ty: 200 };
  assert.deepEqual(clamped(fine, bounds, 400, 400, 10, 1000), fine);
});

test("a view on its way starts, ends, and leaves the shared place alone", () => {
  const a = { k: 2, tx: 10, ty: 20 };
  const b = zoomAbout(a, 8, 100, 50);
  near(Object.values(between(a, b, 0)), Object.values(a));
  near(Object.values(between(a, b, 1)), Object.values(b));
  near(toData(between(a, b, 0.4), 100, 50), toData(a, 100, 50));
  near(Object.values(between(a, moveBy(a, 10, 0), 0.5)), [2, 15, 20]);
});

test("ticks are round and labelled to their step", () => {
  const { values, step, label } = ticks(-1.1, 1.1, 5);
  assert.equal(step, 0.5);
  near(values, [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(values.map(label), ["\u22121.0", "\u22120.5", "0.0", "0.5", "1.0"]);
  assert.deepEqual(ticks(0, 1000, 4).values, [0, 500, 1000]);
  assert.deepEqual(ticks(-20, 20, 5).values.map(ticks(-20, 20, 5).label), ["\u221220", "\u221210", "0", "10", "20"]);
});

test("colours are packed as canvases hold them", () => {
  assert.equal(packed("#123456"), 0xff563412);
  assert.equal(css(0xff563412), "#123456");
  const light = colours("light");
  assert.equal(css(light.category(0)), "#2760d4");
  assert.equal(light.category(20), light.category(0));
  assert.notEqual(light.category(10), light.category(0));
  assert.equal(css(colours("dark").scale(1)), "#fde725");
  assert.equal(css(light.scale(1)), "#440154");
});

/** Splats points (in pixels, y down) of one colour onto white, with one spare pixel row and column on each side. */
function picture(places, { radius = 0.5, opacity = 1, rim = 0, colour = 0xff0000ff, width = 7, margin = 4 } = {}) {
  const stride = width + 2 * margin;
  const pixels = new Uint32Array(stride * stride).fill(0xffffffff);
  const x = Float32Array.from(places, (p) => p[0]);
  const y = Float32Array.from(places, (p) => -p[1]);
  const colours = new Uint32Array(places.length).fill(colour);
  const stamps = createStamps(radius, opacity, rim, stride);
  const ids = Uint32Array.from(places.keys());
  splat(pixels, stride, margin, ids, x, y, colours, { k: 1, tx: 0, ty: 0 }, stamps, 0xff00ff00);
  return (px, py) => pixels[(py + margin) * stride + px + margin];
}

test("a disc covers its middle in its colour and leaves the rest", () => {
  const at = picture([[3.5, 3.5]], { radius: 1.5 });
  assert.equal(at(3, 3), 0xff0000ff);
  assert.equal(at(0, 3), 0xffffffff);
  assert.equal(at(6, 6), 0xffffffff);
  // A place within a pixel is known to a quarter: the disc is round to that.
  assert.ok(at(2, 3) >>> 8 !== 0xffffff && at(4, 3) >>> 8 !== 0xffffff && at(3, 2) >>> 8 !== 0xffffff);
});

test("a moved disc is the same disc", () => {
  const [a, b] = [picture([[3.1, 3.6]], { radius: 1.2 }), picture([[4.1, 2.6]], { radius: 1.2 })];
  for (let y = 1; y < 6; y++) for (let x = 1; x < 5; x++) assert.equal(a(x, y), b(x + 1, y - 1));
});

test("opacity mixes, many layers reach the colour, and the channels stay apart", () => {
  const once = picture([[3.5, 3.5]], { opacity: 0.5, radius: 1.5, colour: 0xff204060 })(3, 3);
  near([once & 255, once >> 8 & 255, once >> 16 & 255], [(255 + 0x60) / 2, (255 + 0x40) / 2, (255 + 0x20) / 2], 1);
  const often = picture(Array(60).fill([3.5, 3.5]), { opacity: 0.5, radius: 1.5, colour: 0xff204060 })(3, 3);
  near([often & 255, often >> 8 & 255, often >> 16 & 255], [0x60, 0x40, 0x20], 1);
  assert.equal(once >>> 24, 255);
});

test("a rim surrounds the disc", () => {
  const at = picture([[3.5, 3.5]], { radius: 1.5, rim: 1.5 });
  assert.equal(at(3, 3), 0xff0000ff);
  assert.ok((at(1, 3) >> 8 & 255) > (at(1, 3) & 255), "greener than white was");
});

test("a disc half outside the picture is cut, not wrapped", () => {
  const at = picture([[-0.5, 3.5]], { radius: 1.5 });
  assert.notEqual(at(0, 3), 0xffffffff);
  for (let y = 0; y < 7; y++) assert.equal(at(6, y), 0xffffffff);
});

test("points in view: far, missing and later ones are left out", () => {
  const x = Float32Array.of(1, 2, 300, NaN, 5, -1);
  const y = new Float32Array(6).fill(-5);
  const found = new Uint32Array(6);
  const ranks = Uint32Array.from(x.keys());
  const view = { k: 1, tx: 0, ty: 0 };
  assert.equal(pointsInView(found, ranks, 6, x, y, view, 10, 10, 2), 4);
  assert.deepEqual([...found.slice(0, 4)], [0, 1, 4, 5]);
  assert.equal(pointsInView(found, ranks, 5, x, y, view, 10, 10, 2), 3);
});

test("bands run from high to low, keep the order, and lose no point", () => {
  const y = Float32Array.of(0, 9.5, 0.2, 5, 99, NaN, 9.9);
  const sorted = bands(y, 0, 10, 10);
  assert.deepEqual([...sorted].sort(), [0, 1, 2, 3, 4, 5, 6]);
  const place = (i) => sorted.indexOf(i);
  assert.ok(place(1) < place(6) && place(1) < place(3) && place(3) < place(0) && place(0) < place(2));
});

test("points grow with the map and shrink with their number", () => {
  const at = (n, inView, k) => radiusOf(n, inView, { width: 1200, height: 800, view: { k }, whole: 10, dpr: 1 });
  assert.ok(at(70000, 70000, 10) < at(1000, 1000, 10));
  assert.ok(at(70000, 3000, 200) > at(70000, 70000, 10));
  assert.ok(at(70000, 70000, 1e5) < 3, "a pile of points must not stop the map");
});

test("no two pictures cover each other, and enlarging only adds some", () => {
  let s = 1;
  const random = () => (s = (s * 16807) % 2147483647) / 2147483647;
  const [x, y] = [0, 0].map(() => Float32Array.from({ length: 1500 }, () => random() * 8 - 4));
  const wide = spread(x, y, 1, []);
  const narrow = spread(x, y, 0.5, wide);
  assert.deepEqual([...narrow.slice(0, wide.length)], [...wide]);
  for (const [chosen, side] of [[wide, 1], [narrow, 0.5]]) {
    for (const i of chosen) {
      for (const j of chosen) assert.ok(i === j || Math.abs(x[i] - x[j]) >= side || Math.abs(y[i] - y[j]) >= side);
    }
    // Every point is chosen or has a chosen one near: no holes.
    const covered = (i) => chosen.some((j) => Math.abs(x[i] - x[j]) < side && Math.abs(y[i] - y[j]) < side);
    for (let i = 0; i < 1500; i++) assert.ok(covered(i));
  }
});

test("pictures are asked for once, at rest, and found under the pointer", async () => {
  const asked = [];
  const thumbnails = createThumbnails(async (indices) => {
    asked.push([...indices]);
    return indices.map((i) => (i ? null : { source: {}, x: 0, y: 0, width: 28, height: 28 }));
  }, () => {});
  thumbnails.setPoints(Float32Array.of(0, 1), Float32Array.of(0, 0), 30);
  const view = { k: 40, tx: 100, ty: 100 };
  thumbnails.layout(view, 200, 200, 2, false);
  assert.deepEqual(asked, []);
  thumbnails.layout(view, 200, 200, 2, true);
  await new Promise(setImmediate);
  thumbnails.layout(view, 200, 200, 2, true);
  assert.deepEqual(asked, [[0, 1]]);
  assert.equal(thumbnails.at(105, 95), 0);
  assert.equal(thumbnails.at(140, 100), -1);
  thumbnails.layout(view, 200, 200, 100, true);
  assert.equal(thumbnails.at(105, 95), -1, "two pictures of a hundred points would hide the others");
});

test("quantiles are those of the nearest rank", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual([0.5, 0.95, 1].map((q) => quantile(values, q)), [50, 95, 100]);
  assert.equal(quantile([], 0.5), 0);
});

/** A canvas of 400 x 300 that takes every call and draws nothing. */
function fakeCanvas() {
  const listeners = {};
  const plain = { button: 0, pointerId: 1, pointerType: "mouse", preventDefault() {} };
  const nothing = {
    measureText: () => ({ width: 10 }), createLinearGradient: () => ({ addColorStop() {} }),
    putImageData: () => canvas.painted++,
  };
  const context = new Proxy(nothing, { get: (target, name) => target[name] ?? (() => {}), set: () => true });
  const canvas = {
    clientWidth: 400, clientHeight: 300, width: 0, height: 0, style: {}, painted: 0,
    getContext: () => context, setPointerCapture() {}, matches: () => false,
    getBoundingClientRect: () => ({ left: 0, top: 0 }),
    addEventListener: (name, f) => { listeners[name] = f; },
    send: (name, event) => listeners[name]?.({ ...plain, type: name, ...event }),
  };
  return canvas;
}

function fakeMap() {
  const frames = [];
  globalThis.requestAnimationFrame = (f) => frames.push(f);
  globalThis.devicePixelRatio = 1;
  globalThis.matchMedia = () => ({ matches: true });
  globalThis.ResizeObserver = class {
    observe() {}
  };
  globalThis.getComputedStyle = () => ({ fontFamily: "serif" });
  globalThis.ImageData = class {
    constructor(width, height) { this.data = new Uint8ClampedArray(4 * width * height); }
  };
  const [under, overlay] = [fakeCanvas(), fakeCanvas()];
  const names = ["background", "ink", "soft", "line", "axis", "accent"];
  const theme = Object.fromEntries(names.map((name) => [name, "#123456"]));
  const map = createMap(under, overlay, { theme, axes: true, pictures: async () => [] });
  map.setPoints({ x: Float32Array.of(-1, 0, 1, 1), y: Float32Array.of(-1, 0, 1, -1) });
  const draw = () => { while (frames.length) frames.shift()(performance.now()); };
  draw();
  const log = [];
  for (const name of ["hover", "click", "lasso", "drag"]) map.on(name, (...values) => log.push([name, ...values]));
  const at = (x, y) => {
    const [clientX, clientY] = map.toPixels(x, y);
    return { clientX, clientY };
  };
  return { map, under, overlay, draw, log, at };
}

test("the map picks", () => {
  const { map } = fakeMap();
  near(map.toData(...map.toPixels(0.3, -0.7)), [0.3, -0.7]);
  assert.equal(map.pick(...map.toPixels(1, 1), 5), 2);
  assert.equal(map.pick(...map.toPixels(0.5, 0), 5), -1);
  assert.equal(map.measured().drawn, 4);
  assert.deepEqual([...map.inside([[0, 0], [400, 0], [400, 300]])].includes(2), true);
});

test("a press is a click, a drag pans, hovering tells each point once", () => {
  const { map, overlay, log, at } = fakeMap();
  overlay.send("pointermove", at(0, 0));
  overlay.send("pointermove", at(0, 0));
  assert.deepEqual(log, [["hover", 1]]);
  overlay.send("pointerdown", at(0, 0));
  overlay.send("pointerup", at(0, 0));
  const [name, index, x, y] = log.at(-1);
  assert.deepEqual([name, index], ["click", 1]);
  near([x, y], [0, 0]);
  const [before, count] = [map.view(), log.length];
  overlay.send("pointerdown", { clientX: 100, clientY: 100 });
  overlay.send("pointermove", { clientX: 120, clientY: 110 });
  overlay.send("pointerup", { clientX: 120, clientY: 110 });
  near([map.view().tx - before.tx, map.view().ty - before.ty], [20, 10]);
  assert.equal(log.length, count);
});

test("a lasso selects, a walk reports, two fingers enlarge", () => {
  const { map, overlay, log, at } = fakeMap();
  map.setMode("lasso");
  overlay.send("pointerdown", at(0.5, -1.2));
  for (const [x, y] of [[1.2, -1.2], [1.2, 1.2], [0.5, 1.2]]) overlay.send("pointermove", at(x, y));
  overlay.send("pointerup", at(0.5, 1.2));
  assert.deepEqual(log.filter(([name]) => name === "lasso").map(([, ids]) => [...ids]), [[2, 3]]);
  map.setMode("walk");
  overlay.send("pointerdown", at(0.25, 0.5));
  overlay.send("pointerup", at(0.25, 0.5));
  const drag = log.at(-1);
  assert.equal(drag[0], "drag");
  near(drag.slice(1), [0.25, 0.5]);
  map.setMode("pan");
  const k = map.view().k;
  overlay.send("pointerdown", { pointerId: 1, pointerType: "touch", clientX: 150, clientY: 150 });
  overlay.send("pointerdown", { pointerId: 2, pointerType: "touch", clientX: 250, clientY: 150 });
  overlay.send("pointermove", { pointerId: 2, pointerType: "touch", clientX: 350, clientY: 150 });
  assert.ok(Math.abs(map.view().k / k - 2) < 1e-9);
  overlay.send("pointerup", { pointerId: 1, pointerType: "touch", clientX: 150, clientY: 150 });
  overlay.send("pointerup", { pointerId: 2, pointerType: "touch", clientX: 350, clientY: 150 });
  assert.equal(log.at(-1), drag, "no click after a pinch");
});

test("keys pan, zoom and fit", () => {
  const { map, overlay, draw } = fakeMap();
  const home = map.view();
  let views = 0;
  map.on("view", () => views++);
  overlay.send("keydown", { key: "ArrowLeft" });
  assert.equal(map.view().tx, home.tx + 30);
  overlay.send("keydown", { key: "+" });
  assert.ok(map.view().k > home.k);
  assert.ok(views >= 2);
  overlay.send("keydown", { key: "0" });
  draw();
  near(Object.values(map.view()), Object.values(home));
  assert.ok(map.measured().times.length >= 1);
});

test("only a new selection draws the points again", () => {
  const { map, under, draw } = fakeMap();
  const shown = (next) => {
    under.painted = 0;
    map.show(next);
    draw();
    return under.painted;
  };
  const selection = Uint8Array.of(1, 0, 0, 0);
  assert.equal(shown({ pinned: 1, neighbours: [0, 2], selection: null }), 0);
  const markers = [{ x: 0, y: 0, kind: "you", label: "here" }];
  assert.equal(shown({ markers, path: [[0, 0], [1, 1]], prior: true }), 0);
  assert.equal(shown({ pinned: 2, neighbours: [], selection }), 1);
  assert.equal(shown({ pinned: 1, neighbours: [0], selection }), 0);
  assert.equal(shown({ pinned: 1, neighbours: [0], selection: null }), 1);
});

test("points may move, and keep their colours and the view", () => {
  const { map, overlay, draw } = fakeMap();
  overlay.send("keydown", { key: "ArrowLeft" });
  const before = map.view();
  map.setPoints({ x: Float32Array.of(-1, 0.2, 1, 1), y: Float32Array.of(-1, 0, 1, -1) });
  draw();
  assert.deepEqual(map.view(), before);
  assert.equal(map.pick(...map.toPixels(0.2, 0), 5), 1);
});

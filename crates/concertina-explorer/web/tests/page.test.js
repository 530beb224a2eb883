// The pure parts of the page: what the address remembers, the words, the loss, clusters, gaps and files.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parameters, together } from "concertina/blocks";
import { centred } from "concertina/bring";
import { kMeans } from "concertina/cluster";
import { csv, field } from "concertina/csv";
import { againstPrior } from "concertina/density";
import { stopOf } from "concertina/epochs";
import { curves, normals } from "concertina/live";
import { bernoulli, bytes, kl, takenApart } from "concertina/loss";
import { largestGap, nearest, place, random, unplace } from "concertina/near";
import { notesOf } from "concertina/roll";
import { format, initial, parse } from "concertina/state";
import { choose, createWords, LANGUAGES } from "concertina/words";

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

test("an address gives back the state that it was made of", () => {
  const state = {
    ...initial(), pin: 123456, colour: "cluster", clusters: 7, mode: "walk", tab: "walk", lang: "sr", theme: "dark",
    as: 3, from: 100001, to: 5, at: 0.25, prior: false, active: 1, epoch: 0,
    codes: [[0.5, -1.25], [3, 1e-7]], views: [[0, 1.5, 4]],
  };
  assert.deepEqual(parse(`#${format(state)}`), state);
  assert.equal(format(initial()), "");
  assert.deepEqual(parse("#"), initial());
});

test("an address from anywhere does no harm", () => {
  const hostile = "#pin=-1&pin=1e9&colour=<b>&clusters=999&at=NaN&codes=1,x_2&views=1,2,-3&__proto__=1&constructor=2"
    + "&lang=../x&theme=pink&epoch=last";
  assert.deepEqual(parse(hostile), { ...initial(), codes: [[2]] });
  assert.deepEqual(parse("#at=7&active=5&tab=nowhere"), { ...initial(), at: 1 });
});

test("all words are there in all languages, with the same places to fill in", () => {
  const table = JSON.parse(read("words.json"));
  const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(([all]) => all).sort().join();
  for (const [id, texts] of Object.entries(table)) {
    assert.deepEqual(Object.keys(texts), Object.keys(LANGUAGES), id);
    for (const [language, text] of Object.entries(texts)) {
      assert.ok(text.trim() === text && text !== "", `${id} ${language}`);
      assert.equal(places(text), places(texts.en), `${id} ${language}`);
    }
  }
});

test("the page asks only for words that are there", () => {
  const table = JSON.parse(read("words.json"));
  const asked = [...read("page.html").matchAll(/data-(?:word|label)="(\w+)"/g)].map(([, id]) => id);
  for (const file of ["main", "controls", "detail", "sliders", "bring", "select", "colour", "compare", "atlas",
    "epochs", "live"]) {
    asked.push(...[...read(`${file}.js`).matchAll(/\bt\("(\w+)"/g)].map(([, id]) => id));
  }
  assert.ok(asked.length > 60, `${asked.length}`);
  for (const id of asked) assert.ok(id in table, id);
});

test("languages are chosen by the reader's wishes", () => {
  assert.equal(choose(["fil-PH", "en"]), "tl");
  assert.equal(choose(["sr-Latn-RS"]), "sr");
  assert.equal(choose(["de-CH", "pl"]), "pl");
  assert.equal(choose(["de"]), "en");
  const words = createWords({ a: { en: "{n} of {of}", sr: "{n} од {of}" }, b: { en: "only" } });
  assert.equal(words.t("a", { n: 1234, of: "x{n}" }), "1,234 of x{n}");
  words.speak("sr");
  assert.equal(words.t("a", { n: 1234, of: 2 }), "1.234 од 2");
  assert.equal(words.t("b"), "only");
  words.speak("en");
  assert.equal(words.number(-0.001, 2), "0.00");
  assert.equal(words.number(-1.5, 2), "\u22121.50");
});

test("an epoch of the address is a stop of its slider, and the last one what has none", () => {
  const stops = [{ epoch: 0 }, { epoch: 2 }, { epoch: 4 }];
  assert.deepEqual([0, 2, 4, 3, null].map((epoch) => stopOf(stops, epoch)), [0, 1, 2, 2, 2]);
});

test("curves of the losses fill their box from the first epoch to the last", () => {
  const [train, valid] = curves([[1, 9, 8], [2, 5, null], [3, 1, 2]], 5);
  assert.deepEqual(train, [[0, 0], [0.25, 0.5], [0.5, 1]]);
  assert.deepEqual(valid, [[0, 0.125], [0.5, 0.875]]);
  assert.deepEqual(curves([], 5), [[], []]);
  assert.deepEqual(curves([[1, 3, null]], 1), [[[0, 0]], []]);
});

test("codes of the samples are normal, and always the same", () => {
  const codes = normals(20000, 7);
  assert.deepEqual(codes, normals(20000, 7));
  const mean = codes.reduce((sum, z) => sum + z, 0) / codes.length;
  const square = codes.reduce((sum, z) => sum + z * z, 0) / codes.length;
  assert.ok(Math.abs(mean) < 0.02 && Math.abs(square - 1) < 0.03, `${mean} ${square}`);
});

test("fields of csv are quoted where they must be, and never run", () => {
  assert.equal(field('say "a, b"'), '"say ""a, b"""');
  assert.equal(field("a\nb"), '"a\nb"');
  assert.equal(field("=SUM(A1)"), "'=SUM(A1)");
  assert.equal(field("-1+2"), "'-1+2");
  assert.equal(field(-1.5), "-1.5");
  assert.equal(field(null), "");
  assert.equal(field(" padded"), '" padded"');
  assert.equal(csv([["a", 1], ["b", null]]), "a,1\r\nb,\r\n");
});

test("the loss is what its formulas say", () => {
  // A logit of 0 is a fair coin: ln 2 for each pixel, whatever it is.
  assert.ok(Math.abs(bernoulli([0, 0], [1, 0.3]) - 2 * Math.LN2) < 1e-12);
  assert.ok(bernoulli([800, -800], [1, 0]) < 1e-300);
  assert.equal(bernoulli([800], [0]), 800);
  assert.equal(kl([0, 0], [1, 1]), 0);
  assert.ok(Math.abs(kl([1], [1]) - 0.5) < 1e-12);
  assert.ok(Math.abs(kl([0], [0.5]) - ((0.25 - 1) / 2 + Math.LN2)) < 1e-12);
  assert.equal(bytes(8 * Math.LN2), 1);
  const nats = takenApart({ kind: "bernoulli" }, { found: [0], target: [1], mean: [1], sigma: [1] });
  assert.ok(Math.abs(nats.total - (Math.LN2 + 0.5)) < 1e-12);
  const squares = takenApart({ kind: "gaussian" }, { found: [0.5], target: [1], mean: [1], sigma: null });
  assert.deepEqual(squares, { reconstruction: 0.25, kl: 0, total: 0 });
});

// Three heaps in turn, around (0, 0), (10, 0) and (5, 9).
const heaps = () => {
  const next = random(5);
  return Float32Array.from({ length: 600 }, (_, i) => [0, 0, 10, 0, 5, 9][i % 6] + next());
};

test("clusters are the same each time, and the right ones", () => {
  const codes = heaps();
  const [one, other] = [kMeans(codes, 2, 3, random(1)), kMeans(codes, 2, 3, random(1))];
  assert.deepEqual(one, other);
  assert.deepEqual(one.sizes, [100, 100, 100]);
  for (let i = 3; i < 300; i++) assert.equal(one.of[i], one.of[i % 3]);
  assert.deepEqual(kMeans(Float32Array.of(1, 1, 1, 1), 1, 3, random(1)).sizes, [4, 0, 0]);
});

test("nearest codes are nearest, in their order", () => {
  const codes = Float32Array.of(0, 0, 3, 0, 1, 0, 2, 0, 9, 9);
  assert.deepEqual(nearest(codes, 2, [0, 0], 3), { indices: [0, 2, 3], distances: [0, 1, 2] });
  assert.deepEqual(nearest(codes, 2, [0, 0], 2, 0).indices, [2, 3]);
  assert.equal(nearest(codes, 2, [0, 0], 9).indices.length, 5);
});

test("the largest gap lies between heaps, not beside them", () => {
  const next = random(5);
  // Two bands with a ditch between them.
  const x = Float32Array.from({ length: 400 }, (_, i) => 2 * next() + 3 * (i % 2));
  const y = Float32Array.from({ length: 400 }, () => 5 * next());
  const [from, to] = largestGap(x, y, 100);
  assert.notEqual(from % 2, to % 2);
  assert.ok(Math.max(from, to) < 100);
  assert.deepEqual(largestGap(Float32Array.of(1, 1), Float32Array.of(1, 1), 2), [0, 1]);
  assert.deepEqual(largestGap(Float32Array.of(1), Float32Array.of(1), 1), [0, 0]);
});

test("places and codes of a flat map go both ways", () => {
  const map = { method: "pca", components: { mean: [1, 2, 3], axes: [[1, 0, 0], [0, 0.6, 0.8]] } };
  const code = unplace(map, 3, 2, -1);
  const [x, y] = place(map, null, 3, null, null, code);
  assert.ok(Math.abs(x - 2) < 1e-6 && Math.abs(y + 1) < 1e-6);
  const other = { method: "umap", components: null };
  assert.equal(unplace(other, 3, 0, 0), null);
  assert.deepEqual(place(other, Float32Array.of(0, 1), 1, [5, 7], [1, 1], [0])[1], 1);
});

test("codes are denser than the prior where there are too many", () => {
  const next = random(3);
  const codes = Float32Array.from({ length: 900 }, (_, i) => (i < 600 ? 2 + 0.05 * next() : 2 * next() - 1));
  const ratio = againstPrior(codes, 1);
  assert.ok(ratio[10] > ratio[700]);
});

test("planes of bytes become numbers again", () => {
  const numbers = Float32Array.of(1, -2.5, 3e-9);
  const plain = new Uint8Array(numbers.buffer);
  const planes = Uint8Array.from({ length: 12 }, (_, i) => plain[(i % 3) * 4 + Math.floor(i / 3)]);
  assert.deepEqual(new Float32Array(together(planes, 4).buffer), numbers);
});

test("tokens become notes", () => {
  const music = { secondsPerStep: 0.1, voices: [
    { drums: false, tokens: [null, [], [60], [60, 64]] },
    { drums: true, tokens: [[], [36]] },
  ] };
  // Steps of a melody and a drum: a chord held for two steps, an end, a note to the end of the window.
  const notes = notesOf([3, 1, 0, 0, 1, 1, 2, 0], music);
  assert.deepEqual(notes, [
    { voice: 0, pitch: 60, start: 0, end: 2 }, { voice: 0, pitch: 64, start: 0, end: 2 },
    { voice: 0, pitch: 60, start: 3, end: 4 },
    { voice: 1, pitch: 36, start: 0, end: 1 }, { voice: 1, pitch: 36, start: 2, end: 3 },
  ]);
});

test("a drawing is centred and fills what digits fill", () => {
  const [stroke] = centred([[[0.1, 0.1], [0.1, 0.2]]]);
  assert.ok(Math.abs(stroke[0][0] - 0.5) < 1e-4 && Math.abs(stroke[0][1] + stroke[1][1] - 1) < 1e-4);
  assert.ok(stroke[1][1] - stroke[0][1] > 0.25);
});

test("parameters are read from 32, 16 and 8 bits", () => {
  const of = (bytes, precision) => [...parameters(Uint8Array.from(bytes).buffer, precision)];
  assert.deepEqual(of([0, 0, 128, 63], "float32"), [1]);
  assert.deepEqual(of([0, 0x3c, 0, 0xb8, 1, 0], "float16"), [1, -0.5, 2 ** -24]);
  // Two groups of 32, and their scales: 1 and 0.5.
  const integers = Int8Array.from({ length: 64 }, (_, i) => 4 * i - 127);
  const read = of([...new Uint8Array(integers.buffer), 0, 0x3c, 0, 0x38], "int8");
  assert.deepEqual(read, Array.from(integers, (value, i) => (i < 32 ? value : value / 2)));
});

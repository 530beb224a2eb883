// The page's networks against the library's: for each NAME.json in the folder that CONCERTINA_PARITY names,
//
//     { graph, n, inputs, codes, outputs, labels, weights, logits }
//
// the description of a model, and names of files beside it, of raw little-endian numbers: f32, and u32 for
// labels (null without a condition). `inputs` is [n, C, H, W], `codes` [n, D], and `outputs` what decoding
// the codes gives: pictures, or for music tokens. `logits`, of music and optional, is the decoder's raw
// output with those tokens as its past.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { endianness } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { load } from "concertina/model";

/** The largest difference that is accepted of codes and pictures, and of logits. */
const MOST = 1e-4;
const MOST_OF_LOGITS = 1e-3;
/** The share of tokens that must be equal: two may be equally probable but for rounding. */
const LEAST_EQUAL = 0.999;

const folder = process.env.CONCERTINA_PARITY;
const names = folder ? readdirSync(folder).filter((name) => name.endsWith(".json")).sort() : [];

test("CONCERTINA_PARITY names a folder of fixtures", { skip: !folder && "it is not set" }, () => {
  assert.ok(names.length > 0, `expected NAME.json in ${folder}, found none`);
  assert.equal(endianness(), "LE", "the files' numbers are little-endian");
});

for (const name of names) {
  test(`${name.slice(0, -5)} in the page is as in the library`, (t) => {
    const fixture = open(name);
    const model = load(fixture.graph, fixture.weights);
    const codes = checkCodes(fixture, model);
    const check = fixture.graph.picture === "tokens" ? checkMusic : checkPictures;
    t.diagnostic(`${codes}; ${check(fixture, model)}`);
  });
}

/** A fixture with the values of its files. */
function open(name) {
  const fixture = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const values = (file, Type) => {
    if (!file) return null;
    const bytes = readFileSync(join(folder, file));
    // A file's bytes may lie anywhere in a larger buffer.
    return new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  const files = ["inputs", "codes", "outputs", "weights", "logits"];
  const floats = Object.fromEntries(files.map((key) => [key, values(fixture[key], Float32Array)]));
  return { ...fixture, ...floats, labels: values(fixture.labels, Uint32Array) };
}

/** The values of example i, of n. */
function example(values, i, n) {
  assert.equal(values.length % n, 0, `expected the values of ${n} examples, found ${values.length}`);
  return values.subarray(values.length / n * i, values.length / n * (i + 1));
}

/** Calls `f(i, label)` for each example, and gives what it found and the median of its milliseconds. */
function eachExample({ n, labels }, f) {
  const times = [];
  const found = Array.from({ length: n }, (_, i) => {
    const start = performance.now();
    const result = f(i, labels?.[i]);
    times.push(performance.now() - start);
    return result;
  });
  return { found, time: `${times.sort((a, b) => a - b)[n >> 1].toFixed(2)} ms` };
}

/** The largest difference of two lists of values; infinite if one is not a number. */
function largestDifference(found, expected) {
  assert.equal(found.length, expected.length, "the number of values");
  let largest = 0;
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i] - expected[i]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

function within(what, found, expected, n, most) {
  const differences = found.map((values, i) => largestDifference(values, example(expected, i, n)));
  const largest = Math.max(...differences);
  const worst = `${what} of example ${differences.indexOf(largest)}`;
  assert.ok(largest <= most, `${worst}: a difference of ${largest}`);
  return `${what} within ${largest.toExponential(1)}`;
}

function checkCodes(fixture, model) {
  const { inputs, codes, n } = fixture;
  const { found, time } = eachExample(fixture, (i, label) => model.encode(example(inputs, i, n), label).code);
  return `${within("codes", found, codes, n, MOST)}, ${time}`;
}

function checkPictures(fixture, model) {
  const { codes, outputs, n } = fixture;
  const { found, time } = eachExample(fixture, (i, label) => model.decode(example(codes, i, n), label));
  return `${within("pictures", found, outputs, n, MOST)}, ${time}`;
}

function checkMusic(fixture, model) {
  const { codes, outputs, logits, n } = fixture;
  const { found, time } = eachExample(fixture, (i, label) => model.decode(example(codes, i, n), label));
  let equal = 0;
  found.forEach((tokens, i) => {
    const expected = example(outputs, i, n);
    assert.equal(tokens.length, expected.length, "the number of tokens");
    equal += tokens.filter((token, place) => token === expected[place]).length;
  });
  const share = equal / outputs.length;
  assert.ok(share >= LEAST_EQUAL, `tokens: ${equal} of ${outputs.length} are equal`);
  const tokens = `${(100 * share).toFixed(2)} % of tokens, ${time}`;
  if (!logits) return tokens;
  // With the file's tokens as its past, so that a token that differs does not change all that follow it.
  const raw = eachExample(fixture, (i, label) =>
    model.output(example(codes, i, n), label, fixture.graph.guide ? example(outputs, i, n) : undefined));
  return `${tokens}; ${within("logits", raw.found, logits, n, MOST_OF_LOGITS)}`;
}

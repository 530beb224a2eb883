// Pictures are fitted as the library fits them, to the bit. Expected values are those of the `image` crate
// 0.25.10: the centre square, `resize_exact` with `FilterType::Triangle`, then `into_luma8` or `into_rgb8`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, toPixels } from "concertina/picture";

/** Noise with random transparency: bytes of xorshift32 from 12345 on. */
function noise(width, height) {
  let state = 12345;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  };
  return { data: Uint8Array.from({ length: 4 * width * height }, next), width, height };
}

const bytes = (values) => [...values].map((value) => Math.round(255 * value));

/** FNV-1a. */
const hash = (values) => values.reduce((h, x) => Math.imul(h ^ x, 0x01000193), 0x811c9dc5) >>> 0;

function interleaved(values) {
  const area = values.length / 3;
  return Array.from(values, (_, n) => values[n % 3 * area + Math.floor(n / 3)]);
}

test("grey and colours have the bytes that the library has", () => {
  for (const [width, height, side, grey, colours] of [
    [40, 30, 28, 1097142629, 456036753], // Smaller, from a wide picture.
    [31, 57, 28, 2895406287, 1589426599], // A tall one, with an odd number of rows left over.
    [28, 28, 28, 411867146, 1284781615], // Of the right size already.
    [28, 40, 28, 537612324, 3337857996], // Only cut.
    [9, 7, 28, 220428690, 468415516], // Larger.
    [1, 1, 5, 4061137089, 3402967593],
    [5, 5, 4, 2530363784, 853390582],
    [3, 8, 7, 3868561107, 3284120639],
    [97, 61, 16, 2277796196, 3260085588],
    [640, 481, 64, 2730388187, 986960715],
  ]) {
    const picture = noise(width, height);
    const what = `${width} x ${height} to ${side}`;
    assert.equal(hash(bytes(fit(picture, [1, side, side]))), grey, what);
    assert.equal(hash(interleaved(bytes(fit(picture, [3, side, side])))), colours, what);
  }
  assert.deepEqual(bytes(fit(noise(5, 5), [1, 4, 4])),
    [137, 143, 93, 127, 133, 122, 142, 144, 141, 77, 79, 135, 124, 124, 61, 159]);
});

test("a picture without colours keeps its grey", () => {
  const data = Uint8Array.from({ length: 1024 }, (_, n) => n >> 2);
  const values = fit({ data, width: 256, height: 1 }, [1, 1, 256]);
  assert.deepEqual([...values], Array.from({ length: 256 }, (_, n) => Math.fround(n / 255)));
});

test("transparency is dropped", () => {
  const picture = { data: [200, 100, 50, 0], width: 1, height: 1 };
  assert.deepEqual(bytes(fit(picture, [3, 1, 1])), [200, 100, 50]);
  assert.deepEqual(bytes(fit(picture, [1, 1, 1])), [118]);
});

test("black becomes white where it is asked for", () => {
  const picture = noise(9, 7);
  const [plain, inverted] = [false, true].map((invert) => bytes(fit(picture, [1, 5, 5], { invert })));
  assert.deepEqual(inverted, plain.map((byte) => 255 - byte));
});

test("a model of pictures that are no squares gets the part around the centre", () => {
  const data = Array.from({ length: 6 * 6 }, (_, n) => [n, n, n, 255]).flat();
  const picture = { data, width: 6, height: 6 };
  assert.deepEqual(bytes(fit(picture, [1, 2, 6])), [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
  assert.deepEqual(bytes(fit(picture, [1, 6, 2])), [2, 3, 8, 9, 14, 15, 20, 21, 26, 27, 32, 33]);
});

test("values become pixels, grey or coloured", () => {
  const grey = [...toPixels([0, 0.5, 1], [1, 1, 3])];
  assert.deepEqual(grey, [0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
  const coloured = [...toPixels([0, 1, 0.2, 0.4, 2, -1], [3, 1, 2])];
  assert.deepEqual(coloured, [0, 51, 255, 255, 255, 102, 0, 255]);
});

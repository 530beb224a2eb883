// Points as pixels: anti-aliased discs blended into one array of packed colours (0xAABBGGRR), without a GPU.

import { clamp, times } from "#numbers";

/** Discs are drawn at a quarter of a pixel: without it, clouds swim while the map moves. */
const PHASES = 4; // a power of two: see `splat`, which shifts by 2

/** The discs of one radius, one for each of 4 x 4 places within a pixel: offsets into the array, and how much (of 256)
 * of the point's colour and, beneath it, of the rim's each pixel takes.
 * @param {number} radius in pixels @param {number} opacity of the disc, 0..1 @param {number} rim its width in pixels
 * @param {number} stride of the array */
export function createStamps(radius, opacity, rim, stride) {
  const reach = Math.ceil(radius + rim + 0.5);
  const cover = (r, distance) => clamp(r + 0.5 - distance, 0, 1);
  return times(PHASES * PHASES, (phase) => {
    const [cx, cy] = [(phase % PHASES + 0.5) / PHASES, (Math.floor(phase / PHASES) + 0.5) / PHASES];
    const [offsets, inks, edges] = [[], [], []];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const distance = Math.hypot(dx + 0.5 - cx, dy + 0.5 - cy);
        const ink = Math.round(256 * opacity * cover(radius, distance));
        const edge = rim ? Math.round(200 * cover(radius + rim, distance)) : 0;
        if (!ink && !edge) continue;
        offsets.push(dy * stride + dx);
        inks.push(ink);
        edges.push(edge);
      }
    }
    return {
      offsets: Int32Array.from(offsets), inks: Uint16Array.from(inks), edges: rim ? Uint16Array.from(edges) : null,
    };
  });
}

/** Indices sorted into horizontal bands, in their order within each. Memory is what painting costs: points of one band
 * share a few rows of pixels, which stay in the cache. */
export function bands(y, low, high, count) {
  const scale = count / (high - low || 1);
  const of = (value) => clamp(Math.floor((high - value) * scale), 0, count - 1) || 0;
  const next = new Uint32Array(count + 1);
  for (let i = 0; i < y.length; i++) next[of(y[i]) + 1]++;
  for (let band = 0; band < count; band++) next[band + 1] += next[band];
  const sorted = new Uint32Array(y.length);
  for (let i = 0; i < y.length; i++) sorted[next[of(y[i])]++] = i;
  return sorted;
}

/** Writes to `places` which points, of ranks below `n`, have discs that touch the picture.
 * @param {Uint32Array} ranks one for each point @returns {number} how many */
export function pointsInView(places, ranks, n, x, y, view, width, height, reach) {
  const { k, tx, ty } = view;
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    const px = x[i] * k + tx;
    const py = ty - y[i] * k;
    // A coordinate that is not a number fails every comparison and so is left out.
    if (px > -reach && px < width + reach && py > -reach && py < height + reach && ranks[i] < n) places[count++] = i;
  }
  return count;
}

/** Stamps points into `pixels`. The array has `margin` spare pixels on each side, so that no disc needs clipping.
 * @param {Uint32Array} pixels @param {Uint32Array} ids whose discs touch the picture
 * @param {ReturnType<typeof createStamps>} stamps
 * @param {number} rimColour packed */
export function splat(pixels, stride, margin, ids, x, y, colours, view, stamps, rimColour) {
  const { k, tx, ty } = view;
  // Signed views: whole numbers of 32 bits stay in registers, where unsigned ones would become floating point.
  const signed = (array) => new Int32Array(array.buffer, array.byteOffset, array.length);
  const [into, inkOf] = [signed(pixels), signed(colours)];
  const rim = rimColour | 0;
  for (let j = 0; j < ids.length; j++) {
    const i = ids[j];
    const qx = Math.floor((x[i] * k + tx) * PHASES);
    const qy = Math.floor((ty - y[i] * k) * PHASES);
    const { offsets, inks, edges } = stamps[(qy & PHASES - 1) * PHASES + (qx & PHASES - 1)];
    const base = ((qy >> 2) + margin) * stride + (qx >> 2) + margin;
    if (edges) blendAll(into, base, offsets, edges, rim);
    blendAll(into, base, offsets, inks, inkOf[i]);
  }
}

/** Lays `parts` (of 256) of a colour over pixels. Red and blue are computed at once: their products cannot meet. */
function blendAll(into, base, offsets, parts, colour) {
  const [rb, g] = [colour & 0xff00ff, colour >> 8 & 0xff];
  for (let s = 0; s < offsets.length; s++) {
    const at = base + offsets[s];
    const under = into[at];
    const a = parts[s];
    const rest = 256 - a;
    const redBlue = Math.imul(under & 0xff00ff, rest) + Math.imul(rb, a) + 0x800080 | 0;
    const green = Math.imul(under >> 8 & 0xff, rest) + Math.imul(g, a) + 0x80 | 0;
    into[at] = 0xff000000 | (redBlue >>> 8 & 0xff00ff) | (green & 0xff00);
  }
}

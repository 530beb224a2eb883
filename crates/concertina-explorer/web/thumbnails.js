// Pictures in place of points, once few are in view: chosen so that none covers another, fetched when the map rests.

import { css } from "#theme";

/** Sides of a thumbnail in CSS pixels: from LEAST to almost twice that, as the map is enlarged. */
const LEAST = 24;
/** Only a map made smaller than its whole would go below; no picture says anything then. */
const SMALLEST = 20;
/** The part of its square that a thumbnail fills; the rest is the gap to its neighbours. */
const FILL = 0.88;
/** Pictures appear when this part of the points in view gets one, and go below the second: else they would hide the
 * shape of a cloud, and flicker. */
const [ENOUGH, TOO_FEW] = [0.3, 0.2];
/** Pictures that are remembered, about. */
const KEPT = 4096;

/** Chooses points such that no two are nearer than `side` in both x and y: those in `first`, then the others in their
 * order (shuffled points make that a fair choice). @returns {Uint32Array} in the order of choice */
export function spread(x, y, side, first) {
  const bits = 16;
  const heads = new Int32Array(1 << bits).fill(-1);
  const next = new Int32Array(x.length);
  const chosen = [];
  const hash = (c, r) => (Math.imul(c, 0x9e3779b1) ^ Math.imul(r, 0x85ebca6b)) >>> 32 - bits;
  const free = (i, column, row) => {
    for (let r = row - 1; r <= row + 1; r++) {
      for (let c = column - 1; c <= column + 1; c++) {
        // Cells may share a list: the distance decides, so that costs time only. A point is never far from itself.
        for (let j = heads[hash(c, r)]; j >= 0; j = next[j]) {
          if (Math.abs(x[j] - x[i]) < side && Math.abs(y[j] - y[i]) < side) return false;
        }
      }
    }
    return true;
  };
  const offer = (i) => {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) return;
    const [column, row] = [Math.floor(x[i] / side), Math.floor(y[i] / side)];
    if (!free(i, column, row)) return;
    const cell = hash(column, row);
    next[i] = heads[cell];
    heads[cell] = i;
    chosen.push(i);
  };
  first.forEach(offer);
  for (let i = 0; i < x.length; i++) offer(i);
  return Uint32Array.from(chosen);
}

/** @param {(indices: number[]) => Promise<object[]>} fetchPictures
 * @param {() => void} changed called when pictures have arrived */
export function createThumbnails(fetchPictures, changed) {
  let [x, y, coarsest] = [];
  let levels = new Map();
  let pictures = new Map();
  let busy = false;
  let shown = [];
  let on = false;

  /** The points of a level, whose squares are 2^level data units wide. Each keeps those of the level above: enlarging
   * the map adds pictures and takes none away. */
  function level(m) {
    if (!levels.has(m)) levels.set(m, spread(x, y, 2 ** m, m < coarsest ? level(m + 1) : []));
    return levels.get(m);
  }

  async function fetchMissing(indices) {
    if (busy || indices.every((i) => pictures.has(i))) return;
    busy = true;
    const found = await fetchPictures(indices).catch(() => []);
    busy = false;
    if (pictures.size > KEPT) pictures = new Map();
    indices.forEach((i, j) => pictures.set(i, found[j] ?? null));
    changed();
  }

  return {
    /** @param {number} k the scale at which the whole map is in view */
    setPoints(newX, newY, k) {
      [x, y] = [newX, newY];
      coarsest = Math.ceil(Math.log2(LEAST / k));
      levels = new Map();
    },

    /** Where pictures go in this view, in CSS pixels (null: nowhere); asks for those that are missing. */
    layout(view, width, height, inView, resting) {
      shown = [];
      on &&= view !== null;
      if (!view) return;
      const m = Math.min(Math.ceil(Math.log2(LEAST / view.k)), coarsest);
      const side = 2 ** m * view.k * FILL;
      const places = [];
      for (const i of side < SMALLEST ? [] : level(m)) {
        const [px, py] = [x[i] * view.k + view.tx, view.ty - y[i] * view.k];
        if (px < -side || py < -side || px > width + side || py > height + side) continue;
        places.push({ i, px, py, side, picture: pictures.get(i) });
      }
      on = places.length >= (on ? TOO_FEW : ENOUGH) * inView;
      if (!on) return;
      if (resting) fetchMissing(places.map((place) => place.i));
      shown = places.filter((place) => place.picture);
    },

    /** The point whose picture lies under the pixel, or -1. */
    at: (px, py) => shown.find((t) => Math.abs(t.px - px) <= t.side / 2 && Math.abs(t.py - py) <= t.side / 2)?.i ?? -1,

    /** The place of a point's picture, if it is shown. */
    find: (i) => shown.find((t) => t.i === i),

    /** Draws what `layout` placed: a frame in the colour of the point, and its picture; `faint(i)` ones dimmed. */
    draw(context, colours, background, faint) {
      for (const t of shown) {
        const frame = t.side > 40 ? 2 : 1.5;
        const { source, x: sx, y: sy, width: w, height: h } = t.picture;
        const scale = (t.side - 2 * frame) / Math.max(w, h);
        const [left, top, wide, tall] = [t.px - w * scale / 2, t.py - h * scale / 2, w * scale, h * scale];
        const plate = (colour, edge, radius) => {
          context.fillStyle = colour;
          context.beginPath();
          context.roundRect(left - edge, top - edge, wide + 2 * edge, tall + 2 * edge, radius);
          context.fill();
        };
        context.globalAlpha = 1;
        plate(background, frame + 1, 5);
        if (faint(t.i)) context.globalAlpha = 0.22;
        plate(css(colours[t.i]), frame, 4);
        // Twice enlarged, smoothing looks like dirt; the pixels themselves look honest.
        context.imageSmoothingEnabled = scale < 2;
        context.drawImage(source, sx, sy, w, h, left, top, wide, tall);
      }
      context.globalAlpha = 1;
    },
  };
}

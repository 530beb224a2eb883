// A uniform grid over points of the plane: finds the nearest point and the points of a box without looking at all.

import { clamp } from "#numbers";
import { boundsOf } from "#transform";

/** Points per cell that the grid aims at. */
const PER_CELL = 2;

/** Sorts the finite points into cells by counting; the others are never found.
 * @param {Float32Array} x @param {Float32Array} y */
export function createGrid(x, y) {
  const { left, right, low, high } = boundsOf(x, y);
  // Square cells: a ring of cells is then a ring of distances. A narrow cloud gets one row, never fewer.
  const [wide, tall] = [right - left, high - low];
  const wanted = Math.max(x.length / PER_CELL, 1);
  const side = Math.max(Math.sqrt(wide * tall / wanted), Math.max(wide, tall) / wanted) || 1;
  const columns = Math.floor(wide / side) + 1;
  const rows = Math.floor(tall / side) + 1;
  const column = (value) => clamp(Math.floor((value - left) / side), 0, columns - 1);
  const row = (value) => clamp(Math.floor((value - low) / side), 0, rows - 1);

  const starts = new Uint32Array(columns * rows + 1);
  const ids = Uint32Array.from(x.keys()).filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
  const cells = ids.map((i) => row(y[i]) * columns + column(x[i]));
  for (const cell of cells) starts[cell + 1]++;
  for (let c = 0; c < columns * rows; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  const sorted = new Uint32Array(ids.length);
  ids.forEach((i, j) => { sorted[next[cells[j]]++] = i; });

  /** The nearest point at most `radius` away, the first of equals; -1 if there is none. */
  function nearest(px, py, radius) {
    let [best, least] = [-1, radius * radius];
    const look = (r, c) => {
      if (r < 0 || r >= rows || c < 0 || c >= columns) return;
      const cell = r * columns + c;
      for (let j = starts[cell]; j < starts[cell + 1]; j++) {
        const i = sorted[j];
        const distance = (x[i] - px) ** 2 + (y[i] - py) ** 2;
        const nearer = distance < least || (distance === least && (best < 0 || i < best));
        if (nearer) [best, least] = [i, distance];
      }
    };
    // Outside the grid the search starts at the nearest cell; rings then hold no nearer points than they would inside.
    const [r0, c0] = [row(py), column(px)];
    for (let ring = 0; ring <= Math.max(rows, columns); ring++) {
      // What lies in this ring is at least ring - 1 whole cells away (the pointer may touch the edge of its cell).
      if (((ring - 1) * side) ** 2 > least && ring > 0) break;
      for (let c = c0 - ring; c <= c0 + ring; c++) {
        look(r0 - ring, c);
        if (ring) look(r0 + ring, c);
      }
      for (let r = r0 - ring + 1; r < r0 + ring; r++) {
        look(r, c0 - ring);
        look(r, c0 + ring);
      }
    }
    return best;
  }

  /** Calls `visit` with each point in the closed box, in no promised order. */
  function inBox(x0, y0, x1, y1, visit) {
    if (x1 < left || x0 > right || y1 < low || y0 > high) return;
    for (let r = row(y0); r <= row(y1); r++) {
      for (let j = starts[r * columns + column(x0)]; j < starts[r * columns + column(x1) + 1]; j++) {
        const i = sorted[j];
        if (x[i] >= x0 && x[i] <= x1 && y[i] >= y0 && y[i] <= y1) visit(i);
      }
    }
  }

  return { nearest, inBox };
}

// Paints the points of a view: grid lines, discs, and pictures where few points are left.
import { gridLines } from "#overlay";
import { clamp } from "#numbers";
import { bands, createStamps, pointsInView, splat } from "#splat";
import { packed } from "#theme";

/** Spare pixels around the picture; more than the reach of the largest disc. */
const MARGIN = 24;
/** Fewer points than this in view may give way to pictures. */
const FEW = 1500;
/** Pixels that one frame may blend: each takes about 15 ns, most of it for memory. */
const BUDGET = 1.2e6;
/** So many bands of points hold few enough pixels each for a processor's cache. */
const BANDS = 64;

/** @typedef {object} Painting
 * @property {number} width in CSS pixels @property {number} height @property {number} dpr
 * @property {import("./transform.js").View} view @property {number} whole the scale at which all points are in view
 * @property {object} theme @property {boolean} axes
 * @property {{x: Float32Array, y: Float32Array}} points @property {Uint32Array} colours
 * @property {import("./transform.js").Bounds} core where most points lie @property {ArrayLike<number>|null} selection
 * @property {number} n how many points, the first ones, to consider
 * @property {boolean} resting whether to fetch pictures */

/** @param {HTMLCanvasElement} canvas @param {object} thumbnails */
export function createPainter(canvas, thumbnails) {
  const context = canvas.getContext("2d", { alpha: false });
  let image = null;
  let pixels = null;
  let stride = 0;
  let inView = null;
  let sorted = null; // copies in the order of painting, so that a frame reads memory from front to back
  let stamps = { key: "" };

  function resize(wide, tall) {
    [canvas.width, canvas.height] = [wide, tall];
    stride = wide + 2 * MARGIN;
    image = new ImageData(stride, tall + 2 * MARGIN);
    pixels = new Uint32Array(image.data.buffer);
  }

  function drawLines({ view, width, height, dpr, theme }) {
    const { columns, rows } = gridLines(view, width, height);
    for (const [lines, across] of [[columns, false], [rows, true]]) {
      for (const value of lines.values) {
        const place = across ? view.ty - value * view.k : value * view.k + view.tx;
        const at = MARGIN + Math.floor(place * dpr);
        if (at < 0 || at >= (across ? pixels.length / stride : stride)) continue;
        const ink = packed(Math.abs(value) < lines.step / 2 ? theme.axis : theme.line);
        if (across) pixels.fill(ink, at * stride, (at + 1) * stride);
        else for (let i = at; i < pixels.length; i += stride) pixels[i] = ink;
      }
    }
  }

  function sort({ points: { x, y }, colours, core }) {
    const ranks = bands(y, core.low, core.high, BANDS);
    inView = new Uint32Array(ranks.length);
    sorted = {
      ranks, x: Float32Array.from(ranks, (i) => x[i]), y: Float32Array.from(ranks, (i) => y[i]),
      colours: Uint32Array.from(ranks, (i) => colours[i]),
    };
  }

  /** Discs are made again only when they change by a twentieth of a pixel or more. */
  function discs(radius, dpr, faint) {
    const size = Math.round(radius * dpr * 20) / 20;
    const key = `${size} ${dpr} ${stride}`;
    if (stamps.key !== key) stamps = { key };
    const opacity = Math.min(0.58 + 0.11 * radius, 0.94);
    const rim = radius >= 2 ? 0.7 * dpr : 0;
    return stamps[faint] ??= createStamps(size, faint ? opacity * 0.16 : opacity, faint ? 0 : rim, stride);
  }

  return {
    /** @param {Painting} p @returns {{drawn: number, radius: number}} points shown, and their radius in CSS pixels */
    paint(p) {
      const { width, height, dpr, view, theme, selection } = p;
      const [wide, tall] = [Math.round(width * dpr), Math.round(height * dpr)];
      if (wide !== canvas.width || tall !== canvas.height || !image) resize(wide, tall);
      if (!sorted) sort(p);
      pixels.fill(packed(theme.background));
      if (p.axes) drawLines(p);

      const { x, y, colours, ranks } = sorted;
      const v = { k: view.k * dpr, tx: view.tx * dpr, ty: view.ty * dpr };
      const drawn = pointsInView(inView, ranks, p.n, x, y, v, wide, tall, MARGIN / 2);
      const radius = radiusOf(x.length, drawn, p);
      const list = inView.subarray(0, drawn);
      const stamp = (some, faint) => {
        const set = discs(radius, dpr, faint);
        splat(pixels, stride, MARGIN, some, x, y, colours, v, set, packed(theme.background));
      };
      if (selection) {
        // The chosen are painted last, so that none of them is covered.
        stamp(list.filter((i) => !selection[ranks[i]]), true);
        stamp(list.filter((i) => selection[ranks[i]]), false);
      } else {
        stamp(list, false);
      }
      context.putImageData(image, -MARGIN, -MARGIN);

      const few = drawn < FEW && p.n === x.length;
      thumbnails.layout(few ? view : null, width, height, drawn, p.resting);
      context.setTransform(dpr, 0, 0, dpr, 0, 0);
      thumbnails.draw(context, p.colours, theme.background, (i) => selection && !selection[i]);
      return { drawn, radius };
    },
    /** To be called when points or colours changed. */
    forget() {
      sorted = null;
    },
  };
}

/** The radius of a point in CSS pixels: by their number when all are in view, growing with the map, and no more than a
 * frame can blend. */
export function radiusOf(n, inView, { width, height, view, whole, dpr }) {
  const base = clamp(0.3 * Math.sqrt(width * height / Math.max(n, 1)), 1, 3.4);
  const grown = Math.min(base * Math.max(view.k / whole, 1) ** 0.42, 6.5);
  const most = Math.sqrt(BUDGET / Math.PI / Math.max(inView, 1)) / dpr;
  return Math.max(Math.min(grown, most), 0.75);
}

// The point map: thousands of points on a plain 2-D canvas, with a second canvas above for all that moves without them.

import { calm } from "#dom";
import { createGrid } from "#grid";
import { listen } from "#gestures";
import { pointsInside } from "#lasso";
import { clamp } from "#numbers";
import { drawOverlay } from "#overlay";
import { createPainter } from "#painter";
import { createThumbnails } from "#thumbnails";
import { css } from "#theme";
import {
  between, boundsOf, clamped, coreBounds, fitted, moveBy, toData, toPixels, zoomAbout,
} from "#transform";

/** `soft` is for numbers at the edges, `line` and `axis` for the grid and its zero lines, `ink` for rings and labels.
 * @typedef {{background: string, ink: string, soft: string, line: string, axis: string, accent: string}} Theme
 *   each "#rrggbb" */

/** Drawings slower than this while the map moves make the next ones draw fewer points, in ms: with the browser's own
 * work such a frame nears 20, and misses the next refresh of the screen. */
const SLOW = 10;
/** What a drawing takes without any points, about, in ms. */
const FIXED = 2;
/** The map rests when nothing has moved for so long, in ms. */
const REST = 140;

/** @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement} overlay of the same box, above it; it takes the gestures
 * @param {{theme: Theme, axes: boolean, pictures: Function}} of whether the axes mean something, and what promises the
 *   pictures of some points: each null or `{source, x, y, width, height}` */
export function createMap(canvas, overlay, { theme, axes, pictures }) {
  const above = overlay.getContext("2d");
  const listeners = new Map();

  let [points, bounds, core, grid] = [];
  let [hover, focus] = [-1, false];
  let colours = null;
  const shown = { pinned: -1, neighbours: [], selection: null, markers: [], path: [], prior: false };
  // The lasso in the hand, the one that has just been closed, and the one whose selection is shown.
  let [lasso, closed, region] = [null, null, null];
  let mode = "pan";

  let [width, height, dpr] = [0, 0, 1];
  let view = { k: 1, tx: 0, ty: 0 };
  let whole = 1; // the scale at which all points are in view
  let touched = false; // until the reader moves the map, it keeps fitting its box
  let [share, considered, drawn, radius, costs] = [1, 0, 0, 1, []];
  let [pending, stale, restTimer, movedAt] = [0, false, 0, -Infinity];
  let animation = null;
  let pointer = null; // where a mouse rests: points may come to lie beneath it as the map moves
  const times = [];
  const thumbnails = createThumbnails(pictures, () => redraw());
  const painter = createPainter(canvas, thumbnails);

  const home = () => fitted(core, width, height, Math.min(28, width / 16, height / 16));
  const emit = (name, ...values) => listeners.get(name)?.(...values);

  // Drawing: at most once a frame, the points only if they or the view changed.

  function redraw(pointsToo = true) {
    stale ||= pointsToo;
    pending ||= requestAnimationFrame(frame);
  }

  function frame(now) {
    pending = 0;
    if (!measure()) return;
    if (animation) animate(now);
    if (stale) {
      stale = false;
      if (pointer) look();
      const start = performance.now();
      drawPoints();
      const took = performance.now() - start;
      times.push(took);
      if (times.length > 120) times.shift();
      // Points are shuffled: the first of them are a fair sample of all. The middle of five ignores a hiccup.
      costs = [...costs.slice(-4), Math.max(took - FIXED, 0.1) / Math.max(considered, 1)];
      const cost = [...costs].sort((a, b) => a - b)[costs.length >> 1] * points.x.length;
      share = clamp((SLOW - FIXED) / cost, 0.1, 1);
    }
    drawOverlay(above, scene());
    if (animation) redraw();
  }

  const moving = () => performance.now() - movedAt < REST;

  function drawPoints() {
    const n = points.x.length;
    considered = moving() ? Math.ceil(n * share) : n;
    ({ drawn, radius } = painter.paint({
      width, height, dpr, view, whole, theme, axes, points, core, colours, selection: shown.selection,
      n: considered, resting: !moving(),
    }));
  }

  const scene = () => ({
    width, height, dpr, view, theme, axes, focus, hover, lasso, radius, points,
    font: getComputedStyle(overlay).fontFamily, colour: (i) => css(colours[i]), thumbnail: thumbnails.find,
    pictureAt: thumbnails.at, region, ...shown,
  });

  /** Adapts to the size of the box and of the screen's pixels. @returns {boolean} whether there is a box to draw in */
  function measure() {
    const ratio = Math.min(devicePixelRatio, 2);
    const [w, h] = map.size();
    if (!w || !h) return false;
    if (w === width && h === height && ratio === dpr) return true;
    const [dx, dy] = [(w - width) / 2, (h - height) / 2];
    [width, height, dpr] = [w, h, ratio];
    [overlay.width, overlay.height] = [Math.round(w * dpr), Math.round(h * dpr)];
    stale = true;
    scaled();
    apply(touched ? moveBy(view, dx, dy) : home());
    return true;
  }

  function scaled() {
    whole = home().k;
    thumbnails.setPoints(points.x, points.y, whole);
  }

  // The view.

  // Without a box yet there is nothing to limit it by.
  const limited = (v) => (width ? clamped(v, bounds, width, height, whole / 4, whole * 20000) : v);

  function apply(v) {
    const next = limited(v);
    if (next.k === view.k && next.tx === view.tx && next.ty === view.ty) return;
    view = next;
    movedAt = performance.now();
    clearTimeout(restTimer);
    restTimer = setTimeout(redraw, REST + 10); // all points, and pictures, once the hand rests
    redraw();
    emit("view", { ...view });
  }

  function move(v, animated = false) {
    measure();
    touched = true;
    animation = animated && !calm() ? { from: view, to: v, start: null, length: 280 } : null;
    if (animation) redraw();
    else apply(v);
  }

  function animate(now) {
    animation.start ??= now;
    const t = Math.min((now - animation.start) / animation.length, 1);
    const { from, to } = animation;
    if (t === 1) animation = null;
    apply(t === 1 ? to : between(from, to, 1 - (1 - t) ** 3));
  }

  /** Wheel steps add up to one target, which the map glides to: notches become a smooth motion about the pointer. */
  function zoomTo(f, px, py, glide) {
    const from = glide && animation ? animation.to : view;
    move(limited(zoomAbout(from, f, px, py)), glide);
    if (animation) animation.length = 150;
  }

  // Picking.

  function pick(px, py, reach = Math.max(8, radius + 4)) {
    const pictured = thumbnails.at(px, py);
    return pictured >= 0 ? pictured : grid.nearest(...toData(view, px, py), reach / view.k);
  }

  function inside(polygonPx) {
    const polygon = polygonPx.map(([px, py]) => toData(view, px, py));
    return pointsInside(grid, points.x, points.y, polygon);
  }

  function look() {
    const found = pointer ? pick(...pointer) : -1;
    if (found === hover) return;
    hover = found;
    cursor("");
    emit("hover", hover);
    redraw(false);
  }

  function cursor(name) {
    overlay.style.cursor = name || (mode !== "pan" ? "crosshair" : hover >= 0 ? "pointer" : "grab");
  }

  listen(overlay, {
    mode: () => mode,
    pan: (dx, dy) => move(moveBy(view, dx, dy)),
    zoom: (f, px, py, wheel) => zoomTo(f, px, py, wheel),
    fit: () => map.fit(true),
    hover(px, py) {
      pointer = px === null ? null : [px, py];
      look();
    },
    click(px, py, touch) {
      // A finger covers more than an arrow's tip.
      emit("click", pick(px, py, touch ? 18 : undefined), ...toData(view, px, py));
    },
    walk: (px, py) => emit("drag", ...toData(view, px, py)),
    lasso(polygon, done) {
      lasso = done ? null : polygon;
      if (done) {
        const caught = inside(polygon);
        closed = caught.length ? polygon.map(([px, py]) => toData(view, px, py)) : null;
        emit("lasso", caught);
      }
      redraw(false);
    },
    cursor,
    focus(shown) {
      focus = shown;
      redraw(false);
    },
  });

  const map = {
    /** @param {{x: Float32Array, y: Float32Array}} next in data units; colours stay if there are as many as before
     * @param {boolean} [keep] whether the view still fits what it fitted before, and grows only with points outside */
    setPoints(next, keep) {
      points = next;
      const grown = (old, own) =>
        (keep ? boundsOf([old.left, old.right, own.left, own.right], [old.low, old.high, own.low, own.high]) : own);
      bounds = grown(bounds, boundsOf(next.x, next.y));
      core = grown(core, coreBounds(next.x, next.y)); // what `fit` shows
      grid = createGrid(next.x, next.y);
      if (colours?.length !== next.x.length) colours = new Uint32Array(next.x.length).fill(0xff997c5b);
      painter.forget();
      [hover, region, share, costs] = [-1, null, 1, []];
      if (width) {
        scaled();
        if (!touched) apply(home());
      }
      redraw();
    },
    /** @param {Uint32Array} next one packed colour (0xAABBGGRR) per point */
    setColours(next) {
      colours = next;
      painter.forget();
      redraw();
    },
    /** Lines from a pinned point to its neighbours, markers `{x, y, kind: "you"|"a"|"b"|"cursor", label, sigma}`, a
     * path of places, the prior: all of it above the points, which are drawn again only if another selection dims them.
     * @param {Partial<typeof shown>} next what is not named stays as it is */
    show(next) {
      const { selection } = shown;
      Object.assign(shown, next);
      const again = shown.selection !== selection;
      if (again) [region, closed] = [closed, null];
      redraw(again);
    },
    /** @param {Theme} next */
    setTheme(next) {
      theme = next;
      redraw();
    },
    /** Width and height in CSS pixels. */
    size: () => [overlay.clientWidth, overlay.clientHeight],
    view: () => ({ ...view }),
    setView: (v) => move(v),
    fit(animated) {
      measure();
      move(home(), animated);
      touched = false;
    },
    zoomBy: (f) => zoomTo(f, width / 2, height / 2, true),
    toData: (px, py) => toData(view, px, py),
    toPixels: (x, y) => toPixels(view, x, y),
    pick,
    inside,
    /** @param {"pan"|"lasso"|"walk"} next; a walk reports the places that it is dragged over */
    setMode(next) {
      mode = next;
      cursor("");
    },
    /** @param {string} name @param {Function} f the only one that listens to it */
    on: (name, f) => listeners.set(name, f),
    /** How long the last drawings took, at most 120, in ms, and how many points the last one showed. */
    measured: () => ({ times, drawn }),
  };

  overlay.style.touchAction = "none";
  overlay.tabIndex = 0;
  new ResizeObserver(() => redraw()).observe(overlay);
  cursor("");
  return map;
}

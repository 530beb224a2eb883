// What lies over the points: axes, the prior, pinned points, the path, markers and the lasso. Drawn afresh each time.

import { ARROWS } from "#dom";
import { ticks, toData, toPixels } from "#transform";

/** @typedef {object} Scene what there is to draw; places in data units unless said otherwise
 * @property {number} width in CSS pixels @property {number} height @property {number} dpr
 * @property {import("./transform.js").View} view @property {object} theme @property {string} font
 * @property {boolean} axes @property {boolean} prior @property {boolean} focus keyboard focus: mark the middle
 * @property {{x: Float32Array, y: Float32Array}} points @property {(i: number) => string} colour
 * @property {number} radius of a point @property {number} hover index or -1
 * @property {number} pinned index or -1 @property {number[]} neighbours
 * @property {Array<object>} markers @property {Array<[number, number]>} path
 * @property {Array<[number, number]>|null} lasso in pixels
 * @property {Array<[number, number]>|null} region the closed lasso
 * @property {(px: number, py: number) => number} pictureAt the point whose picture is shown there, or -1
 * @property {(i: number) => {px: number, py: number, side: number}|undefined} thumbnail that of a point, if shown */

/** @param {CanvasRenderingContext2D} c @param {Scene} scene */
export function drawOverlay(c, scene) {
  c.setTransform(scene.dpr, 0, 0, scene.dpr, 0, 0);
  c.clearRect(0, 0, scene.width, scene.height);
  c.lineJoin = c.lineCap = "round";
  if (scene.prior) drawPrior(c, scene);
  if (scene.axes) drawNumbers(c, scene);
  if (scene.region) drawRegion(c, scene, scene.region.map(([x, y]) => toPixels(scene.view, x, y)));
  if (scene.pinned >= 0) drawPinned(c, scene);
  drawPath(c, scene);
  for (const marker of scene.markers) drawMarker(c, scene, marker);
  if (scene.hover >= 0) lift(c, scene, scene.hover, 1.5, 4.5);
  if (scene.lasso) drawLasso(c, scene, scene.lasso);
  if (scene.focus) drawMiddle(c, scene);
}

function circle(c, px, py, radius) {
  c.beginPath();
  c.arc(px, py, radius, 0, 2 * Math.PI);
}

function outline(c, polygon) {
  c.beginPath();
  polygon.forEach(([x, y]) => c.lineTo(x, y));
}

/** Adds four lines to the path that leave its middle free. */
function cross(c, px, py, from, to) {
  for (const [dx, dy] of Object.values(ARROWS)) {
    c.moveTo(px + from * dx, py + from * dy);
    c.lineTo(px + to * dx, py + to * dy);
  }
}

function line(c, colour, width, opacity = 1, dash = []) {
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.globalAlpha = opacity;
  c.setLineDash(dash);
  c.stroke();
  c.globalAlpha = 1;
  c.setLineDash([]);
}

function fill(c, colour, opacity = 1) {
  c.fillStyle = colour;
  c.globalAlpha = opacity;
  c.fill();
  c.globalAlpha = 1;
}

/** Strokes the current path twice: a halo of the background first, so that it shows on points of any colour. */
function stroke(c, { theme }, colour, width, dash) {
  line(c, theme.background, width + 2.5, 0.8, dash);
  line(c, colour, width, 1, dash);
}

function write(c, { theme, font }, text, x, y, { size = 12, align = "left", colour = theme.ink, weight = 400 } = {}) {
  c.font = `${weight} ${size}px ${font}`;
  c.textAlign = align;
  c.textBaseline = "middle";
  c.strokeStyle = theme.background;
  c.lineWidth = 3.5;
  c.strokeText(text, x, y);
  c.fillStyle = colour;
  c.fillText(text, x, y);
}

/** The numbers of the grid lines, along the lower and the left edge. */
function drawNumbers(c, scene) {
  const { width, height, view, theme } = scene;
  const { columns, rows } = gridLines(view, width, height);
  // Points fade out beneath the numbers.
  shade(c, theme.background, 0, height, 0, height - 30, [0, height - 30, width, 30]);
  shade(c, theme.background, 0, 0, 44, 0, [0, 0, 44, height]);
  const style = { size: 10.5, colour: theme.soft };
  for (const value of columns.values) {
    const px = toPixels(view, value, 0)[0];
    // The corner belongs to the numbers of the left edge.
    if (px < 44 || px > width - 16) continue;
    write(c, scene, columns.label(value), px, height - 11, { ...style, align: "center" });
  }
  for (const value of rows.values) {
    const py = toPixels(view, 0, value)[1];
    if (py > 12 && py < height - 26) write(c, scene, rows.label(value), 8, py, style);
  }
}

function shade(c, colour, x0, y0, x1, y1, box) {
  const shades = c.createLinearGradient(x0, y0, x1, y1);
  shades.addColorStop(0, colour);
  shades.addColorStop(1, `${colour}00`);
  c.globalAlpha = 0.9;
  c.fillStyle = shades;
  c.fillRect(...box);
  c.globalAlpha = 1;
}

/** The round numbers at which grid lines lie, 70 pixels apart or more. */
export function gridLines(view, width, height) {
  const [left, high] = toData(view, 0, 0);
  const [right, low] = toData(view, width, height);
  // One step for both directions keeps the squares square.
  const most = Math.max(width, height) / 70;
  const reach = Math.max(right - left, high - low);
  return { columns: ticks(left, left + reach, most), rows: ticks(high - reach, high, most) };
}

/** One, two and three standard deviations of the prior around the origin. */
function drawPrior(c, scene) {
  const { view, theme } = scene;
  const [px, py] = toPixels(view, 0, 0);
  for (const sigma of [1, 2, 3]) {
    circle(c, px, py, sigma * view.k);
    line(c, theme.soft, 1.25, 0.6, [2, 4]);
    const along = sigma * view.k * Math.SQRT1_2;
    const style = { size: 11, align: "center", colour: theme.soft };
    if (view.k > 14) write(c, scene, `${sigma}\u03c3`, px + along, py - along, style);
  }
}

function drawRegion(c, { theme }, polygon) {
  outline(c, polygon);
  c.closePath();
  line(c, theme.accent, 1.25, 0.75, [5, 4]);
}

function drawLasso(c, scene, polygon) {
  const { accent } = scene.theme;
  outline(c, polygon);
  fill(c, accent, 0.09);
  stroke(c, scene, accent, 1.75);
  outline(c, [polygon.at(-1), polygon[0]]);
  stroke(c, scene, accent, 1.25, [2, 5]);
}

/** Shows a point above all others: a larger dot, or a frame round its picture, which stays in sight.
 * @returns {number} the radius of what is shown */
function lift(c, scene, i, more, least) {
  const { points, view, theme, colour } = scene;
  const picture = scene.thumbnail(i);
  if (picture) {
    const { px, py, side } = picture;
    c.beginPath();
    c.roundRect(px - side / 2 - 1, py - side / 2 - 1, side + 2, side + 2, 6);
    stroke(c, scene, theme.ink, 2);
    return side / 2;
  }
  const radius = Math.max(scene.radius + more, least);
  const place = toPixels(view, points.x[i], points.y[i]);
  circle(c, ...place, radius);
  stroke(c, scene, theme.ink, 1);
  // On the picture of another point only a ring is drawn.
  if (scene.pictureAt(...place) < 0) fill(c, colour(i));
  return radius;
}

/** Lines from the pinned point to its neighbours, and the points themselves above them. */
function drawPinned(c, scene) {
  const { points, view, theme, pinned, neighbours, width, height } = scene;
  const place = (i) => toPixels(view, points.x[i], points.y[i]);
  c.save();
  // The lines end at the frames of pictures.
  c.beginPath();
  c.rect(0, 0, width, height);
  for (const i of [pinned, ...neighbours]) {
    const picture = scene.thumbnail(i);
    if (picture) c.rect(picture.px - picture.side / 2, picture.py - picture.side / 2, picture.side, picture.side);
  }
  c.clip("evenodd");
  for (const i of neighbours) {
    outline(c, [place(pinned), place(i)]);
    stroke(c, scene, theme.ink, 1);
  }
  c.restore();
  for (const i of neighbours) lift(c, scene, i, 0, 3.5);
  const radius = lift(c, scene, pinned, 1, 5);
  if (scene.thumbnail(pinned)) return;
  circle(c, ...place(pinned), radius + 5);
  stroke(c, scene, theme.ink, 1.75);
}

/** The path of an interpolation: a line with a bead at each step. */
function drawPath(c, scene) {
  if (scene.path.length < 2) return;
  const { theme: { accent, background } } = scene;
  const places = scene.path.map(([x, y]) => toPixels(scene.view, x, y));
  outline(c, places);
  stroke(c, scene, accent, 2);
  // Beads that would touch say nothing.
  const apart = Math.hypot(places[1][0] - places[0][0], places[1][1] - places[0][1]);
  if (apart < 9) return;
  for (const [px, py] of places.slice(1, -1)) {
    circle(c, px, py, 3);
    fill(c, background);
    line(c, accent, 1.5);
  }
}

function drawMarker(c, scene, { x, y, kind, label, sigma }) {
  const { view, theme, width } = scene;
  const [px, py] = toPixels(view, x, y);
  if (sigma) {
    c.beginPath();
    c.ellipse(px, py, sigma[0] * view.k, sigma[1] * view.k, 0, 0, 2 * Math.PI);
    fill(c, theme.accent, 0.12);
    stroke(c, scene, theme.accent, 1);
  }
  if (kind === "cursor") {
    circle(c, px, py, 6);
    cross(c, px, py, 6, 12);
    stroke(c, scene, theme.accent, 1.75);
    return;
  }
  if (kind === "you") {
    // A diamond: the reader's own picture.
    outline(c, Object.values(ARROWS).map(([dx, dy]) => [px + 9 * dx, py + 9 * dy]));
    c.closePath();
  } else {
    circle(c, px, py, 9);
  }
  stroke(c, scene, theme.background, 2);
  fill(c, theme.accent);
  if (kind !== "you") {
    c.font = `700 11px ${scene.font}`;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillStyle = theme.background;
    c.fillText(kind.toUpperCase(), px, py + 0.5);
  }
  if (!label) return;
  c.font = `600 12px ${scene.font}`;
  const left = px + 14 + c.measureText(label).width > width - 4;
  write(c, scene, label, px + (left ? -14 : 14), py, { weight: 600, align: left ? "right" : "left" });
}

/** A small cross: what Enter would pick. */
function drawMiddle(c, scene) {
  c.beginPath();
  cross(c, Math.round(scene.width / 2), Math.round(scene.height / 2), 4, 10);
  stroke(c, scene, scene.theme.soft, 1);
}

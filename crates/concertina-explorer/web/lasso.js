// The lasso: which points lie within a polygon drawn by hand.

/** How often the closed polygon runs around (px, py), counted with its sign. Non-zero is inside, so that the loops of a
 * careless hand stay part of the selection; the even-odd rule would drop them.
 * @param {ArrayLike<[number, number]>} polygon */
export function winding(polygon, px, py) {
  let turns = 0;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[j];
    const [bx, by] = polygon[i];
    const side = (bx - ax) * (py - ay) - (px - ax) * (by - ay);
    if (ay <= py && by > py && side > 0) turns++;
    if (ay > py && by <= py && side < 0) turns--;
  }
  return turns;
}

/** The points inside the polygon, ascending. @param {{inBox: Function}} grid @param {Array<[number, number]>} polygon
 * @returns {Uint32Array} */
export function pointsInside(grid, x, y, polygon) {
  if (polygon.length < 3) return new Uint32Array(0);
  const xs = polygon.map((p) => p[0]);
  const ys = polygon.map((p) => p[1]);
  const found = [];
  grid.inBox(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (i) => {
    if (winding(polygon, x[i], y[i]) !== 0) found.push(i);
  });
  return Uint32Array.from(found).sort();
}

/** Adds a vertex unless it is nearer than 4 pixels to the last. @returns {boolean} whether it did */
export function extend(polygon, px, py) {
  const [x, y] = polygon.at(-1);
  if (Math.hypot(px - x, py - y) < 4) return false;
  polygon.push([px, py]);
  return true;
}

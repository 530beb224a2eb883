// What moves before the reader does: the decoder walks from picture to picture, until a hand or a key takes over.

import { calm } from "#dom";
import { glide } from "#compare";
import { between, random } from "#near";

const SECONDS = 2.6;

/** @param {object} app @returns {() => void} ends the tour */
export function startTour(app) {
  if (calm()) return () => {};
  const next = random(20);
  const pick = () => Math.floor(next() * app.known);
  let [from, stop] = [pick(), null];
  const leg = () => {
    const to = pick();
    stop = glide((t) => {
      // Slow at both ends, like a hand.
      const eased = t * t * (3 - 2 * t);
      app.draw(app.models.map((model) => between(model.code(from), model.code(to), eased)), "tour");
    }, SECONDS, () => { from = to; leg(); });
  };
  leg();
  // A tour that stands still is none: the nearest picture takes its place.
  const rest = () => {
    stop();
    const [index] = app.neighboursOf(0);
    if (app.subject.origin === "tour") app.show({ kind: "point", index }, "tour");
  };
  for (const name of ["pointerdown", "keydown", "wheel"]) addEventListener(name, rest, { capture: true, once: true });
  return () => stop();
}

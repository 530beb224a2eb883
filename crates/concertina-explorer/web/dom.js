// Makes and finds elements. Words and names are set as text only, never as markup.

import { toPixels } from "#picture";

/** Makes an element. `on` holds listeners, `text` its text, `class` its classes; everything else is an attribute,
 * which is left out when it is false or null.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node|string|null)} children */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) on(made, event, listener);
    else if (name === "text") made.textContent = value;
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A button that does something. @param {Record<string, any>} attributes @param {() => void} press */
export const button = (attributes, press, ...children) =>
  el("button", { type: "button", on: { click: press }, ...attributes }, ...children);

/** The element with this id. @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

const found = (target) => (typeof target === "string" ? byId(target) : target);

/** Listens to an element. @param {string|EventTarget} target itself or its id
 * @param {string} event @param {(event: any) => void} f */
export const on = (target, event, f) => found(target).addEventListener(event, f);

/** Sets the text only if it differs, so that screen readers are not told twice. @param {string|Element} target */
export function setText(target, text) {
  if (found(target).textContent !== text) found(target).textContent = text;
}

/** Where the arrow keys point, x to the right and y down: once around. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowDown: [0, 1] };

/** Gives a canvas the size of a picture, which the style enlarges: few pixels are shown as they are, many are smoothed.
 * @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
export function sized(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.classList.toggle("fine", Math.max(width, height) > 64);
  return canvas.getContext("2d");
}

/** Draws values 0..1 of shape [C,H,W] at their own size.
 * @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} values @param {number[]} shape */
export function paint(canvas, values, shape) {
  const [, height, width] = shape;
  sized(canvas, width, height).putImageData(new ImageData(toPixels(values, shape), width, height), 0, 0);
}

/** Calls `f` at most once a frame, with the arguments of the last call. */
export function onceAFrame(f) {
  let last = null;
  return (...given) => {
    if (last === null) requestAnimationFrame(() => { const now = last; last = null; f(...now); });
    last = given;
  };
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

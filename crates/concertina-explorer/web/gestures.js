// Hands on the map: turns pointers, wheel and keys into panning, zooming, picking, lassos and walks.

import { ARROWS, on } from "#dom";
import { extend } from "#lasso";

/** Movement in pixels below which a press is a click, not a drag. */
const STILL = { mouse: 4, pen: 5, touch: 8 };

/** @typedef {object} Actions what gestures cause; places in CSS pixels of the element
 * @property {() => "pan"|"lasso"|"walk"} mode
 * @property {(dx: number, dy: number) => void} pan
 * @property {(f: number, px: number, py: number, wheel?: boolean) => void} zoom
 * @property {() => void} fit @property {(px: number|null, py: number|null) => void} hover null: nothing is pointed at
 * @property {(px: number, py: number, touch: boolean) => void} click @property {(px: number, py: number) => void} walk
 * @property {(polygon: Array<[number, number]>|null, done: boolean) => void} lasso null: given up
 * @property {(cursor: string) => void} cursor @property {(visible: boolean) => void} focus */

/** @param {HTMLElement} element @param {Actions} act */
export function listen(element, act) {
  const pointers = new Map();
  /** What the pressed pointers are doing: `kind` is "press" until it is decided, "over" when given up.
   * @type {{kind: string, start: [number, number], wish: "pan"|"lasso"|"walk", touch: boolean}|null} */
  let gesture = null;
  let polygon = [];

  const place = (event) => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  function down(event) {
    if (event.button > 1) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    if (event.button === 1) event.preventDefault(); // no automatic scrolling: the middle button pans in every mode
    act.hover(null, null);
    if (pointers.size === 2) {
      if (gesture?.kind === "lasso") act.lasso(null, false);
      gesture = { ...gesture, kind: "pinch" };
    } else if (pointers.size === 1) {
      const wish = event.button === 1 ? "pan" : event.shiftKey ? "lasso" : act.mode();
      gesture = { kind: "press", start: place(event), wish, touch: event.pointerType === "touch" };
      if (wish === "walk") begin(place(event));
    }
  }

  function begin(at) {
    gesture.kind = gesture.wish;
    if (gesture.kind === "lasso") polygon = [gesture.start];
    if (gesture.kind === "pan") act.cursor("grabbing");
    if (gesture.kind === "walk") act.walk(...at);
  }

  function move(event) {
    const at = place(event);
    const before = pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") act.hover(...at);
      return;
    }
    pointers.set(event.pointerId, at);
    if (gesture.kind === "pinch") return pinch(event.pointerId, before, at);
    if (gesture.kind === "press") {
      const [sx, sy] = gesture.start;
      if (Math.hypot(at[0] - sx, at[1] - sy) < (STILL[event.pointerType] ?? STILL.mouse)) return;
      begin(at);
      if (gesture.kind === "pan") act.pan(at[0] - sx, at[1] - sy);
    } else if (gesture.kind === "pan") {
      act.pan(at[0] - before[0], at[1] - before[1]);
    } else if (gesture.kind === "walk") {
      act.walk(...at);
    }
    if (gesture.kind === "lasso" && extend(polygon, ...at)) act.lasso(polygon, false);
  }

  /** One of two fingers moved: the places under both stay under them, as far as scaling allows. */
  function pinch(id, before, at) {
    const other = [...pointers.keys()].find((key) => key !== id);
    if (other === undefined) return;
    const [ox, oy] = pointers.get(other);
    const middle = (p) => [(p[0] + ox) / 2, (p[1] + oy) / 2];
    const [[ax, ay], [bx, by]] = [middle(before), middle(at)];
    act.pan(bx - ax, by - ay);
    const spread = (p) => Math.max(Math.hypot(p[0] - ox, p[1] - oy), 8);
    act.zoom(spread(at) / spread(before), bx, by);
  }

  function up(event) {
    if (!pointers.delete(event.pointerId)) return;
    const { kind, touch } = gesture;
    if (pointers.size) return;
    const cancelled = event.type === "pointercancel";
    gesture = null;
    if (kind === "press" && !cancelled) act.click(...place(event), touch);
    if (kind === "lasso") act.lasso(cancelled ? null : polygon, !cancelled);
    if (kind === "pan") act.cursor("");
  }

  function wheel(event) {
    event.preventDefault();
    const lines = [1, 16, element.clientHeight][event.deltaMode];
    // A trackpad's pinch comes as a wheel with the control key, in small steps.
    act.zoom(2 ** (-event.deltaY * lines * (event.ctrlKey ? 0.015 : 0.003)), ...place(event), true);
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [width, height] = [element.clientWidth, element.clientHeight];
    const step = Math.min(width, height) / -10;
    const zoom = (f) => act.zoom(f, width / 2, height / 2);
    const way = ARROWS[event.key];
    if (way) act.pan(step * way[0], step * way[1]);
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") act.fit();
    else if (event.key === "Enter") act.click(width / 2, height / 2, true);
    else {
      if (event.key !== "Escape" || gesture?.kind !== "lasso") return;
      gesture.kind = "over";
      act.lasso(null, false);
    }
    event.preventDefault();
  }

  const listeners = {
    pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, wheel, keydown: key,
    pointerleave: () => pointers.size || act.hover(null, null),
    focus: () => act.focus(element.matches(":focus-visible")),
    blur: () => act.focus(false),
  };
  for (const [name, f] of Object.entries(listeners)) on(element, name, f);
}

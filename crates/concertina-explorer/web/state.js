// What the address remembers: the pinned picture, view, colours, codes, language and theme.

import { clamp } from "#numbers";

/** @typedef {{pin: number|null, colour: string|null, clusters: number, mode: string, tab: string, lang: string|null,
 *   theme: string, as: number|null, from: number|null, to: number|null, at: number, prior: boolean,
 *   active: number, epoch: number|null, codes: number[][], views: number[][]}} State */

/** @returns {State} */
export const initial = () => ({
  pin: null, colour: null, clusters: 10, mode: "pan", tab: "picture", lang: null, theme: "auto", as: null, from: null,
  to: null, at: 0.5, prior: true, active: 0, epoch: null, codes: [],
  views: [],
});

const lists = (text, least, most) => text.split("_").map((part) => part.split(",").map(Number))
  .filter((list) => list.length >= least && list.length <= most && list.every(Number.isFinite)).slice(0, 2);
const short = (x) => String(Number(x.toPrecision(5)));

const oneOf = (words) => (text) => (words.split(" ").includes(text) ? text : undefined);
const upTo = (most) => (text) => (/^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined);
const isOne = (text) => text === "1";

/** How each field is read; what cannot be read becomes undefined. */
const READ = {
  colour: oneOf("class error cluster density"), mode: oneOf("pan lasso walk"),
  tab: oneOf("picture sliders walk yours selection"), theme: oneOf("auto light dark"),
  pin: upTo(1e9), as: upTo(1e6), from: upTo(1e9), to: upTo(1e9), active: upTo(1), epoch: upTo(1e6),
  prior: isOne,
  clusters: (text) => (upTo(99)(text) === undefined ? undefined : clamp(Number(text), 2, 20)),
  lang: (text) => (/^[A-Za-z-]{2,12}$/.test(text) ? text : undefined),
  at: (text) => (Number.isFinite(Number(text)) ? clamp(Number(text), 0, 1) : undefined),
  codes: (text) => lists(text, 1, 4096),
  views: (text) => lists(text, 3, 3).filter((view) => view[2] > 0),
};

/** Reads the part of the address behind "#". What it cannot read keeps its default: an address comes from anywhere.
 * @param {string} hash @returns {State} */
export function parse(hash) {
  const state = initial();
  for (const [name, text] of new URLSearchParams(hash.slice(1))) {
    if (Object.hasOwn(READ, name)) state[name] = READ[name](text) ?? state[name];
  }
  return state;
}

/** The shortest address of a state: what is at its default is left out. @param {State} state */
export function format(state) {
  const plain = initial();
  const parts = [];
  for (const [name, value] of Object.entries(state)) {
    if (value === plain[name] || value === null || value.length === 0) continue;
    let text = Number(value);
    if (Array.isArray(value)) text = value.map((list) => Array.from(list, short).join(",")).join("_");
    else if (typeof value === "string") text = encodeURIComponent(value);
    // Numbers of pictures are whole and may be long; only positions are rounded.
    else if (!Number.isInteger(text)) text = short(value);
    parts.push(`${name}=${text}`);
  }
  return parts.join("&");
}

/** A state that tells who listens about its changes. @param {State} start @param {(s: State) => void} save */
export function createStore(start, save) {
  const state = { ...start };
  const listeners = [];
  return {
    state,
    /** Changes some fields; listeners are told their names. @param {Partial<State>} changes */
    set(changes) {
      const names = Object.keys(changes).filter((name) => state[name] !== changes[name]);
      if (names.length === 0) return;
      Object.assign(state, changes);
      save(state);
      for (const [wanted, listener] of listeners) if (names.some((name) => wanted.includes(name))) listener();
    },
    /** @param {string} names separated by spaces @param {() => void} listener */
    on(names, listener) { listeners.push([names.split(" "), listener]); },
  };
}

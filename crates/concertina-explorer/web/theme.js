// Light, dark, or what the machine prefers; and colours as numbers: 0xAABBGGRR, as canvases hold them.

import { clamp } from "#numbers";

/** Ten colours that stay apart for normal sight and all three kinds of colour blindness: those of the figures. */
const PALETTES = {
  light: "#2760d4 #f27d0e #35b788 #bf4501 #b77cd4 #4dd2ff #7d204e #ccd912 #281fa4 #8b5e73",
  dark: "#7070fe #ff9106 #42cca2 #dc342b #b99eff #97f2f2 #a41b5c #ecec61 #4a50b5 #9a79a7",
};
const INK = { light: "#181c24", dark: "#eceff4" };
const GREY = { light: "#a8acb2", dark: "#686e7a" };
// Viridis, nine steps: dark to bright, in order for every eye and in print.
const VIRIDIS = "#440154 #472d7b #3b528b #2c728e #21918c #28ae80 #5ec962 #addc30 #fde725";

const channels = (colour) => [colour & 255, colour >> 8 & 255, colour >> 16 & 255];
const joined = ([r, g, b]) => (0xff000000 | b << 16 | g << 8 | r) >>> 0;
const mix = (a, b, t) => {
  const to = channels(b);
  return joined(channels(a).map((value, i) => Math.round(value + (to[i] - value) * t)));
};
/** @param {string} hex "#rrggbb" */
export const packed = (hex) => joined([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
const list = (text) => text.split(" ").map(packed);
/** A packed colour as CSS writes it. */
export const css = (colour) => `#${channels(colour).map((value) => value.toString(16).padStart(2, "0")).join("")}`;

const preference = () => matchMedia("(prefers-color-scheme: dark)");
export const prefersDark = () => preference().matches;

/** Sets the theme and returns its colours. @param {string} theme "auto", "light" or "dark" */
export function applyTheme(theme) {
  const now = theme !== "auto" ? theme : prefersDark() ? "dark" : "light";
  document.documentElement.dataset.theme = now;
  return colours(now);
}

/** @param {"light"|"dark"} name */
export function colours(name) {
  const [palette, viridis] = [list(PALETTES[name]), list(VIRIDIS)];
  return {
    grey: packed(GREY[name]),
    /** The colour of a class: the second ten are nearer to the ink. @param {number} index */
    category(index) {
      const colour = palette[index % 10];
      return index % 20 < 10 ? colour : mix(colour, packed(INK[name]), 0.45);
    },
    /** The colour of a value 0..1. On light ground the brightest end would vanish, on dark ground the darkest.
     * @param {number} t */
    scale(t) {
      const part = 0.88 * clamp(t, 0, 1);
      const shown = name === "light" ? 0.88 - part : 0.12 + part;
      const at = shown * (viridis.length - 1);
      const low = Math.floor(at);
      return mix(viridis[low], viridis[Math.ceil(at)], at - low);
    },
  };
}

/** Calls back when the machine's preference changes. @param {() => void} changed */
export const watchTheme = (changed) => preference().addEventListener("change", changed);

// Pictures of the points: cut out of atlases, or drawn again by the decoder where the page holds no thumbnail.

import { button, el, sized } from "#dom";
import { scratch } from "#picture";

/** Atlases held as bitmaps: each may take 16 MB. */
const KEPT = 6;

/** @param {{atlas: string[], columns: number, side: [number, number], perAtlas: number, n: number}} pictures
 * @param {(id: string) => Promise<ArrayBuffer>} block @param {number} channels */
export function createThumbs(pictures, block, channels) {
  const open = new Map();
  const [height, width] = pictures.side;
  const context = scratch(width, height);

  function bitmap(number) {
    const as = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
    const found = open.get(number)
      ?? block(pictures.atlas[number]).then((bytes) => createImageBitmap(new Blob([bytes], { type: "image/png" }), as));
    // The newest is the last, so that the first is the one to go.
    open.delete(number);
    open.set(number, found);
    if (open.size > KEPT) open.delete(open.keys().next().value);
    return found;
  }

  /** Where the picture of a point lies, or null. */
  async function source(index) {
    if (!(index < pictures.n)) return null;
    const at = index % pictures.perAtlas;
    return {
      source: await bitmap(Math.floor(index / pictures.perAtlas)),
      x: (at % pictures.columns) * width,
      y: Math.floor(at / pictures.columns) * height,
      width,
      height,
    };
  }

  const cut = (context, from) =>
    context.drawImage(from.source, from.x, from.y, width, height, 0, 0, width, height);

  return {
    n: pictures.n,
    source,
    /** Draws the picture of a point, if there is one and it is still `wanted` once it is here.
     * @returns {Promise<boolean>} whether there is one */
    async draw(canvas, index, wanted) {
      const from = await source(index);
      if (from !== null && wanted()) cut(sized(canvas, width, height), from);
      return from !== null;
    },
    /** The pixels of a point as values 0..1 of shape [C,H,W]. @returns {Promise<Float32Array|null>} */
    async pixels(index) {
      const from = await source(index);
      if (from === null) return null;
      cut(context, from);
      const { data } = context.getImageData(0, 0, width, height);
      const plane = width * height;
      const values = new Float32Array(channels * plane);
      return values.map((_, i) => data[4 * (i % plane) + Math.floor(i / plane)] / 255);
    },
  };
}

/** Draws the picture of a point, or the first model's reconstruction of it.
 * @returns {Promise<boolean>} whether it is the picture itself */
export async function drawThumb(app, canvas, index) {
  // Of two drawings for one canvas the later one stays.
  canvas.wanted = index;
  const wanted = () => canvas.wanted === index;
  if (await app.thumbs.draw(canvas, index, wanted)) return true;
  const [model] = app.models;
  const picture = await model.decode(`thumb ${index}`, model.code(index), app.labelOf(index));
  if (picture !== null && wanted()) app.paint(canvas, picture);
  return false;
}

/** A small picture that pins its point when pressed; it may be given another point later. */
export function thumbButton(app, first) {
  let shown = first;
  const canvas = el("canvas", { width: 1, height: 1 });
  const made = button({ class: "thumb" }, () => app.pin(shown), canvas);
  made.show = (index) => {
    shown = index;
    made.title = made.ariaLabel = app.nameOf(index);
    drawThumb(app, canvas, index).then((real) => {
      if (!real && shown === index) made.title = made.ariaLabel = `${app.nameOf(index)}. ${app.t("redrawn")}`;
    });
  };
  made.show(first);
  return made;
}

// A picture of the reader's own: dropped, chosen, pasted or drawn. It is fitted as the program fits pictures.

import { ARROWS, byId, on, onceAFrame, setText } from "#dom";
import { clamp, total } from "#numbers";
import { fit, readPicture, scratch } from "#picture";

/** Larger files are refused by the program too. */
const MOST_PIXELS = 25e6;
/** The part of its square that a centred drawing fills, and the width of the pen: those of written digits. */
const [FILLED, PEN] = [20 / 28, 0.075];

/** @param {object} app */
export async function createBring(app) {
  const shape = app.models[0].graph.input;
  const pad = byId("pad");
  const invert = byId("invert");
  const centre = byId("centre");
  const bright = await isBrightOnDark(app);
  let [strokes, said, lastFile] = [[], "", null];
  const pen = { x: 0.5, y: 0.5, down: false, shown: false };
  byId("centre-box").hidden = shape[0] !== 1;

  async function show(pixels, word) {
    const label = app.labelFor(app.subject);
    const encoded = await Promise.all(app.models.map((model) => model.encode("own", pixels, label)));
    if (encoded.includes(null)) return;
    app.set({ pin: null, codes: [] });
    app.show({ kind: "own", pixels, encoded }, "own");
    said = word;
    render();
  }

  function render() {
    if (byId("panel-yours").hidden) return;
    draw();
    const parts = said === "" ? [] : [app.t(said)];
    const { subject } = app;
    if (subject?.kind === "own" && said !== "badFile") {
      if (app.models.some((model, number) => model.spread(subject.encoded[number].sigma))) parts.push(app.t("ellipse"));
      if (!app.walkable) parts.push(app.t("placedNear"));
    }
    setText("yours-said", parts.join(" "));
  }

  // ---- Files.

  async function take(file) {
    if (!file) return;
    try {
      const data = await readPicture(file);
      if (data.width * data.height > MOST_PIXELS) throw new Error("too large");
      lastFile = { data, jpeg: file.type === "image/jpeg" };
      strokes = [];
      await showFile();
    } catch {
      said = "badFile";
      lastFile = null;
      app.say(app.t(said));
      render();
    }
  }

  async function showFile() {
    const pixels = fit(lastFile.data, shape, { invert: invert.checked });
    await show(pixels, lastFile.jpeg ? "jpegNote" : "fitted");
  }

  // ---- The drawing pad: the same colours as the data, so that a drawing looks like the other pictures.

  const [ground, ink] = bright ? ["#000", "#fff"] : ["#fff", "#000"];

  function lines(context, size, shown) {
    context.fillStyle = ground;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = ink;
    context.lineWidth = PEN * size;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of shown) {
      context.beginPath();
      // A dot is a line to itself: the first place is begun with and drawn to.
      context.moveTo(stroke[0][0] * size, stroke[0][1] * size + 0.01);
      for (const [x, y] of stroke) context.lineTo(x * size, y * size);
      context.stroke();
    }
  }

  function draw() {
    const context = pad.getContext("2d");
    lines(context, pad.width, strokes);
    if (strokes.length === 0) {
      context.fillStyle = bright ? "#9aa3b2" : "#5c6370";
      context.font = `500 15px ${getComputedStyle(pad).fontFamily}`;
      context.textAlign = "center";
      context.fillText(app.t("padHint"), pad.width / 2, pad.height / 2 + 5);
    }
    if (!pen.shown) return;
    context.beginPath();
    context.arc(pen.x * pad.width, pen.y * pad.width, 7, 0, 7);
    context.strokeStyle = pen.down ? "#35b788" : "#f27d0e";
    context.lineWidth = 2.5;
    context.stroke();
  }

  const read = onceAFrame(() => {
    draw();
    if (strokes.length === 0) return;
    const size = 224;
    const context = scratch(size, size);
    lines(context, size, centre.checked && shape[0] === 1 ? centred(strokes) : strokes);
    lastFile = null;
    show(fit(context.getImageData(0, 0, size, size), shape), "drawnSaid");
  });

  function at(event) {
    const box = pad.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }
  on(pad, "pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    pen.shown = false;
    strokes.push([at(event)]);
    read();
  });
  on(pad, "pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) strokes.at(-1).push(at(one));
    read();
  });
  on(pad, "keydown", (event) => {
    const way = ARROWS[event.key];
    if (way) {
      [pen.x, pen.y] = [pen.x + 0.04 * way[0], pen.y + 0.04 * way[1]].map((value) => clamp(value, 0.04, 0.96));
      if (pen.down) strokes.at(-1).push([pen.x, pen.y]);
    } else if (event.key === " " || event.key === "Enter") {
      pen.down = !pen.down;
      if (pen.down) strokes.push([[pen.x, pen.y]]);
    } else return;
    pen.shown = true;
    event.preventDefault();
    read();
  });
  on(pad, "blur", () => { pen.shown = pen.down = false; draw(); });

  on("pad-clear", "click", () => {
    [strokes, said, lastFile, app.own] = [[], "", null, null];
    if (app.subject?.kind === "own") app.show({ kind: "point", index: app.neighboursOf(0)[0] }, "clear");
    else app.changed("clear");
    render();
  });
  on("file", "change", (event) => { take(event.target.files[0]); event.target.value = ""; });
  for (const box of [invert, centre]) on(box, "change", () => (lastFile === null ? read() : showFile()));

  // ---- Dropped on the page, or pasted.

  const carries = (event) => event.dataTransfer?.types.includes("Files");
  on(window, "dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    byId("drop").classList.add("shown");
  });
  on(window, "dragleave", (event) => byId("drop").classList.toggle("shown", event.relatedTarget !== null));
  const taken = (event, files) => {
    if (!files?.length) return;
    event.preventDefault();
    byId("drop").classList.remove("shown");
    app.set({ tab: "yours" });
    take(files[0]);
  };
  on(window, "drop", (event) => taken(event, event.dataTransfer?.files));
  on(window, "paste", (event) => taken(event, event.clipboardData?.files));
  return { render, reword: render };
}

/** Moves and scales strokes so that they lie in the middle and fill what written digits fill.
 * @param {[number, number][][]} strokes in 0..1 */
export function centred(strokes) {
  const [xs, ys] = [0, 1].map((axis) => strokes.flat().map((point) => point[axis]));
  const extent = Math.max(...[xs, ys].map((values) => Math.max(...values) - Math.min(...values)), 0.05);
  const scale = Math.min((FILLED - PEN) / extent, 3);
  // The middle of the ink, as in MNIST, not of the box; each piece of line weighs its length.
  let [mx, my, total] = [0, 0, 0];
  for (const stroke of strokes) {
    stroke.forEach(([x, y], i) => {
      const [px, py] = stroke[Math.max(i - 1, 0)];
      const weight = Math.hypot(x - px, y - py) + 1e-6;
      mx += ((x + px) / 2) * weight;
      my += ((y + py) / 2) * weight;
      total += weight;
    });
  }
  const moved = (value, middle) => 0.5 + (value - middle / total) * scale;
  return strokes.map((stroke) => stroke.map(([x, y]) => [moved(x, mx), moved(y, my)]));
}

// Most pictures decide: digits are bright on dark ground, drawings on paper are not.
async function isBrightOnDark(app) {
  let sum = 0;
  for (let i = 0; i < 8; i++) {
    const pixels = await app.thumbs.pixels(i);
    if (pixels === null) return true;
    sum += total(pixels) / pixels.length;
  }
  return sum / 8 < 0.5;
}

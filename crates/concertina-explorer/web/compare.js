// The maps: one for each model. Two lie side by side, with the same pictures and one hover for both.

import { ARROWS, button, byId, calm, el } from "#dom";
import { createMap } from "#map";
import { between } from "#near";
import { times, total } from "#numbers";

/** Steps of the path that a walk draws on maps where it is not a straight line. */
const STEPS = 24;

/** Makes the maps and joins them to the page. */
export function createMaps(app) {
  const { two } = app;
  byId("maps").classList.toggle("two", two);
  document.body.classList.toggle("two-models", two);
  app.models.forEach((model, number) => {
    const canvas = el("canvas", { "aria-hidden": "true" });
    const overlay = el("canvas", { role: "application", "aria-roledescription": "map", "aria-describedby": "caption" });
    const kind = el("span");
    const zoom = [["zoomIn", "+", 1.5], ["zoomOut", "\u2212", 1 / 1.5], ["zoomFit", "\u2922", 0]]
      .map(([word, text, by]) => button({ class: "icon", "data-label": word, "data-tip": "", text },
        () => (by === 0 ? model.map.fit(true) : model.map.zoomBy(by))));
    byId("maps").append(el("figure", { class: "map" },
      two ? el("figcaption", {}, el("strong", { text: model.name }), kind) : null,
      el("div", { class: "stage" }, canvas, overlay), el("div", { class: "zoom" }, ...zoom)));
    const pictures = (indices) => Promise.all(indices.map(app.thumbs.source));
    const map = createMap(canvas, overlay, { theme: mapTheme(), axes: model.isLatent, pictures });
    map.setPoints(model);
    Object.assign(model, { overlay, kind, map });
    listen(app, model, number);
  });
}

function listen(app, model, number) {
  const { map, overlay } = model;
  map.on("hover", (index) => app.hover(index, number));
  map.on("click", (index, x, y) => {
    app.set({ active: number });
    // In walk mode a press is a place to decode, not a point to pin.
    if (app.state.mode === "walk") app.drawAt(number, x, y);
    else app.pin(index === app.state.pin ? null : index);
  });
  map.on("drag", (x, y) => app.drawAt(number, x, y));
  map.on("lasso", app.select);
  let timer = 0;
  map.on("view", () => {
    clearTimeout(timer);
    timer = setTimeout(() => app.set({ views: app.models.map(seen) }), 400);
  });
  // In walk mode the arrow keys walk; before the map, which would move.
  overlay.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (way === undefined || app.state.mode !== "walk" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const [x, y] = model.cursor ?? seen(model);
    const step = (event.shiftKey ? 40 : 10) / map.view().k;
    app.drawAt(number, x + way[0] * step, y - way[1] * step);
  }, { capture: true });
}

/** The colours of the map are those of the page. */
export function mapTheme() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  const [background, ink, soft, line, axis, accent] = ["card", "ink", "muted", "grid", "axis", "mark"].map(of);
  return { background, ink, soft, line, axis, accent };
}

// The middle of the view and its smaller side in data units: the same place on a screen of any size.
function seen({ map }) {
  const [width, height] = map.size();
  return [...map.toData(width / 2, height / 2), Math.min(width, height) / map.view().k];
}

/** Goes back to a view of the address. @param {number[]} view */
export function restoreView({ map }, [x, y, span]) {
  const [width, height] = map.size();
  const k = Math.min(width, height) / span;
  map.setView({ k, tx: width / 2 - x * k, ty: height / 2 + y * k });
}

/** Shows on all maps where the subject lies: a point with lines to its neighbours, or marks where there is no point. */
export function mark(app) {
  const { subject, own, walk, selected } = app;
  for (const [number, model] of app.models.entries()) {
    const markers = [];
    let [pinned, neighbours, path] = [-1, [], []];
    const code = app.codeOf(subject, number);
    model.cursor = code && model.place(code);
    if (subject?.kind === "point") [pinned, neighbours] = [subject.index, app.neighboursOf(number)];
    else if (code !== null && subject !== own) markers.push({ x: model.cursor[0], y: model.cursor[1], kind: "cursor" });
    // The reader's own picture stays on the map while others are looked at.
    if (own) {
      const { code: mean, sigma } = own.encoded[number];
      const [x, y] = model.place(mean);
      markers.push({ x, y, kind: "you", label: app.t("here"), sigma: model.spread(sigma) });
    }
    if (walk !== null && app.state.tab === "walk") {
      path = pathOf(model, walk.codes[number]);
      walk.ends[number].forEach(([x, y], end) => markers.unshift({ x, y, kind: "ab"[end] }));
    }
    model.map.show({ pinned, neighbours, selection: selected, markers, path });
  }
}

// On a flat map of the latent the walk is straight; on the others each step has its own place.
const pathOf = (model, ends) => times(STEPS + 1, (i) => model.place(between(...ends, i / STEPS)));

/** What may be read from the map, and what may not: sentences. */
export function caption(app, { dim, isLatent, latent, layout: { method, explained, trustworthiness } }) {
  const share = explained && app.number(100 * total(explained.slice(0, 2)));
  const parts = [app.t(`caption_${method}`, { dim, share: share ?? "?" })];
  if (latent.hasPrior && isLatent) parts.push(app.t("captionPrior"));
  if (typeof trustworthiness === "number" && !isLatent) {
    parts.push(app.t("captionTrust", { value: app.number(trustworthiness, 2) }));
  }
  return parts;
}

/** Moves a finger along a line, so that the reader sees what the decoder does between two places.
 * @param {(t: number) => void} at called with 0..1 until it is told to stop @returns {() => void} */
export function glide(at, seconds, done = () => {}) {
  // Whoever asked for less motion gets the same places in fewer, slower steps.
  const steps = calm() ? 6 : 1e9;
  let [frame, begun] = [0, null];
  const step = (now) => {
    begun ??= now;
    const t = Math.min((now - begun) / 1000 / seconds, 1);
    at(Math.round(t * steps) / steps);
    if (t < 1) frame = requestAnimationFrame(step);
    else done();
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}

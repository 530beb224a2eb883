// Starts the explorer: reads the page's data, makes its parts, and tells all of them what the reader looks at.

import { createBring } from "#bring";
import { createColours } from "#colour";
import { createMaps, mapTheme, mark, restoreView } from "#compare";
import { createQuestions, introduce, offer, settle } from "#controls";
import { blocksOf, readModel } from "#data";
import { createDetail, NEIGHBOURS } from "#detail";
import { createEpochs } from "#epochs";
import { createLive } from "#live";
import { byId, el, on, onceAFrame, paint, setText } from "#dom";
import { notesOf, paintRoll } from "#roll";
import { createSelection } from "#select";
import { createSliders } from "#sliders";
import { createStore, format, parse } from "#state";
import { createTabs } from "#tabs";
import { applyTheme, watchTheme } from "#theme";
import { createThumbs } from "#atlas";
import { startTour } from "#tour";
import { createWalk } from "#walk";
import { choose, createWords } from "#words";

const json = (id) => JSON.parse(byId(id).textContent);

/** Starts the page. */
export async function start() {
  const words = createWords(json("words"));
  let saving = 0;
  const store = createStore(parse(location.hash), (state) => {
    clearTimeout(saving);
    saving = setTimeout(() => history.replaceState(null, "", `#${format(state)}`), 250);
  });
  const wish = () => choose([store.state.lang ?? [], navigator.languages].flat());
  words.speak(wish());
  applyTheme(store.state.theme);
  const page = json("page");
  document.title = page.title;
  setText("title", page.title);
  words.apply(document);
  try {
    const get = blocksOf(page);
    const models = await Promise.all(page.models.slice(0, 2).map((model) => readModel(model, get)));
    const labels = page.data.labels ? new Uint16Array(await get(page.data.labels)) : null;
    await open(createApp(page, models, labels, words, store), wish);
    document.body.dataset.ready = "";
  } catch (error) {
    byId("failed").hidden = false;
    setText("failed", words.t("failed", { message: error.message }));
    throw error;
  }
}

async function open(app, wish) {
  const { models, words, store } = app;
  // For tests, and for readers who like to look behind the page.
  globalThis.explorer = app;
  createMaps(app);
  const parts = {
    detail: createDetail(app), sliders: createSliders(app), walk: createWalk(app), bring: await createBring(app),
    selection: createSelection(app),
  };
  parts.epochs = createEpochs(app, parts.walk);
  parts.live = createLive(app);
  createTabs(app);
  const recolour = createColours(app, byId("legend"));
  const questions = createQuestions(app);
  let end = () => {};

  // Everything that looks at the subject, at most once a frame.
  const render = onceAFrame(() => {
    mark(app);
    parts.detail.render(app.subject);
    parts.sliders.render();
    parts.selection.render();
  });
  app.changed = (origin) => {
    if (origin !== "tour") end();
    if (origin !== "walk") parts.walk.halt();
    render();
  };

  function reword() {
    words.speak(wish());
    document.documentElement.lang = words.tag;
    words.apply(document);
    introduce(app);
    for (const part of Object.values(parts)) part.reword?.();
    for (const one of questions) one.retitle();
    offer(app);
    recolour();
    parts.walk.render();
    render();
  }
  function retheme() {
    app.theme = applyTheme(app.state.theme);
    for (const model of models) model.map.setTheme(mapTheme());
    const theme = byId("theme");
    theme.title = theme.ariaLabel = `${words.t("theme")}: ${words.t(`theme_${app.state.theme}`)}`;
    recolour();
    parts.live.render();
    render();
  }

  settle(app);
  store.on("lang", () => { reword(); retheme(); });
  store.on("theme", retheme);
  // In other colours nothing would say what is grey.
  store.on("colour clusters", () => { offer(app); app.select(null); });
  store.on("as", () => { offer(app); parts.walk.render(); render(); });
  store.on("active", render);
  store.on("from to", parts.walk.begin);
  store.on("tab", () => {
    parts.walk.begin();
    parts.bring.render();
    render();
  });
  app.recolour = recolour;
  watchTheme(retheme);
  retheme();
  reword();
  on(window, "hashchange", () => location.reload());

  app.state.views.forEach((view, number) => { if (models[number]) restoreView(models[number], view); });
  await parts.epochs.begin();
  end = resume(app, parts, store.state);
}

// Goes on where the address says, or shows something that moves. Returns what ends the tour.
function resume(app, parts, state) {
  const fits = String(state.codes.map((code) => code.length)) === String(app.models.map((model) => model.dim));
  if (state.tab === "walk") parts.walk.begin();
  else if (fits) app.draw(state.codes.map((code) => Float32Array.from(code)), "sliders");
  else if (state.pin !== null) app.show({ kind: "point", index: state.pin }, "pin");
  else {
    app.show({ kind: "point", index: 0 }, "tour");
    return startTour(app);
  }
  return () => {};
}

// What all parts share: the models, the words, and what the reader looks at.
function createApp(page, models, labels, words, store) {
  const { state } = store;
  const app = {
    page, models, words, store, labels, state, set: store.set, data: page.data, t: words.t, number: words.number,
    thumbs: createThumbs(page.pictures, blocksOf(page), page.data.shape[0]),
    n: models[0].n,
    // Points of which every model has the code.
    known: Math.min(...models.map((model) => model.known)),
    pictured: 0, subject: null, own: null, walk: null, selected: null, theme: null,
    changed: () => {}, recolour: () => {},
    two: models.length > 1, walkable: models.every((model) => model.walkable),
    /** What the models are: the end of words that depend on it. */
    kind: models.every(isVariational) ? "Vae" : models.some(isVariational) ? "Both" : "Ae",
    /** The model's name where there are two. */
    titleOf: (model) => (app.two ? el("span", { class: "soft", text: model.name }) : null),
    className: (label) => page.data.classes?.[label] ?? String(label),
    labelOf: (index) => labels?.[index],
    nameOf: (index) =>
      app.t("pictureNo", { n: index + 1 }) + (labels ? ` \u00b7 ${app.className(labels[index])}` : ""),
    /** Which class the decoder is told, for models that want to be told one. */
    labelFor(subject) {
      if (models.every((model) => !model.graph.classes)) return undefined;
      const index = subject?.kind === "point" ? subject.index : near[state.active]?.[0];
      return state.as ?? labels?.[index] ?? 0;
    },
    codeOf(subject, number) {
      if (subject?.kind === "point") return models[number].code(subject.index);
      return (subject?.kind === "own" ? subject.encoded[number]?.code : subject?.codes[number]) ?? null;
    },
    isPinned: () => app.subject?.kind === "point" && app.subject.index === state.pin,
    neighboursOf: (number) => near[number] ?? [],
    describe(subject) {
      if (subject.kind === "point") return app.nameOf(subject.index);
      if (subject.kind === "own") return app.t("yoursLands", { names: namesOf(app, near[state.active] ?? []) });
      return app.t(`drawn_${subject.origin}`, { percent: app.number(100 * state.at) });
    },
    /** A small picture of a code. @returns {Promise<HTMLCanvasElement>} */
    async sketch(model, slot, code, label) {
      const canvas = el("canvas", { width: 1, height: 1, "aria-hidden": "true" });
      const picture = await model.decode(slot, code, label);
      if (picture !== null) app.paint(canvas, picture, model.graph.target, model);
      return canvas;
    },
    paint(canvas, values, shape = models[0].graph.target, model = models[0]) {
      const { music } = page;
      if (!music || model.graph.picture !== "tokens") paint(canvas, values, shape);
      else paintRoll(canvas, notesOf(values, music), values.length / music.voices.length);
    },
  };
  app.pictured = Math.min(app.known, app.thumbs.n || app.known);
  let near = [];
  let [base, group, spoken] = [null, "", 0];

  const say = (text) => {
    clearTimeout(spoken);
    // Only where the reader comes to rest: every picture on the way would be noise.
    spoken = setTimeout(() => setText("live", text), 500);
  };
  Object.assign(app, {
    say,
    /** Everything that is shown comes through here. @param {object} subject @param {string} origin */
    show(subject, origin) {
      app.subject = subject;
      if (subject.kind === "own") app.own = subject;
      near = models.map((model, number) => {
        const code = app.codeOf(subject, number);
        // Among the points whose pictures are here to be seen: a fair sample of all.
        return code === null ? [] : model.nearest(code, NEIGHBOURS, subject.index ?? -1, app.pictured);
      });
      if (origin !== "hover") base = subject;
      if (origin !== "tour") say(app.describe(subject));
      app.changed(origin);
    },
    /** A picture is pinned, or let go with null. */
    pin(point) {
      const index = point === null ? null : models[state.active].withCode(point);
      store.set({ pin: index, codes: [] });
      if (index !== null) app.show({ kind: "point", index }, "pin");
      else app.changed("pin");
    },
    hover(index, number) {
      if (state.mode === "walk") return;
      if (index >= 0) app.show({ kind: "point", index: models[number].withCode(index) }, "hover");
      // Where the tour was left there is nothing to go back to.
      else if (base && base.origin !== "tour") app.show(base, "hover");
    },
    /** Codes that no picture has: from sliders, walks and places of the map. */
    draw(codes, origin) {
      app.show({ kind: "code", codes, origin }, origin);
      if (origin !== "sliders" && origin !== "map") return;
      store.set({ pin: null, codes: codes.map((code) => Array.from(code ?? [])) });
    },
    /** Decodes a place of one map. */
    drawAt(number, x, y) {
      const code = models[number].unplace(x, y);
      store.set({ active: number });
      app.drawOne(number, code, "map");
    },
    /** Draws a code of one model; the other one keeps what it shows. */
    drawOne(number, code, origin) {
      app.draw(models.map((_, other) => (other === number ? code : app.codeOf(app.subject, other))), origin);
    },
    /** Back from the sliders to a real picture. */
    back: () => app.pin(state.pin ?? near[state.active][0] ?? 0),
    select(indices, name = "") {
      group = name;
      app.selected = indices?.length ? new Uint8Array(app.n) : null;
      for (const index of indices ?? []) app.selected[index] = 1;
      if (app.selected && !name) store.set({ tab: "selection" });
      if (app.selected) say(app.t("selected", { n: indices.length }));
      app.recolour();
      app.changed("select");
    },
    selectWhere(wanted, name) {
      if (group === name) app.select(null);
      else app.select([...Array(app.n).keys()].filter(wanted), name);
    },
    selectedGroup: () => group,
    selectedIndices: () => [...app.selected?.keys() ?? []].filter((i) => app.selected[i]),
  });
  return app;
}

const isVariational = (model) => model.latent.hasPrior;

// The classes of some pictures, or the pictures where there are no classes.
const namesOf = (app, indices) =>
  [...new Set(indices.map((i) => (app.labels ? app.className(app.labels[i]) : app.number(i + 1))))].join(", ");

// The controls around the map: language, theme, mode, colours, class; and the sentences that introduce the page.

import { choices } from "#colour";
import { caption } from "#compare";
import { byId, el, on, setText } from "#dom";
import { question } from "#help";
import { size, times } from "#numbers";
import { createChoice } from "#tabs";
import { prefersDark } from "#theme";
import { LANGUAGES } from "#words";

const fill = (id, options, value) => {
  byId(id).replaceChildren(...options.map(([key, text]) => el("option", { value: key, text })));
  byId(id).value = value;
};

/** Joins the controls to the state. @param {object} app */
export function settle(app) {
  const { state, set, models: [first] } = app;
  // An address may ask for what this page does not have.
  if (!choices(app).includes(state.colour)) set({ colour: choices(app)[0] });
  for (const field of ["pin", "from", "to"]) if (state[field] >= app.known) set({ [field]: null });
  if (state.active >= app.models.length) set({ active: 0 });
  if (state.as >= first.graph.classes) set({ as: null });
  if (!app.walkable && state.mode === "walk") set({ mode: "pan" });

  on("colour", "change", ({ target }) => set({ colour: target.value }));
  on("language", "change", ({ target }) => set({ lang: target.value }));
  for (const field of ["clusters", "as", "active"]) {
    on(field, "change", ({ target: { value } }) => set({ [field]: value === "" ? null : Number(value) }));
  }
  on("prior", "change", ({ target }) => set({ prior: target.checked }));
  // First to what is not shown now, then to the other one, then back to what the device prefers.
  on("theme", "click", () => {
    const order = ["auto", ...prefersDark() ? ["light", "dark"] : ["dark", "light"]];
    set({ theme: order[(order.indexOf(state.theme) + 1) % 3] });
  });
  on("pin", "click", () => app.pin(app.isPinned() ? null : app.subject?.index ?? app.neighboursOf(0)[0] ?? 0));
  on("random", "click", () => app.pin(Math.floor(Math.random() * app.pictured)));
  byId("prior-box").hidden = !app.models.some(hasCircles);
  byId("as-box").hidden = !first.graph.classes;
  byId("active-box").hidden = !app.two;
  byId("mode").children[1].hidden = !app.walkable;
  createChoice(app, "mode", "mode", (button, chosen) => {
    button.ariaChecked = chosen;
    if (chosen) for (const { map } of app.models) map.setMode(button.value);
  });
  app.store.on("prior active", () => reflect(app));
  reflect(app);
}

// The prior is drawn where the map is the latent space, which it lives in.
const hasCircles = (model) => model.latent.hasPrior && model.isLatent;

function reflect({ models, state: { prior, active } }) {
  byId("prior").checked = prior;
  byId("active").value = active;
  for (const model of models) model.map.show({ prior: prior && hasCircles(model) });
}

/** Fills the lists, whose words depend on the language. @param {object} app */
export function offer(app) {
  const { t, state, data, models: [{ graph, conditional }] } = app;
  const names = conditional ?? data.classes;
  fill("language", Object.entries(LANGUAGES), app.words.language);
  fill("colour", choices(app).map((name) => [name, t(`colour_${name}`)]), state.colour);
  byId("clusters-box").hidden = state.colour !== "cluster";
  fill("clusters", times(19, (i) => [i + 2, t("clusters", { n: i + 2 })]), state.clusters);
  fill("as", [["", t("asOwn")], ...times(graph.classes, (i) => [i, names?.[i] ?? i])], state.as ?? "");
  fill("active", app.models.map(({ name }, number) => [number, name]), state.active);
}

/** The sentences at the top, under the map and at the end. @param {object} app */
export function introduce(app) {
  const { t, data, models, page } = app;
  const values = { dim: models[0].dim, n: data.n };
  setText("intro", t(app.two ? "introTwo" : "intro", values));
  // The map takes the height that the header leaves, and its words are longer in some languages.
  document.documentElement.style.setProperty("--head", `${byId("intro").closest("header").offsetHeight}px`);
  const captions = new Set(models.flatMap((model) => caption(app, model)));
  if (data.of > data.n) captions.add(t("sample", { n: data.n, of: data.of }));
  setText("caption", [...captions].join(" "));
  for (const model of models) {
    model.overlay.ariaLabel = t("mapLabel", { n: data.n, name: model.name });
    setText(model.kind, t(model.latent.hasPrior ? "kindVae" : "kindAe"));
  }
  const facts = models.flatMap((model) => [
    el("h3", { text: model.name }), el("p", { text: model.summary }),
    el("dl", {}, ...model.metrics.flatMap((one) => [el("dt", { text: one.label }), el("dd", { text: one.value })])),
  ]);
  const notes = [...page.notes, data.name, page.program];
  byId("facts").replaceChildren(...facts, ...notes.map((text) => el("p", { class: "soft", text })));
}

/** The questions that somebody has who has never seen an autoencoder. @param {object} app */
export function createQuestions(app) {
  const values = { dim: app.models[0].dim, pixels: size(app.models[0].graph.input) };
  const ask = (title, ...answer) =>
    question(() => ({ question: app.t(title), answer: answer.filter(Boolean).map((id) => app.t(id, values)) }));
  const made = [
    ask("spaceQuestion", "spaceAnswer", "spaceAnswer2"),
    ask("holesQuestion", "holesAnswer", "holesAnswer2", `holes${app.kind}`),
    ask("doQuestion", "doLook", app.walkable && "doWalk", "doSelect", "doOwn", "doKeys"),
  ];
  byId("questions").append(...made);
  return made;
}

// Two pictures and the walk between them; and the walk across the largest gap of a map.

import { byId, el, on, setText } from "#dom";
import { thumbButton } from "#atlas";
import { glide } from "#compare";
import { between, largestGap, random } from "#near";
import { times } from "#numbers";

/** Pictures on the film strip. */
const FRAMES = 7;
const SECONDS = 4;

/** @param {object} app */
export function createWalk(app) {
  const at = byId("walk-at");
  const play = byId("walk-play");
  const film = byId("film");
  let [stop, filmed] = [null, ""];
  let seed = 1;

  function prepare() {
    if (app.state.from === null || app.state.to === null) shuffle();
    const indices = [app.state.from, app.state.to];
    const of = (f) => app.models.map((model) => indices.map((i) => f(model, i)));
    app.walk = { indices, codes: of((model, i) => model.code(i)), ends: of(({ x, y }, i) => [x[i], y[i]]) };
  }

  /** Two pictures of different classes, if there are classes. */
  function shuffle() {
    const next = random(seed++ * 7919);
    const from = Math.floor(next() * app.pictured);
    const alike = (i) => i === from || (app.labels && app.labels[i] === app.labels[from]);
    let to = from;
    for (let trial = 0; trial < 50 && alike(to); trial++) to = Math.floor(next() * app.pictured);
    app.set({ from, to, at: 0.5 });
  }

  function show(t) {
    app.set({ at: t });
    app.draw(app.walk.codes.map((ends) => between(...ends, t)), "walk");
  }

  function halt() {
    stop?.();
    stop = null;
    play.textContent = app.t("walkPlay");
  }

  function run() {
    play.textContent = app.t("walkPause");
    const begun = app.state.at >= 1 ? 0 : app.state.at;
    stop = glide((t) => { at.value = begun + (1 - begun) * t; show(Number(at.value)); }, SECONDS * (1 - begun), halt);
  }

  function renderEnds() {
    ["walk-from", "walk-to"].forEach((id, end) => byId(id).replaceChildren(thumbButton(app, app.walk.indices[end])));
  }

  async function renderFilm() {
    const key = JSON.stringify([app.walk.indices, app.state.as, app.models[0].epoch]);
    if (key === filmed) return;
    filmed = key;
    film.replaceChildren(...await Promise.all(app.models.map(async (model, number) => {
      const canvases = await Promise.all(times(FRAMES, async (i) => {
        const t = i / (FRAMES - 1);
        const code = between(...app.walk.codes[number], t);
        const canvas = await app.sketch(model, `film ${i}`, code, app.labelFor(app.subject));
        on(canvas, "click", () => { halt(); at.value = t; show(t); });
        return canvas;
      }));
      return el("div", { class: "frames" }, app.titleOf(model), ...canvases);
    })));
  }

  /** Follows the state, unless nobody looks. */
  function render() {
    if (byId("panel-walk").hidden) return;
    prepare();
    at.value = app.state.at;
    setText("gap-said", app.t(`gap${app.kind}`));
    renderEnds();
    renderFilm();
  }

  on(at, "input", () => { halt(); show(Number(at.value)); });
  on(play, "click", () => (stop ? halt() : run()));
  on("walk-shuffle", "click", () => { halt(); shuffle(); begin(); });
  on("walk-gap", "click", () => {
    halt();
    // Both models walk between the same two pictures; the holes of the one that never practised there are looked for.
    const { x, y } = app.models.find((model) => !model.latent.hasPrior) ?? app.models[0];
    const [from, to] = largestGap(x, y, app.pictured, app.labels);
    app.set({ from, to, at: 0 });
    begin();
    run();
  });
  for (const [id, field] of [["walk-set-from", "from"], ["walk-set-to", "to"]]) {
    on(id, "click", () => {
      const index = app.state.pin ?? app.neighboursOf(app.state.active)[0];
      if (index === undefined) return;
      app.set({ [field]: index });
      begin();
    });
  }

  /** Draws the walk at its place, where it is in sight. */
  function begin() {
    if (app.state.tab !== "walk") return;
    render();
    show(app.state.at);
  }
  return { render, begin, halt, reword() { filmed = ""; if (!stop) play.textContent = app.t("walkPlay"); } };
}

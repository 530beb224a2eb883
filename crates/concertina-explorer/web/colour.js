// Colours of the points by class, error, cluster or density against the prior; and the legend that explains them.

import { button, el } from "#dom";
import { kMeans } from "#cluster";
import { againstPrior } from "#density";
import { random } from "#near";
import { times } from "#numbers";
import { css } from "#theme";

/** Below and above these parts of the values a colour scale is at its ends: a few outliers would take it all. */
const [LOW, HIGH] = [0.02, 0.98];
/** Classes that the legend names. */
const NAMED = 20;

/** What the points may be coloured by, the first for a start. */
export function choices(app) {
  const prior = app.models.some((model) => model.latent.hasPrior);
  return [app.labels && "class", "error", "cluster", prior && "density"].filter(Boolean);
}

function scaled(values) {
  const sorted = Float32Array.from(values).sort();
  const [low, high] = [LOW, HIGH].map((part) => sorted[Math.floor(part * (sorted.length - 1))]);
  return { at: (i) => (values[i] - low) / (high - low || 1), n: values.length };
}

/** Colours all maps and fills the legend. Clusters are those of each model's own codes. */
export function createColours(app, legend) {
  const kept = new Map();
  const once = (model, what, make) => {
    const key = `${what} ${app.models.indexOf(model)} ${model.epoch}`;
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key);
  };
  const clustersOf = (model) => once(model, app.state.clusters,
    () => kMeans(model.codes, model.dim, app.state.clusters, random(1)));

  function painter(by, model) {
    const { theme } = app;
    if (by === "class") return (i) => theme.category(app.labels[i]);
    if (by === "cluster") {
      const { of } = clustersOf(model);
      return (i) => (i < of.length ? theme.category(of[i]) : theme.grey);
    }
    const scale = once(model, by, () => scaled(by === "error" ? model.errors : againstPrior(model.codes, model.dim)));
    return (i) => (i < scale.n ? theme.scale(scale.at(i)) : theme.grey);
  }

  function categories(by) {
    const ofClass = by === "class";
    const { of, sizes } = ofClass ? { of: app.labels } : clustersOf(app.models[0]);
    const names = ofClass ? app.data.classes ?? [...new Set(of)].sort((a, b) => a - b).map(String)
      : sizes.map((_, c) => app.number(c + 1));
    const chips = names.slice(0, NAMED).map((name, group) => button({
      class: "chip", "aria-pressed": String(app.selectedGroup() === `${by} ${group}`),
      title: app.t(ofClass ? "selectClass" : "selectCluster", { name }),
    }, () => app.selectWhere((i) => of[i] === group, `${by} ${group}`),
    el("i", { style: `background:${css(app.theme.category(group))}` }), el("span", { text: name })));
    const more = names.length - NAMED;
    if (more > 0) chips.push(el("span", { class: "soft", text: app.t("more", { n: more }) }));
    return chips;
  }

  function ramp(by) {
    const stops = times(9, (i) => css(app.theme.scale(i / 8))).join(",");
    const end = (word) => el("span", { class: "soft", text: app.t(by + word) });
    return [end("Low"), el("i", { class: "ramp", style: `background:linear-gradient(90deg,${stops})` }), end("High")];
  }

  /** Draws everything in the colours of the state. */
  return function recolour() {
    const by = app.state.colour;
    for (const model of app.models) {
      const colour = painter(by, model);
      model.map.setColours(Uint32Array.from(model.x, (_, i) => colour(i)));
    }
    legend.replaceChildren(...(by === "class" || by === "cluster" ? categories(by) : ramp(by)));
  };
}

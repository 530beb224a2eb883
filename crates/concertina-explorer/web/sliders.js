// One slider for each number of the code, those that tell most first; those that the decoder ignores are folded away.

import { byId, el, on, setText } from "#dom";
import { question } from "#help";
import { times } from "#numbers";

/** Sliders in sight at once; more are folded away. */
const SHOWN = 12;
/** Nats below which a dimension tells the decoder nothing; where there are no nats, the part of the largest spread. */
const [DEAD_NATS, DEAD_PART] = [0.01, 0.001];

/** The dimensions in order of KL, or of spread where there is no KL.
 * @param {{dim: number, std: number[], kl: number[]|null}} latent
 * @returns {{alive: number[], dead: number[]}} */
function ordered({ dim, std, kl }) {
  // Two are soon seen, and are the axes of the map: they keep their order.
  if (dim < 3) return { alive: times(dim, (i) => i), dead: [] };
  const weight = kl ?? std;
  const limit = kl ? DEAD_NATS : DEAD_PART * Math.max(...std);
  const order = times(dim, (i) => i).sort((a, b) => weight[b] - weight[a] || a - b);
  return { alive: order.filter((i) => weight[i] > limit), dead: order.filter((i) => weight[i] <= limit) };
}

/** @param {object} app */
export function createSliders(app) {
  const list = byId("slider-list");
  const model = () => app.models[app.state.active];
  const ask = question(() => ({
    question: app.t("sliderQuestion"),
    answer: ["sliderAnswer", model().dim > 2 && (model().latent.kl ? "sliderAnswerKl" : "sliderAnswerSpread")]
      .filter(Boolean).map((word) => app.t(word, { dim: model().dim })),
  }));
  let [inputs, made] = [[], ""];

  function build() {
    const { latent } = model();
    const { alive, dead } = ordered(latent);
    inputs = [];
    const most = Math.max(...(latent.kl ?? latent.std), 1e-9);
    const rows = (dimensions) => dimensions.map((i) => row(latent, i, most));
    const fold = (word, dimensions) => (dimensions.length === 0 ? [] : [el("details", { class: "fold" },
      el("summary", { text: app.t(word, { n: dimensions.length }) }), ...rows(dimensions))]);
    list.replaceChildren(...rows(alive.slice(0, SHOWN)),
      ...fold("slidersMore", alive.slice(SHOWN)), ...fold("slidersDead", dead));
  }

  function row(latent, i, most) {
    // Three standard deviations to both sides: there is next to nothing beyond.
    const [middle, reach] = latent.hasPrior ? [0, 3.5] : [latent.mean[i], 3.2 * latent.std[i]];
    const id = `slider-${i}`;
    const input = el("input", {
      id, type: "range", min: middle - reach, max: middle + reach, step: reach / 200,
      on: { input: () => turn(i, Number(input.value)) },
    });
    const value = el("output", { for: id });
    const tells = (latent.kl ?? latent.std)[i];
    const title = app.t(latent.kl ? "klOf" : "spreadOf", { n: app.number(tells, 2) });
    inputs[i] = { input, value };
    return el("div", { class: "slider" },
      el("label", { for: id }, el("span", { text: `z${i + 1}` }),
        latent.dim > 2 ? el("i", { class: "weight", title }, el("i", { style: `width:${(100 * tells) / most}%` }))
          : model().isLatent ? el("small", { text: app.t(i ? "upDown" : "leftRight") }) : null),
      input, value);
  }

  function turn(i, value) {
    const number = app.state.active;
    const code = Float32Array.from(app.codeOf(app.subject, number) ?? model().code(0));
    code[i] = value;
    app.drawOne(number, code, "sliders");
  }

  /** Follows the subject, unless nobody looks. */
  function render() {
    if (byId("panel-sliders").hidden || app.subject === null) return;
    const key = `${app.state.active} ${app.words.language} ${model().epoch}`;
    if (made !== key) build();
    made = key;
    const code = app.codeOf(app.subject, app.state.active);
    if (code === null) return;
    inputs.forEach(({ input, value }, i) => {
      const text = app.number(code[i], 2);
      if (document.activeElement !== input || Number(input.value) !== code[i]) input.value = code[i];
      setText(value, text);
      input.ariaValueText = text;
    });
  }

  on("sliders-back", "click", () => app.back());
  on("sliders-middle", "click", () => app.draw(app.models.map(({ latent: { hasPrior, mean } }) =>
    Float32Array.from(mean, (middle) => (hasPrior ? 0 : middle))), "sliders"));
  byId("slider-ask").append(ask);
  return { render, reword: () => { made = ""; ask.retitle(); } };
}

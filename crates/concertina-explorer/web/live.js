// A run that is still trained: how far it is, its losses, and samples that improve. Newer models renew the page.

import { byId, el, setText } from "#dom";
import { random } from "#near";

/** How often the server is asked, in ms, and how often in vain before it is given up. */
const [EVERY, TRIES] = [4000, 3];
const SAMPLES = 8;

/** Numbers of the standard normal distribution, the same ones for a seed.
 * @param {number} n @param {number} seed */
export function normals(n, seed) {
  const next = random(seed);
  return new Float32Array(n).map(() => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
}

/** Where losses lie in a box of 1 by 1, from its upper left; what is no number is left out.
 * @param {(number|null)[][]} history of epoch and losses @param {number} epochs @returns {[number, number][][]} */
export function curves(history, epochs) {
  const all = history.flatMap((line) => line.slice(1)).filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return [1, 2].map((which) => history.filter((line) => Number.isFinite(line[which]))
    .map((line) => [(line[0] - 1) / (epochs - 1 || 1), (high - line[which]) / (high - low || 1)]));
}

/** @param {object} app @returns {() => void} says it all again, in other words or colours */
export function createLive(app) {
  const { models: [model], t } = app;
  const canvas = byId("curve");
  let [told, first, failed] = [null, 0, 0];

  function render() {
    if (failed === TRIES) setText("training-said", t("liveEnded"));
    if (told === null) return;
    const { history, epochs } = told;
    if (failed < TRIES) setText("training-said", t("liveEpoch", { n: history.length, of: epochs }));
    const { width, height } = Object.assign(canvas, { width: 2 * canvas.clientWidth, height: 2 * canvas.clientHeight });
    const pen = canvas.getContext("2d");
    pen.lineWidth = 4;
    byId("losses").replaceChildren(...curves(history, epochs).map((curve, i) => {
      const kind = ["rec", "kl"][i];
      pen.strokeStyle = getComputedStyle(canvas).getPropertyValue(`--${kind}`);
      pen.beginPath();
      // Rings that small are dots, and lines join them.
      for (const [x, y] of curve) pen.arc(8 + x * (width - 16), 8 + y * (height - 16), 2, 0, 7);
      pen.stroke();
      return el("span", {}, el("i", { class: `dot ${kind}` }), t(["liveTrain", "liveValid"][i]),
        el("b", { text: app.number(history.at(-1)?.[i + 1] ?? NaN, 1) }));
    }));
  }

  async function samples() {
    const { dim, graph: { classes } } = model;
    byId("samples").hidden = false;
    for (let i = 0; i < SAMPLES; i++) {
      byId("samples").append(await app.sketch(model, "sample", normals(dim, i + 1), classes ? i % classes : undefined));
    }
  }

  async function poll() {
    try {
      if (!document.hidden) told = await (await fetch("live")).json();
      failed = 0;
      first ||= told?.version;
      // Neither under a hand, nor while a picture is shown that the address cannot bring back.
      const held = document.querySelector(":active") || app.subject?.pixels;
      if (!held && told && (told.ended || told.version !== first)) location.reload();
    } catch {
      failed += 1;
    }
    render();
    if (failed < TRIES) setTimeout(poll, EVERY);
  }

  if (app.page.live) {
    byId("training").hidden = false;
    if (model.latent.hasPrior) samples();
    poll();
  }
  return { render };
}

// The big picture: the original, what each model makes of it, its nearest real pictures, and its loss taken apart.

import { drawThumb, thumbButton } from "#atlas";
import { byId, el, on, setText } from "#dom";
import { question } from "#help";
import { takenApart } from "#loss";
import { size } from "#numbers";
import { notesOf, play } from "#roll";

/** Neighbours in the strip, and of those the lines on the map. */
export const NEIGHBOURS = 6;

/** Fills the panel with figures and returns what draws a subject into them. */
export function createDetail(app) {
  const real = bigFigure();
  const drawn = app.models.map(bigFigure);
  byId("figures").append(real.figure, ...drawn.map((one) => one.figure));
  byId("figures").style.setProperty("--count", 1 + drawn.length);
  const strips = app.models.map(() => []);
  const boxes = app.models.map((model) => el("div", { class: "strip" }, app.titleOf(model)));
  byId("near").append(...boxes);
  const heard = [];
  let stop = null;
  const ask = question(() => lossWords(app));
  let [strip, round, later, resting, drawnAt] = ["", 0, 0, 0, 0];

  /** @param {object|null} subject */
  async function render(subject) {
    const mine = ++round;
    byId("pin").ariaPressed = app.isPinned();
    if (subject === null) return;
    setText("subject", app.describe(subject));
    renderCode(subject);
    app.models.forEach((model, number) => redraw(model, number, subject));
    if (subject.kind === "code") renderLoss(subject, []);
    await renderReal(subject);
    renderNear();
    // The loss takes more runs: it waits until the reader rests.
    clearTimeout(resting);
    resting = setTimeout(async () => {
      const rows = await Promise.all(app.models.map((model, number) => apart(model, number, subject)));
      if (mine === round) renderLoss(subject, rows);
    }, 60);
  }

  async function redraw(model, number, subject) {
    const code = app.codeOf(subject, number);
    if (code === null) return;
    const { decode } = model;
    const picture = await decode("big", code, app.labelFor(subject));
    // The model may be that of another epoch by now.
    if (picture === null || decode !== model.decode) return;
    heard[number] = picture;
    app.paint(drawn[number].canvas, picture, model.graph.target, model);
    const what = app.t(subject.kind === "code" ? "decoded" : "reconstruction", {
      // The hyphens of a name are no place to break a line.
      name: model.name.replaceAll("-", "\u2011"),
    });
    drawn[number].entitle(what, `${what}: ${app.describe(subject)}`);
  }

  async function renderReal(subject) {
    const { canvas, figure, entitle } = real;
    if (subject.kind === "own") {
      canvas.wanted = null;
      app.paint(canvas, subject.pixels, app.models[0].graph.input);
      return entitle(app.t("yours"));
    }
    const index = subject.index ?? app.neighboursOf(app.state.active)[0];
    if (index === undefined) return;
    const itself = await drawThumb(app, canvas, index);
    const title = app.t(subject.kind !== "point" ? "nearestReal" : itself ? "original" : "redrawnShort");
    entitle(title, `${title}: ${app.nameOf(index)}`);
    figure.title = itself ? "" : app.t("redrawn");
  }

  function renderNear() {
    if (byId("panel-picture").hidden) return;
    // On the way from picture to picture the strip changes a few times a second, not with each frame.
    clearTimeout(later);
    const wait = drawnAt + 150 - performance.now();
    if (wait > 0) {
      later = setTimeout(renderNear, wait);
      return;
    }
    const key = `${app.words.language} ${app.models.map((_, number) => app.neighboursOf(number)).join(" ")}`;
    if (key === strip) return;
    strip = key;
    setText("near-of", app.pictured < app.n ? app.t("nearOf", { n: app.pictured }) : "");
    drawnAt = performance.now();
    boxes.forEach((box, number) => {
      const indices = app.neighboursOf(number);
      const buttons = strips[number];
      // Buttons are kept: to make canvases anew is what takes longest.
      indices.forEach((index, i) => {
        if (buttons[i]) buttons[i].show(index);
        else box.append(buttons[i] = thumbButton(app, index));
      });
      for (const button of buttons.splice(indices.length)) button.remove();
    });
  }

  function renderCode(subject) {
    const text = app.models.map((model, number) => {
      const code = app.codeOf(subject, number);
      if (code === null) return "";
      const shown = Array.from(code.subarray(0, 6), (value) => app.number(value, 2)).join("  ");
      return `${app.two ? `${model.name}: ` : ""}${shown}${model.dim > 6 ? "  \u2026" : ""}`;
    });
    setText("code", text.join("\n"));
  }

  async function apart(model, number, subject) {
    const { graph, reconstruction } = model;
    const label = app.labelFor(subject);
    const own = subject.kind === "own";
    const target = own ? subject.pixels : await app.thumbs.pixels(subject.index);
    // Where input and target differ (noise removed, pictures enlarged) the page has no target to compare with.
    if (target?.length !== size(graph.target) || String(graph.input) !== String(graph.target)) return null;
    const encoded = own ? subject.encoded[number] : await model.encode("loss", target, label);
    const code = app.codeOf(subject, number);
    const found = await (isNats(model) ? model.output : model.decode)("loss", code, label);
    return encoded && found && takenApart(reconstruction, { found, target, mean: encoded.code, sigma: encoded.sigma });
  }

  function renderLoss(subject, rows) {
    const most = Math.max(...rows.map((row) => row?.total ?? 0));
    const shown = rows.map((row, number) => row && lossRow(app, app.models[number], row, most)).filter(Boolean);
    const errorOf = ({ errors }) => app.t("errorOf", { value: app.number(errors[subject.index], 1) });
    if (shown.length) byId("loss").replaceChildren(...shown);
    else setText("loss", subject.kind === "point" ? app.models.map(errorOf).join("\n") : app.t("lossNone"));
  }

  function listen() {
    const { music } = app.page;
    const said = () => setText("listen", app.t(stop === null ? "listen" : "silence"));
    if (stop !== null) stop();
    else stop = play(notesOf(heard[app.state.active], music), music, () => { stop = null; said(); });
    said();
  }

  byId("listen").hidden = !app.page.music;
  on("listen", "click", listen);
  byId("loss-ask").append(ask);
  return {
    render,
    reword() {
      strip = "";
      ask.retitle();
    },
  };
}

function bigFigure() {
  const canvas = el("canvas", { width: 28, height: 28, role: "img" });
  const name = el("strong");
  const entitle = (title, label = title) => {
    setText(name, title);
    canvas.ariaLabel = label;
  };
  return { figure: el("figure", { class: "big" }, canvas, el("figcaption", {}, name)), canvas, entitle };
}

const isNats = (model) => model.reconstruction.kind === "bernoulli";

function lossWords(app) {
  const nats = app.models.some(isNats);
  const answer = [app.t(nats ? "lossAnswerNats" : "lossAnswerSquared")];
  if (nats) answer.push(app.t("lossAnswerBytes", { raw: size(app.models[0].graph.target) }));
  if (app.models.some((model) => model.latent.kind === "gaussian")) answer.push(app.t("lossAnswerKl"));
  return { question: app.t("lossQuestion"), answer };
}

function lossRow(app, model, row, most) {
  const nats = isNats(model);
  const part = (kind, value) => el("i", { class: kind, style: `width:${(100 * value) / Math.max(most, 1e-9)}%` });
  const entry = (kind, word, value) =>
    el("span", {}, el("i", { class: `dot ${kind}` }), `${app.t(word)} `, el("b", { text: app.number(value, 1) }));
  const words = [entry("rec", nats ? "lossRec" : "lossSquared", row.reconstruction)];
  if (model.latent.kind === "gaussian") words.push(entry("kl", "lossKl", row.kl));
  if (nats) {
    words.push(el("span", { class: "sum" }, "= ", el("b", { text: app.t("nats", { n: app.number(row.total, 1) }) }),
      ` \u2248 ${app.t("bytes", { n: app.number(row.bytes, 1) })}`));
  }
  return el("div", { class: "loss-row" }, app.two ? el("strong", { text: model.name }) : null,
    nats ? el("div", { class: "bar" }, part("rec", row.reconstruction), part("kl", row.kl)) : null,
    el("p", { class: "parts" }, ...words));
}

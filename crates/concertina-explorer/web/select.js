// What the lasso caught: a grid of pictures, and a file of their codes.

import { byId, el, on, setText } from "#dom";
import { thumbButton } from "#atlas";
import { csv } from "#csv";
import { times } from "#numbers";

/** Pictures in the grid; a lasso may hold 70,000. */
const SHOWN = 120;

/** @param {object} app */
export function createSelection(app) {
  let shown = "";

  /** A few at a time: the grid of a large selection is longer than anybody reads. */
  function render() {
    if (byId("panel-selection").hidden) return;
    const indices = app.selectedIndices();
    const none = !indices.length;
    byId("selection-empty").hidden = !none;
    byId("selection-some").hidden = none;
    if (none) return;
    const lines = [app.t("selected", { n: indices.length })];
    if (indices.length > SHOWN) lines.push(app.t("selectedShown", { n: SHOWN }));
    setText("selection-count", lines.join(" "));
    const key = `${app.words.language} ${indices.length} ${indices.slice(0, SHOWN).join(" ")}`;
    if (key === shown) return;
    shown = key;
    byId("grid").replaceChildren(...indices.slice(0, SHOWN).map((index) => thumbButton(app, index)));
  }

  /** One row a picture: its number, class, errors, places and codes. */
  function save() {
    const of = (model, name) => (app.two ? `${model.name} ${name}` : name);
    const head = ["picture", "class", ...app.models.flatMap((model) =>
      [...["error", "x", "y"], ...times(model.dim, (i) => `z${i + 1}`)].map((name) => of(model, name)))];
    const rows = app.selectedIndices().map((index) => [
      index + 1,
      app.labels ? app.className(app.labels[index]) : "",
      ...app.models.flatMap((model) =>
        [model.errors[index], model.x[index], model.y[index], ...times(model.dim, (i) => model.code(index)[i])]),
    ]);
    const address = URL.createObjectURL(new Blob([csv([head, ...rows])], { type: "text/csv" }));
    const link = el("a", { href: address, download: "selection.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  on("selection-save", "click", save);
  on("selection-clear", "click", () => app.select(null));
  on("selection-view", "click", () => {
    const { map } = app.models[app.state.active];
    const [width, height] = map.size();
    app.select(map.inside([[0, 0], [width, 0], [width, height], [0, height]]));
  });
  return { render, reword() { shown = ""; } };
}

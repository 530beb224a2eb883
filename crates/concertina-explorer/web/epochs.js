// How a model became what it is: a slider through the epochs of its training, and a button that plays them.

import { introduce } from "#controls";
import { blocksOf, readModel } from "#data";
import { byId, on, setText } from "#dom";

/** How long each epoch stays while they play, in ms. */
const STAY = 650;

/** The stop of an epoch; the last one is the finished model, and stands for whatever there is no stop of.
 * @param {{epoch: number}[]} stops @param {number|null} epoch */
export const stopOf = (stops, epoch) => (stops.findIndex((one) => one.epoch === epoch) + 1 || stops.length) - 1;

/** @param {object} app @param {{begin: () => void}} walk whose ends move with the codes */
export function createEpochs(app, walk) {
  const { models: [model], page, state, t } = app;
  const [info] = page.models;
  const stops = app.two ? [] : info.epochs;
  const last = stops.length - 1;
  const { map } = model;
  const kept = { [last]: { ...model } };
  const [slider, play] = ["epoch", "epoch-play"].map(byId);
  let [round, timer, playing] = [0, 0, false];

  const at = () => stopOf(stops, state.epoch);
  const go = (stop) => app.set({ epoch: stop < last ? stops[stop].epoch : null });

  async function change() {
    const mine = ++round;
    reword();
    const stop = at();
    try {
      const next = await (kept[stop] ??= readModel({ ...info, ...stops[stop] }, blocksOf(page)));
      const { subject, own } = app;
      // The reader's own picture has another code from each encoder.
      const code = own && await next.encode("own", own.pixels, app.labelFor(own));
      // Of two changes the later one stays, whichever is read first.
      if (mine !== round) return;
      // What the data call a map is the layout; here it is the one on the screen.
      Object.assign(model, next, { map, epoch: state.epoch });
      if (code) app.own = { ...own, encoded: [code] };
      map.setPoints(model, true);
      introduce(app);
      app.recolour();
      if (state.tab === "walk") walk.begin();
      else if (subject) app.show(subject === own ? app.own : subject, "epoch");
      if (playing) timer = setTimeout(() => (stop < last ? go(stop + 1) : halt()), STAY);
    } catch (error) {
      halt();
      setText("epoch-said", error.message);
    }
  }

  function halt() {
    clearTimeout(timer);
    playing = false;
    reword();
  }

  function reword() {
    if (last < 0) return;
    const values = { n: stops[at()].epoch, of: stops[last].epoch };
    slider.value = at();
    slider.ariaValueText = t("epochOf", values);
    setText("epoch-said", app.number(values.n));
    setText(play, t(playing ? "walkPause" : "walkPlay"));
  }

  byId("epochs").hidden = last < 0;
  slider.max = last;
  on(slider, "input", () => { go(slider.valueAsNumber); halt(); });
  on(play, "click", () => {
    if (playing) return halt();
    playing = true;
    go(at() < last ? at() + 1 : 0);
  });
  app.store.on("epoch", change);
  return { reword, begin: () => at() < last && change() };
}

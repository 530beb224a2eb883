// Groups of buttons of which one is chosen: tabs and modes. As the ARIA practices describe them, one button is in the
// tab order, and arrow keys move between them.

import { byId, on } from "#dom";

/** @param {object} app @param {string} id of the group @param {string} field of the state
 * @param {(button: HTMLButtonElement, chosen: boolean) => void} show */
export function createChoice(app, id, field, show) {
  const buttons = [...byId(id).children].filter((button) => !button.hidden);
  const reflect = () => {
    for (const button of buttons) {
      const chosen = button.value === app.state[field];
      button.tabIndex = chosen ? 0 : -1;
      show(button, chosen);
    }
  };
  for (const button of buttons) on(button, "click", () => app.set({ [field]: button.value }));
  on(id, "keydown", (event) => {
    const at = buttons.findIndex((button) => button.value === app.state[field]);
    const keys = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 };
    // Beside tabs these keys scroll the page.
    if (field === "mode") Object.assign(keys, { ArrowUp: at - 1, ArrowDown: at + 1 });
    const to = keys[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = buttons.at(to % buttons.length);
    app.set({ [field]: next.value });
    next.focus();
  });
  app.store.on(field, reflect);
  reflect();
}

/** @param {object} app */
export const createTabs = (app) => createChoice(app, "tabs", "tab", (tab, chosen) => {
  tab.ariaSelected = chosen;
  byId(`panel-${tab.value}`).hidden = !chosen;
  // Moves the strip, never the page.
  if (chosen) byId("tabs").scrollLeft = tab.offsetLeft - 60;
});

// Small questions beside the things they ask about; the answer opens in a card next to the question.

import { button, el, on } from "#dom";

let count = 0;

/** A button with a question. @param {() => {question: string, answer: string[]}} words asked for when
 * the card opens, since language and model may have changed */
export function question(words) {
  const id = `answer-${++count}`;
  const ask = button({ class: "question", popovertarget: id }, () => {});
  const card = el("div", { id, class: "answer", popover: "auto", role: "note", tabindex: "-1" });
  const retitle = () => { ask.textContent = words().question; };
  on(card, "beforetoggle", () => {
    const { question: asked, answer } = words();
    card.replaceChildren(el("h2", { text: asked }), ...answer.map((text) => el("p", { text })));
  });
  on(card, "toggle", (event) => {
    if (event.newState === "open") put(card, ask);
  });
  retitle();
  return Object.assign(el("span", { class: "asks" }, ask, card), { retitle });
}

// Above the question if there is room, else below it; never outside of the window.
function put(card, button) {
  const from = button.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const edge = 12;
  // If the card is larger than the window, its beginning is seen.
  const within = (value, side) => Math.max(edge, Math.min(value, side - edge));
  const above = from.top - height - 8;
  card.style.left = `${within(from.left, document.documentElement.clientWidth - width)}px`;
  card.style.top = `${above >= edge ? above : within(from.bottom + 8, innerHeight - height)}px`;
}

// The page's words in the reader's language. The table is keyed by word, then by language.

export const LANGUAGES = {
  en: "English", sr: "Српски", pl: "Polski", ms: "Bahasa Melayu", sw: "Kiswahili", tl: "Tagalog",
};

/** The first of the reader's languages that the page speaks.
 * @param {readonly string[]} wanted */
export function choose(wanted) {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0].replace(/^fil$/, "tl");
    if (language in LANGUAGES) return language;
  }
  return "en";
}

/** @param {Record<string, Record<string, string>>} table */
export function createWords(table) {
  let language = "en";
  // Browsers call Tagalog "fil".
  const tag = () => (language === "tl" ? "fil" : language);
  const digits = new Map();
  /** A number as the language writes it. @param {number} value @param {number} [places] */
  const number = (value, places = 0) => {
    const key = `${language} ${places}`;
    if (!digits.has(key)) {
      const options = { minimumFractionDigits: places, maximumFractionDigits: places };
      digits.set(key, new Intl.NumberFormat(tag(), options));
    }
    // A minus sign, not a hyphen; and no "-0.00".
    return digits.get(key).format(value).replace(/^-(?=[0.,]*$)/, "").replace("-", "\u2212");
  };
  /** The words of an id, with {names} filled in. @param {string} id @param {Record<string, string|number>} [values] */
  const t = (id, values = {}) => {
    const text = table[id][language] ?? table[id].en;
    return text.replace(/\{(\w+)\}/g, (all, name) =>
      (typeof values[name] === "number" ? number(values[name]) : values[name] ?? all));
  };
  return {
    t,
    number,
    get language() { return language; },
    get tag() { return tag(); },
    /** @param {string} to */
    speak(to) { language = to in LANGUAGES ? to : "en"; },
    /** Fills in all elements that name their words. @param {ParentNode} root */
    apply(root) {
      for (const element of root.querySelectorAll("[data-word]")) element.textContent = t(element.dataset.word);
      for (const element of root.querySelectorAll("[data-label]")) element.ariaLabel = t(element.dataset.label);
      for (const element of root.querySelectorAll("[data-tip]")) element.title = t(element.dataset.label);
    },
  };
}

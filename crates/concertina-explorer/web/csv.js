// Comma-separated values, as RFC 4180 and spreadsheets want them.

const QUOTE = "\x22";

/** One field: quoted where it must be. A text that a spreadsheet would run as a formula is made plain text by an
 * apostrophe, since class names come from folder names that anyone may have chosen; numbers stay as they are.
 * @param {string|number|null} value */
export function field(value) {
  if (typeof value !== "string") return String(value ?? "");
  const text = [..."=+-@\t\r"].includes(value[0]) ? `'${value}` : value;
  const plain = text === text.trim() && ![QUOTE, ",", "\r", "\n"].some((mark) => text.includes(mark));
  return plain ? text : QUOTE + text.replaceAll(QUOTE, QUOTE + QUOTE) + QUOTE;
}

/** @param {(string|number|null)[][]} rows @returns {string} */
export const csv = (rows) => rows.map((row) => row.map(field).join(",") + "\r\n").join("");

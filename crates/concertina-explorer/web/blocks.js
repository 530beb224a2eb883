// The large data of the page: embedded as base64 in one file, or asked for when the page is served.

const kept = new Map();

/** The bytes of a block; each is read only once. @param {string} id
 * @param {{encoding: string, planes?: number}} about @returns {Promise<ArrayBuffer>} */
export function block(id, about) {
  if (!kept.has(id)) kept.set(id, read(id, about));
  return kept.get(id);
}

async function read(id, { encoding, planes = 1 }) {
  let bytes = await found(id);
  // A server may say that a block is gzip, and then the browser has unpacked it already.
  if (encoding === "gzip" && bytes[0] === 31 && bytes[1] === 139) {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  }
  return (planes > 1 ? together(bytes, planes) : bytes).buffer;
}

async function found(id) {
  const embedded = document.getElementById(`block-${id}`);
  if (embedded === null) {
    const answer = await fetch(`data/${encodeURIComponent(id)}`);
    if (!answer.ok) throw new Error(`data/${id}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
  const bytes = fromBase64(embedded.textContent.trim());
  // The text is not needed again, and it is the largest part of the page.
  embedded.remove();
  return bytes;
}

/** Numbers whose first bytes stand together, then the second ones, and so on, as which they compress better.
 * @param {Uint8Array} bytes @param {number} planes bytes of a number @returns {Uint8Array} */
export function together(bytes, planes) {
  const n = bytes.length / planes;
  const made = new Uint8Array(bytes.length);
  for (let plane = 0, from = 0; plane < planes; plane++) {
    for (let to = plane; from < (plane + 1) * n; from++, to += planes) made[to] = bytes[from];
  }
  return made;
}

function fromBase64(text) {
  if ("fromBase64" in Uint8Array) return Uint8Array.fromBase64(text);
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** Parameters as floats, from what a page keeps them in. @param {ArrayBuffer} bytes
 * @param {"float32" | "float16" | "int8"} precision */
export function parameters(bytes, precision) {
  if (precision === "float16") return halves(bytes);
  return precision === "int8" ? integers(bytes) : new Float32Array(bytes);
}

/** Integers in groups of 32, after all groups the scale of each in 16 bits. @param {ArrayBuffer} bytes */
function integers(bytes) {
  const n = (bytes.byteLength / 34) * 32;
  const scales = halves(bytes.slice(n));
  return Float32Array.from(new Int8Array(bytes, 0, n), (value, i) => value * scales[i >> 5]);
}

/** Numbers of 16 bits as floats. @param {ArrayBuffer} bytes */
function halves(bytes) {
  // Every half has its float in a table: 65,536 are soon made.
  const table = Float32Array.from({ length: 65536 }, (_, bits) => {
    const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
  return Float32Array.from(new Uint16Array(bytes), (bits) => table[bits]);
}

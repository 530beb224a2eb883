// The layers as textbooks define them, one value at a time and in 64 bits. Slow, and written otherwise than
// the page's own: convolutions look a value up by its coordinates, transposed ones scatter.

/** A picture that is zero outside. */
function picture([channels, height, width], values) {
  return (c, y, x) => (c >= 0 && c < channels && y >= 0 && y < height && x >= 0 && x < width
    ? values[(c * height + y) * width + x] : 0);
}

/** A picture of a shape, whose value at each place is `f(c, y, x)`. */
export function tabulate([channels, height, width], f) {
  const values = [];
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values.push(f(c, y, x));
  }
  return values;
}

export function activation({ kind, slope }, x) {
  return {
    identity: () => x,
    relu: () => Math.max(x, 0),
    leakyRelu: () => (x > 0 ? x : slope * x),
    sigmoid: () => 1 / (1 + Math.exp(-x)),
    tanh: () => (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1),
  }[kind]();
}

export function conv(layer, weight, bias, values) {
  const { input, output, kernel, stride, pads: [top, left], activation: f } = layer;
  const at = picture(input, values);
  return tabulate(output, (o, y, x) => {
    let sum = bias[o];
    for (let n = 0; n < input[0] * kernel * kernel; n++) {
      const [c, ky, kx] = [Math.floor(n / kernel ** 2), Math.floor(n / kernel) % kernel, n % kernel];
      sum += weight[o * input[0] * kernel ** 2 + n] * at(c, y * stride + ky - top, x * stride + kx - left);
    }
    return activation(f, sum);
  });
}

/** Each value of the input adds the kernel, times itself, to the full result; then the pads are cut off. */
export function convTranspose(layer, weight, bias, values) {
  const { input, output, kernel, stride, pads: [top, left], activation: f } = layer;
  const at = picture(input, values);
  const full = new Map();
  tabulate([input[0], input[1], input[2]], (c, y, x) => {
    for (let n = 0; n < output[0] * kernel * kernel; n++) {
      const [o, ky, kx] = [Math.floor(n / kernel ** 2), Math.floor(n / kernel) % kernel, n % kernel];
      const place = `${o} ${y * stride + ky} ${x * stride + kx}`;
      const product = weight[c * output[0] * kernel ** 2 + n] * at(c, y, x);
      full.set(place, (full.get(place) ?? 0) + product);
    }
  });
  const sum = (o, y, x) => bias[o] + (full.get(`${o} ${y + top} ${x + left}`) ?? 0);
  return tabulate(output, (o, y, x) => activation(f, sum(o, y, x)));
}

export function matrix(weight, bias, x) {
  return bias.map((start, row) =>
    x.reduce((sum, value, i) => sum + value * weight[row * x.length + i], start));
}

export function maxPool({ input, output }, values) {
  const at = picture(input, values);
  return tabulate(output, (c, y, x) => {
    const window = [];
    for (const row of [2 * y, 2 * y + 1]) {
      for (const column of [2 * x, 2 * x + 1]) {
        if (row < input[1] && column < input[2]) window.push(at(c, row, column));
      }
    }
    return Math.max(...window);
  });
}

/** Bicubic enlargement (Keys 1981): of all pixels within two, the picture mirrored at its edges. */
export function enlarged([channels, height, width], factor, values) {
  const at = picture([channels, height, width], values);
  const mirrored = (place, n) => (place < 0 ? mirrored(-1 - place, n)
    : place >= n ? mirrored(2 * n - 1 - place, n) : place);
  const weight = (x) => {
    const d = Math.abs(x);
    if (d <= 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
    return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
  };
  return tabulate([channels, height * factor, width * factor], (c, y, x) => {
    const [cy, cx] = [y, x].map((n) => (n + 0.5) / factor - 0.5);
    let sum = 0;
    for (let row = -3; row < height + 3; row++) {
      for (let column = -3; column < width + 3; column++) {
        const value = at(c, mirrored(row, height), mirrored(column, width));
        sum += weight(cy - row) * weight(cx - column) * value;
      }
    }
    return sum;
  });
}

const logistic = (x) => 1 / (1 + Math.exp(-x));

/** One step of an LSTM: the next h and c, given what the gates get besides the recurrent product. */
export function lstmStep(sums, recurrent, { h, c }) {
  const n = h.length;
  const gate = (number, k) => {
    const row = number * n + k;
    return h.reduce((sum, value, i) => sum + value * recurrent[row * n + i], sums[row]);
  };
  const next = c.map((value, k) =>
    logistic(gate(1, k)) * value + logistic(gate(0, k)) * Math.tanh(gate(2, k)));
  return { c: next, h: next.map((value, k) => logistic(gate(3, k)) * Math.tanh(value)) };
}

/** The h of every step of a sequence, an array of rows. */
export function lstm({ weight, recurrent, bias }, rows) {
  let state = { h: Array(bias.length / 4).fill(0), c: Array(bias.length / 4).fill(0) };
  return rows.map((row) => (state = lstmStep(matrix(weight, bias, row), recurrent, state)).h);
}

/** The rows of a picture, of all channels side by side. */
export function rowsOf([channels, height, width], values) {
  const at = picture([channels, height, width], values);
  return Array.from({ length: height }, (_, y) => tabulate([channels, 1, width], (c, _, x) => at(c, y, x)));
}

/** The vectors of tokens, side by side. */
export function oneHot(voices, tokens) {
  return voices.flatMap(({ classes, bits }, n) => {
    const is = Number.isInteger(tokens[n]) && tokens[n] >= 0 && tokens[n] < classes;
    if (bits === null) return Array.from({ length: classes }, (_, k) => Number(is && k === tokens[n]));
    const digits = is ? tokens[n].toString(2).padStart(bits, "0").split("").reverse().map(Number)
      : Array(bits).fill(0);
    return [...digits, Number(tokens[n] === 0)];
  });
}

/**
 * Tokens and logits of a decoder of music. `of(name)` gives a tensor's values; `given` are tokens it is fed.
 */
export function decoder({ steps, segments, conductor, voices, cores }, of, code, given = null) {
  const firstStates = (name, sizes, embedding) => {
    const values = matrix(of(`${name}.state.weight`), of(`${name}.state.bias`), embedding).map(Math.tanh);
    return sizes.map((n) => ({ h: values.splice(0, n), c: values.splice(0, n) }));
  };
  const step = (name, states, entry) => {
    states.forEach((state, n) => {
      const bias = of(`${name}.${n}.bias`);
      const sums = n === 0 ? bias.map((value, k) => value + entry[k])
        : matrix(of(`${name}.${n}.weight`), bias, states[n - 1].h);
      states[n] = lstmStep(sums, of(`${name}.${n}.recurrent_weight`), state);
    });
    return states.at(-1).h;
  };
  const logits = Array.from({ length: steps }, () => []);
  const tokens = Array.from({ length: steps }, () => []);
  const conducted = segments > 1 ? firstStates("conductor", conductor, code) : [];
  const embeddings = Array.from({ length: segments }, () => {
    return segments > 1 ? step("conductor", conducted, Array(4 * conductor[0]).fill(0)) : code;
  });
  let voice = 0;
  cores.forEach((core, number) => {
    const [name, own] = [`core.${number}`, voices.slice(voice, voice + core.voices)];
    let before = own.map(() => -1);
    let states = null;
    for (let t = 0; t < steps; t++) {
      const embedding = embeddings[Math.floor(t / (steps / segments))];
      if (t % (steps / segments) === 0) states = firstStates(name, core.hidden, embedding);
      const none = Array(4 * core.hidden[0]).fill(0);
      const through = matrix(of(`${name}.code.weight`), none, embedding);
      const entry = matrix(of(`${name}.tokens.weight`), through, oneHot(own, before));
      const found = matrix(of(`${name}.output.weight`), of(`${name}.output.bias`), step(name, states, entry));
      logits[t].push(...found);
      before = own.map(({ classes }, n) => {
        const some = found.splice(0, classes);
        const best = some.indexOf(Math.max(...some));
        tokens[t].push(best);
        return given ? given[t * voices.length + voice + n] : best;
      });
    }
    voice += core.voices;
  });
  return { logits: logits.flat(), tokens: tokens.flat() };
}

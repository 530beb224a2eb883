// A palette of music: cells that are played one by one, or along a path that is drawn through them.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const grid = document.getElementById("grid");
  const trace = document.getElementById("trace");
  const status = document.getElementById("status");
  const playButton = document.getElementById("play");
  const loopBox = document.getElementById("loop");
  const tempo = document.getElementById("tempo");
  const tempoText = document.getElementById("tempo-text");
  const rows = data.windows.length / data.columns;
  const steps = data.bars * data.beatsPerBar * data.stepsPerBeat;
  const secondsPerStep = () => 60 / Number(tempo.value) / data.stepsPerBeat;

  // ------------------------------------------------------------------ drawing

  const SVG = "http://www.w3.org/2000/svg";
  const pitches = data.windows.flat().filter((note) => !data.players[note[0]].drums);
  const low = pitches.length === 0 ? 60 : Math.min(...pitches.map((note) => note[1]));
  const high = Math.max(low + 11, ...pitches.map((note) => note[1]));
  const drums = [...new Set(data.windows.flat().filter((note) => data.players[note[0]].drums).map((note) => note[1]))];
  drums.sort((a, b) => a - b);
  const pitchRows = pitches.length > 0 || drums.length === 0 ? high - low + 1 : 0;
  // A drum is drawn as high as three pitches.
  const height = pitchRows + 3 * drums.length;

  function element(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function roll(notes) {
    const svg = element("svg", { viewBox: `0 -1 ${steps} ${height + 2}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    for (let beat = 1; beat < data.bars * data.beatsPerBar; beat += 1) {
      const x = beat * data.stepsPerBeat;
      const kind = beat % data.beatsPerBar === 0 ? "bar" : "beat";
      svg.append(element("line", { x1: x, x2: x, y1: -1, y2: height + 1, class: kind, "vector-effect": "non-scaling-stroke" }));
    }
    const gap = steps / 160;
    // Where many pitches share the cell, notes are drawn higher than their rows, to be seen.
    const thickness = Math.max(1, height / 32);
    for (const [player, pitch, start, end] of notes) {
      const isDrum = data.players[player].drums;
      const y = isDrum ? pitchRows + 3 * (drums.length - 1 - drums.indexOf(pitch)) + 0.5 : high - pitch + (1 - thickness) / 2;
      const until = isDrum ? Math.min(end, start + data.stepsPerBeat / 4) : end;
      svg.append(element("rect", { x: start + gap, y, width: until - start - 2 * gap, height: isDrum ? 2 : thickness, class: `voice-${player % 6}` }));
    }
    return svg;
  }

  const cells = data.windows.map((notes, index) => {
    const cell = document.createElement("button");
    const [row, column] = [Math.floor(index / data.columns) + 1, (index % data.columns) + 1];
    cell.type = "button";
    cell.tabIndex = index === 0 ? 0 : -1;
    cell.dataset.index = String(index);
    const place = `row ${row}, column ${column}`;
    cell.setAttribute("aria-label", notes.length === 0 ? `${place}, silent` : place);
    const needle = document.createElement("i");
    cell.append(roll(notes), needle);
    grid.append(cell);
    return cell;
  });
  grid.style.setProperty("--columns", data.columns);
  trace.setAttribute("viewBox", `0 0 ${data.columns} ${rows}`);

  // ------------------------------------------------------------------ sound

  let audio = null;
  let output = null;
  let noise = null;

  // Waves and envelopes by family of General MIDI: wave, seconds of rising, of falling (0 for tones that are held), level.
  const PLUCKED = ["triangle", 0.004, 0.9, 0.5];
  const HELD = ["sawtooth", 0.04, 0, 0.16];
  const FAMILIES = [
    PLUCKED, ["sine", 0.003, 0.6, 0.5], ["square", 0.012, 0, 0.13], ["triangle", 0.003, 0.6, 0.5],
    ["triangle", 0.005, 1.2, 0.7], HELD, HELD, ["sawtooth", 0.02, 0, 0.18],
    ["square", 0.02, 0, 0.14], ["triangle", 0.03, 0, 0.4], ["square", 0.01, 0, 0.12], HELD,
    HELD, PLUCKED, ["sine", 0.003, 0.4, 0.5], HELD,
  ];
  // The kit, by pitch: frequency at the beginning and the end, seconds and level of the tone; then lowest frequency, seconds
  // and level of the noise.
  const KIT = {
    36: [150, 48, 0.3, 1.0, 200, 0.02, 0.1], 38: [240, 180, 0.12, 0.4, 900, 0.18, 0.5], 42: [0, 0, 0, 0, 6000, 0.06, 0.4],
    46: [0, 0, 0, 0, 6000, 0.35, 0.35], 45: [130, 85, 0.4, 0.8, 300, 0.05, 0.05], 48: [185, 125, 0.35, 0.8, 300, 0.05, 0.05],
    50: [250, 170, 0.3, 0.8, 300, 0.05, 0.05], 49: [0, 0, 0, 0, 3000, 1.0, 0.4], 51: [620, 615, 0.4, 0.05, 5000, 0.45, 0.3],
  };
  const OTHER = [880, 820, 0.05, 0.4, 1000, 0.03, 0.1];

  function begin() {
    audio ??= new AudioContext();
    audio.resume();
    output = audio.createGain();
    output.gain.value = 0.5;
    const limiter = audio.createDynamicsCompressor();
    output.connect(limiter).connect(audio.destination);
    if (noise === null) {
      noise = audio.createBuffer(1, audio.sampleRate, audio.sampleRate);
      const samples = noise.getChannelData(0);
      for (let i = 0, state = 1; i < samples.length; i += 1) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        samples[i] = state / 2147483648 - 1;
      }
    }
  }

  // A level that rises to `level` and falls within `seconds`.
  function fading(at, level, rise, seconds) {
    const gain = audio.createGain();
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(level, at + rise);
    gain.gain.exponentialRampToValueAtTime(level / 1000, at + rise + seconds);
    gain.connect(output);
    return gain;
  }

  function tone(at, seconds, pitch, family, loudness) {
    const [wave, rise, fall, level] = FAMILIES[family];
    const source = audio.createOscillator();
    source.type = wave;
    source.frequency.value = 440 * 2 ** ((pitch - 69) / 12);
    const gain = audio.createGain();
    const peak = level * loudness;
    const end = at + Math.max(seconds, 0.03);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(peak, at + rise);
    gain.gain.setTargetAtTime(fall > 0 ? 0 : peak, at + rise, fall > 0 ? fall : 1);
    gain.gain.setTargetAtTime(0, end, 0.04);
    const soft = audio.createBiquadFilter();
    soft.frequency.value = Math.min(8000, 6 * source.frequency.value + 800);
    source.connect(soft).connect(gain).connect(output);
    source.start(at);
    source.stop(end + 0.3);
  }

  function drum(at, pitch, loudness) {
    const [from, to, seconds, level, lowest, hiss, hissLevel] = KIT[pitch] ?? OTHER;
    if (level > 0) {
      const source = audio.createOscillator();
      source.frequency.setValueAtTime(from, at);
      source.frequency.exponentialRampToValueAtTime(to, at + 0.1);
      source.connect(fading(at, level * loudness, 0.001, seconds));
      source.start(at);
      source.stop(at + seconds + 0.1);
    }
    const source = audio.createBufferSource();
    source.buffer = noise;
    source.loop = true;
    const filter = audio.createBiquadFilter();
    filter.type = "highpass";
    filter.frequency.value = lowest;
    source.connect(filter).connect(fading(at, hissLevel * loudness, 0.001, hiss));
    source.start(at);
    source.stop(at + hiss + 0.1);
  }

  function sound(index, at, step) {
    for (const [player, pitch, start, end, velocity] of data.windows[index]) {
      const { drums: isDrum, family } = data.players[player];
      const loudness = (velocity / 127) ** 1.5;
      if (isDrum) drum(at + start * step, pitch, loudness);
      else tone(at + start * step, (end - start) * step, pitch, family, loudness);
    }
  }

  // ------------------------------------------------------------------ playing

  let path = [];
  // What is played: the next place of the path and when it is due, and what was begun already.
  let playing = null;

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function play() {
    stop();
    if (path.length === 0) return;
    begin();
    playing = { next: 0, due: audio.currentTime + 0.08, begun: [], timer: setInterval(schedule, 60), frame: requestAnimationFrame(show) };
    schedule();
    playButton.textContent = "Stop";
  }

  function schedule() {
    if (playing === null) return;
    // A window is begun a little early, so that none is late.
    while (audio.currentTime > playing.due - 0.25) {
      if (playing.next >= path.length) {
        if (!loopBox.checked) break;
        playing.next = 0;
      }
      const step = secondsPerStep();
      sound(path[playing.next], playing.due, step);
      playing.begun.push({ place: playing.next, at: playing.due, seconds: steps * step });
      playing.due += steps * step;
      playing.next += 1;
    }
    if (audio.currentTime > playing.due + 0.4) stop();
  }

  function show() {
    if (playing === null) return;
    const now = audio.currentTime;
    playing.begun = playing.begun.filter((one) => one.at + one.seconds > now);
    const current = playing.begun.find((one) => one.at <= now);
    for (const cell of grid.querySelectorAll(".playing")) {
      if (current === undefined || cell !== cells[path[current.place]]) cell.classList.remove("playing");
    }
    if (current !== undefined) {
      const cell = cells[path[current.place]];
      cell.classList.add("playing");
      cell.style.setProperty("--at", (now - current.at) / current.seconds);
      const which = path.length > 1 ? `${current.place + 1} of ${path.length}, ` : "";
      say(`Playing ${which}${cell.getAttribute("aria-label")}`);
    }
    playing.frame = requestAnimationFrame(show);
  }

  function stop() {
    if (playing === null) return;
    clearInterval(playing.timer);
    cancelAnimationFrame(playing.frame);
    playing = null;
    output.gain.setTargetAtTime(0, audio.currentTime, 0.02);
    setTimeout((old) => old.disconnect(), 300, output);
    for (const cell of grid.querySelectorAll(".playing")) cell.classList.remove("playing");
    playButton.textContent = "Play";
    say(path.length > 1 ? `A path of ${path.length} cells` : "");
  }

  // ------------------------------------------------------------------ the path

  function drawPath() {
    cells.forEach((cell, index) => cell.classList.toggle("chosen", path.includes(index)));
    const points = path.map((index) => [(index % data.columns) + 0.5, Math.floor(index / data.columns) + 0.5]);
    trace.querySelector("polyline").setAttribute("points", points.map((point) => point.join(",")).join(" "));
    // A line of no length has round ends alone: a dot where the path begins.
    trace.querySelector("path").setAttribute("d", points.length > 1 ? `M${points[0].join(" ")}h0` : "");
    playButton.disabled = path.length === 0;
  }

  function beginPath(index) {
    stop();
    path = [index];
    drawPath();
  }

  function continuePath(index) {
    if (path[path.length - 1] === index) return;
    path.push(index);
    drawPath();
    say(`A path of ${path.length} cells`);
  }

  function indexAt(x, y) {
    const cell = document.elementFromPoint(x, y)?.closest("#grid button");
    return cell ? Number(cell.dataset.index) : null;
  }

  let drawing = false;
  grid.addEventListener("pointerdown", (event) => {
    const index = indexAt(event.clientX, event.clientY);
    if (index === null || event.button !== 0) return;
    event.preventDefault();
    grid.setPointerCapture(event.pointerId);
    drawing = true;
    focusOn(index);
    beginPath(index);
  });
  grid.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const index = indexAt(event.clientX, event.clientY);
    if (index !== null) continuePath(index);
  });
  grid.addEventListener("pointerup", () => {
    if (drawing) play();
    drawing = false;
  });
  grid.addEventListener("pointercancel", () => { drawing = false; });
  // What reads the page aloud presses a button without a pointer.
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("button");
    if (event.detail !== 0 || cell === null) return;
    beginPath(Number(cell.dataset.index));
    play();
  });

  function focusOn(index) {
    for (const cell of cells) cell.tabIndex = -1;
    cells[index].tabIndex = 0;
    cells[index].focus({ preventScroll: false });
  }

  grid.addEventListener("keydown", (event) => {
    const index = Number(document.activeElement.dataset?.index ?? 0);
    const [row, column] = [Math.floor(index / data.columns), index % data.columns];
    const moves = {
      ArrowLeft: column > 0 ? index - 1 : index, ArrowRight: column < data.columns - 1 ? index + 1 : index,
      ArrowUp: row > 0 ? index - data.columns : index, ArrowDown: row < rows - 1 ? index + data.columns : index,
      Home: row * data.columns, End: (row + 1) * data.columns - 1,
    };
    if (event.key in moves) {
      const to = moves[event.key];
      if (event.shiftKey && path[path.length - 1] !== index) beginPath(index);
      focusOn(to);
      if (event.shiftKey) continuePath(to);
    } else if (event.key === "Enter" || event.key === " ") {
      // The end of a path plays the path, any other cell itself.
      if (path.length < 2 || path[path.length - 1] !== index) beginPath(index);
      play();
    } else {
      return;
    }
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  playButton.addEventListener("click", () => (playing === null ? play() : stop()));
  const showTempo = () => { tempoText.textContent = `${tempo.value} bpm`; };
  tempo.addEventListener("input", showTempo);
  showTempo();
  drawPath();
})();

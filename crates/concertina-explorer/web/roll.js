// Music as notes: drawn on a roll, and played by a few oscillators.

import { sized } from "#dom";

/** What tokens mean. A token starts the pitches of its list (of an empty one: silence), or holds what sounds (null).
 * @typedef {{secondsPerStep: number, voices: {drums: boolean, tokens: (number[]|null)[]}[]}} Music */
/** @typedef {{voice: number, pitch: number, start: number, end: number}} Note in steps */

/** @param {ArrayLike<number>} tokens step by step, the voices of a step together @param {Music} music
 * @returns {Note[]} */
export function notesOf(tokens, { voices }) {
  const steps = tokens.length / voices.length;
  const notes = [];
  voices.forEach((of, voice) => {
    let sounding = [];
    for (let step = 0; step < steps; step++) {
      const begun = of.tokens[tokens[step * voices.length + voice]];
      // A drum sounds for a step, whatever follows.
      if (begun || of.drums) sounding = [];
      for (const pitch of begun ?? []) sounding.push({ voice, pitch, start: step, end: step });
      notes.push(...sounding.filter((note) => note.start === step));
      for (const note of sounding) note.end = step + 1;
    }
  });
  return notes;
}

/** @param {HTMLCanvasElement} canvas @param {Note[]} notes @param {number} steps */
export function paintRoll(canvas, notes, steps) {
  const pitches = notes.map((note) => note.pitch);
  const low = Math.min(...pitches, 60) - 1;
  const height = Math.max(Math.max(...pitches, 72) + 2 - low, 24);
  const [across, up] = [Math.max(Math.round(256 / steps), 2), Math.max(Math.round(256 / height), 2)];
  const context = sized(canvas, steps * across, height * up);
  const style = getComputedStyle(document.documentElement);
  const colours = ["rec", "kl", "mark", "accent"].map((name) => style.getPropertyValue(`--${name}`));
  context.fillStyle = style.getPropertyValue("--soft");
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const { voice, pitch, start, end } of notes) {
    context.fillStyle = colours[voice % 4];
    context.fillRect(start * across, (height - 1 - pitch + low) * up, (end - start) * across - 1, up);
  }
}

/** Plays notes. @param {Note[]} notes @param {Music} music @param {() => void} done @returns {() => void} stops */
export function play(notes, { secondsPerStep, voices }, done) {
  const audio = new AudioContext();
  const out = audio.createGain();
  out.gain.value = 0.25;
  out.connect(audio.createDynamicsCompressor()).connect(audio.destination);
  const begin = audio.currentTime + 0.1;
  let last = 0;
  for (const { voice, pitch, start, end } of notes) {
    const { drums } = voices[voice];
    const [from, to] = [begin + start * secondsPerStep, begin + end * secondsPerStep];
    const [tone, level] = [audio.createOscillator(), audio.createGain()];
    tone.type = drums ? "square" : ["triangle", "sawtooth", "sine"][voice % 3];
    tone.frequency.setValueAtTime(440 * 2 ** ((pitch - 69) / 12), from);
    // A drum falls in pitch and dies away at once.
    if (drums) tone.frequency.exponentialRampToValueAtTime(30, from + 0.12);
    level.gain.setValueAtTime(0.5, from);
    level.gain.setTargetAtTime(0, drums ? from : to - 0.03, drums ? 0.05 : 0.02);
    tone.connect(level).connect(out);
    tone.start(from);
    tone.stop(to + 0.2);
    last = Math.max(last, to);
  }
  const timer = setTimeout(stop, (last - audio.currentTime + 0.3) * 1000);
  function stop() {
    clearTimeout(timer);
    if (audio.state !== "closed") audio.close();
    done();
  }
  return stop;
}

// A model in a Worker gives what it gives beside it, also when it is busy; of many requests the newest is kept.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";

import { load } from "concertina/model";
import { createNetwork } from "concertina/network";
import { MODULES, createRemote } from "concertina/worker";
import { IDENTITY, Weights, graphOf, randoms } from "./support.js";

const sources = await Promise.all(
  MODULES.map((name) => readFile(new URL(`../${name}.js`, import.meta.url), "utf8")));

const workers = [];
after(() => workers.forEach((worker) => worker.terminate()));

/** A browser's Worker of a script, made of one of Node's. */
function spawn(script) {
  const shim = `
    const { parentPort } = require("node:worker_threads");
    const self = { postMessage: (data) => parentPort.postMessage(data) };
    parentPort.on("message", (data) => self.onmessage({ data }));
  `;
  const worker = new Worker(shim + script, { eval: true });
  workers.push(worker);
  const port = {
    postMessage: (data) => worker.postMessage(data),
    terminate: () => worker.terminate(),
  };
  worker.on("message", (data) => port.onmessage({ data }));
  worker.on("error", (error) => port.onerror({ message: error.message }));
  return port;
}

function dense() {
  const weights = new Weights();
  const layer = {
    op: "dense", input: [4, 1, 1], output: [4, 1, 1], activation: { kind: "tanh" },
    weight: weights.tensor([4, 4]), bias: weights.tensor([4]),
  };
  const lstm = {
    op: "lstm", input: [1, 2, 2], output: [4, 1, 1], hidden: 4, sequences: false,
    weight: weights.tensor([16, 2]), recurrent: weights.tensor([16, 4]), bias: weights.tensor([16]),
  };
  const conv = {
    op: "conv", input: [1, 2, 2], output: [1, 2, 2], kernel: 1, stride: 1, pads: [0, 0, 0, 0],
    activation: IDENTITY, weight: weights.tensor([1, 1, 1, 1]), bias: weights.tensor([1]),
  };
  const graph = {
    ...graphOf([1, 2, 2], [conv, lstm]), latentDim: 4, picture: "sigmoid",
    decoder: { input: [4, 1, 1], layers: [layer] },
  };
  return { graph, weights: weights.all() };
}

test("a Worker gives what the model gives", async () => {
  const { graph, weights } = dense();
  const model = load(graph, weights);
  const remote = createRemote(sources, graph, weights, spawn);
  const x = randoms(4, 1);
  const [encoded, decoded, raw] = await Promise.all([remote.encode(x), remote.decode(x), remote.output(x)]);
  assert.deepEqual(encoded, model.encode(x));
  assert.deepEqual(decoded, model.decode(x));
  assert.deepEqual(raw, model.output(x));
});

test("a script may have lost its spaces and lines", async () => {
  const { graph, weights } = dense();
  const short = sources.map((text) => text.replace(/\bimport \{([^}]*)\} from /g, "import{$1}from")
    .replace(/^\/\/.*$/gm, "").replace(/^export const (\w+) = /gm, "export const $1="));
  const remote = createRemote(short, graph, weights, spawn);
  const x = randoms(4, 1);
  assert.deepEqual(await remote.decode(x), load(graph, weights).decode(x));
});

test("of those that wait in one slot only the newest is run", async () => {
  const { graph, weights } = dense();
  const run = createNetwork(graph, weights);
  const [first, waits] = [run("a", "decode", randoms(4, 1)), []];
  await null;
  for (let n = 2; n < 5; n++) waits.push(run("a", "decode", randoms(4, n)));
  const other = run("b", "decode", randoms(4, 9));
  const decoded = (n) => load(graph, weights).decode(randoms(4, n));
  assert.deepEqual(await first, decoded(1));
  assert.deepEqual(await Promise.all(waits), [null, null, decoded(4)]);
  assert.deepEqual(await other, decoded(9));
  assert.deepEqual(await run("a", "decode", randoms(4, 5)), decoded(5));
});

test("a code may be changed while its request waits", async () => {
  const { graph, weights } = dense();
  const remote = createRemote(sources, graph, weights, spawn);
  const code = randoms(4, 1);
  const found = [remote.decode(code), remote.decode(code)];
  code.fill(0);
  for (const picture of await Promise.all(found)) {
    assert.deepEqual(picture, load(graph, weights).decode(randoms(4, 1)));
  }
});

test("what goes wrong rejects the request alone", async () => {
  const { graph, weights } = dense();
  const remote = createRemote(sources, graph, weights, spawn);
  const wrong = remote.decode([1, 2, 3, 4, 5]);
  const right = remote.decode([1, 2, 3, 4]);
  await assert.rejects(wrong, /offset is out of bounds/);
  assert.equal((await right).length, 4);
});

test("a model that cannot be loaded says why at each request", async () => {
  const remote = createRemote(sources, { ...dense().graph }, new Float32Array(1), spawn);
  await assert.rejects(remote.decode([1, 2, 3, 4]), /expected \d+ weights/);
  await assert.rejects(remote.encode([1, 2, 3, 4]), /expected \d+ weights/);
});

test("a script that cannot be read rejects all", async () => {
  const remote = createRemote(["no script at all"], dense().graph, new Float32Array(1), spawn);
  await assert.rejects(remote.decode([1, 2, 3, 4]), /Unexpected identifier/);
  await assert.rejects(remote.decode([1, 2, 3, 4]), /Unexpected identifier/);
});

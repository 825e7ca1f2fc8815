// How long this browser takes for what the demo does first: it makes a network of the bytes of a
// picture, and reads a digit with it. The page brings a <div class="jpegnet-stopwatch"> with both.

import { bytesOf, load, readNetwork, run } from "./picture.mjs";

// The scripts that the demo needs.
const DEMO = [
  "decode", "demo", "digit", "link", "nested", "pad", "picture", "scan", "segment", "sequences",
].map((name) => `${name}.mjs`);
const TIMES = 5; // the first one waits for the rest of the page
const ANSWERS = 100; // a clock of browsers is too coarse for one

async function length(name) {
  const response = await fetch(`../_static/${name}`);
  return (await response.arrayBuffer()).byteLength;
}

// What is said of the scripts' size; a page that is itself a file cannot look at others.
async function ofScripts() {
  if (location.protocol === "file:") return "";
  const sum = (await Promise.all(DEMO.map(length))).reduce((a, b) => a + b, 0);
  return ` The demo’s scripts are ${sum.toLocaleString("en")} bytes.`;
}

async function measure(box) {
  const { file, digit } = JSON.parse(box.querySelector("script").textContent);
  const bytes = bytesOf(file);
  const inputs = Float64Array.from(digit.match(/../g), (pair) => parseInt(pair, 16) / 255);
  let [least, network, logits] = [Infinity];
  for (let i = 0; i < TIMES; i += 1) {
    const began = performance.now();
    network = readNetwork(load(bytes));
    least = Math.min(least, performance.now() - began);
  }
  const ready = performance.now();
  for (let i = 0; i < ANSWERS; i += 1) ({ logits } = run(network, inputs));
  const each = (performance.now() - ready) / ANSWERS;
  const read = Array.from(logits).indexOf(Math.max(...logits));
  box.querySelector("p").textContent =
    `Your browser, just now: ${least.toFixed(1)} ms from the ${bytes.length.toLocaleString("en")} ` +
    `bytes of the picture to a network, ${each.toFixed(2)} ms for an answer (${read}).` +
    (await ofScripts());
}

const start = () => document.querySelectorAll(".jpegnet-stopwatch").forEach(measure);
if (document.readyState === "complete") start();
else addEventListener("load", start);

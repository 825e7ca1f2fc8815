// A network arrives over a slow wire: its picture grows, and it begins to read. The page brings a
// <div class="jpegnet-wire"> with files, wires and example digits; the file is fetched, and what has
// not arrived yet is cut off.

import { TooLittle, beginning } from "./arriving.mjs";
import { answerBars, element, exampleButtons, readExamples } from "./pad.mjs";
import { PictureError, readNetwork, run } from "./picture.mjs";

const FIRST_DIGIT = 2; // the example that is shown at first
const TICK = 100; // milliseconds between two looks at what has arrived
const TICK_STILL = 1000; // for readers who want little to move
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// How many of `size` bytes a wire has brought after so many seconds, as `wires.Wire.arrived` has it.
export function brought({ bits_per_second: rate, frame, every }, seconds, size) {
  if (!rate) return size;
  if (!frame) return Math.min(size, Math.floor((seconds * rate) / 8 + 1e-9));
  const whole = Math.floor(seconds / every);
  const later = Math.min(size, (whole + 1) * frame);
  const rest = later % frame || frame;
  const needed = (Math.ceil(later / frame) - 1) * every + (8 * rest) / rate;
  return needed <= seconds ? later : Math.min(size, whole * frame);
}

// The picture, as far as it has arrived, enlarged by the page.
function pictureView() {
  const canvas = element("canvas", { class: "wire-picture", role: "img", width: 8, height: 8 });
  return {
    element: canvas,
    show(found) {
      if (!found) {
        canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
        canvas.setAttribute("aria-label", "Nothing of the picture has arrived.");
        return;
      }
      [canvas.width, canvas.height] = [found.width, found.height];
      const pixels = new ImageData(found.width, found.height);
      found.samples.forEach((level, i) => {
        const shown = Math.min(255, Math.max(0, 128 + 3 * (level - 128))); // contrast, for the eye
        pixels.data.set([shown, shown, shown, 255], 4 * i);
      });
      canvas.getContext("2d").putImageData(pixels, 0, 0);
      const { scans, blocks } = found;
      const part = scans.length > 1 ? `, in scan ${scans.length}` : "";
      canvas.setAttribute("aria-label", `The network's picture, of whose ${blocks} blocks ${scans.at(-1)} have arrived${part}.`);
    },
  };
}

// Fetches a file and tells, as it comes, all that is there.
async function fetched(address, told, signal) {
  const response = await fetch(address, { signal, cache: "no-store" });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const reader = response.body.getReader();
  let bytes = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const longer = new Uint8Array(bytes.length + value.length);
    longer.set(bytes);
    longer.set(value, bytes.length);
    bytes = longer;
    told(bytes);
  }
}

export async function start(box) {
  const { files, wires, examples } = JSON.parse(box.querySelector("script").textContent);
  const digits = readExamples(examples);
  const [view, bars] = [pictureView(), answerBars()];
  const told = element("p", { class: "wire-told" });
  const problem = element("p", { class: "demo-problem", role: "alert", hidden: true });
  const state = { bytes: new Uint8Array(0), inputs: null, timer: 0, began: 0, fetching: null, failed: "" };
  const option = ({ name, about }, i) => element("option", { value: i }, about ? `${name}: ${about}` : name);
  const which = element("select", {}, ...files.map(option));
  const over = element("select", {}, ...wires.map(option));
  const slider = element("input", { type: "range", min: 0, max: files[0].bytes, value: 0, step: 1 });
  const file = () => files[Number(which.value)];
  const wire = () => wires[Number(over.value)];

  function show() {
    const size = Math.min(Number(slider.value), state.bytes.length);
    let [found, logits, milliseconds] = [null, null, 0];
    let trouble = state.failed;
    try {
      found = beginning(state.bytes.subarray(0, size));
      const network = readNetwork(found);
      const began = performance.now();
      if (state.inputs) ({ logits } = run(network, state.inputs));
      milliseconds = performance.now() - began;
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      if (!(error instanceof TooLittle)) trouble = `This cannot be read: ${error.message}.`;
    }
    problem.textContent = trouble;
    problem.hidden = !trouble;
    view.show(found);
    bars.show(logits, milliseconds);
    const known = file().curve.filter(([bytes, read]) => bytes <= size && read !== null).at(-1);
    const reads = known ? ` Of the test images, ${known[0].toLocaleString("en")} bytes read ${known[1].toFixed(1)} %.` : " No network yet.";
    told.textContent = `${size.toLocaleString("en")} of ${file().bytes.toLocaleString("en")} bytes.${reads}`;
    slider.setAttribute("aria-valuetext", `${size} bytes`);
    box.reading = { bytes: size, logits: logits && Array.from(logits) };
  }
  function stop() {
    clearInterval(state.timer);
    state.timer = 0;
    play.textContent = "Send it";
  }
  function tick() {
    const seconds = (performance.now() - state.began) / 1000;
    slider.value = Math.min(brought(wire(), seconds, file().bytes), state.bytes.length);
    show();
    if (Number(slider.value) === file().bytes) stop();
  }
  async function receive() {
    state.fetching?.abort();
    state.fetching = new AbortController();
    const { signal } = state.fetching;
    state.bytes = new Uint8Array(0);
    state.failed = "";
    try {
      await fetched(file().file, (bytes) => { if (!signal.aborted) state.bytes = bytes; }, signal);
    } catch (error) {
      if (signal.aborted) return;
      console.warn(error);
      stop();
      state.failed = location.protocol === "file:"
        ? "A browser fetches no file for a page that is itself one; from a server, it would arrive here."
        : "The file could not be fetched; what has arrived of it still answers.";
      show();
    }
  }
  function send() {
    if (state.timer) return stop();
    slider.value = 0;
    play.textContent = "Stop";
    state.began = performance.now();
    state.timer = setInterval(tick, still() ? TICK_STILL : TICK);
    receive();
    return undefined;
  }
  const play = element("button", { type: "button", class: "wire-send", onclick: send }, "Send it");
  async function choose() {
    stop();
    slider.max = file().bytes;
    slider.value = file().useful ?? file().bytes;
    box.reading = null; // until the other file is there
    await receive();
    show();
  }
  which.addEventListener("change", choose);
  over.addEventListener("change", stop);
  slider.addEventListener("input", () => {
    stop();
    show();
  });
  box.replaceChildren(
    element("div", { class: "wire-choice" },
      element("label", {}, "Network", which),
      element("label", {}, "Wire", over),
      play,
    ),
    element("div", { class: "wire-left" },
      view.element,
      element("label", { class: "demo-slider" }, "Bytes that have arrived", slider),
      told,
      problem,
    ),
    element("div", { class: "wire-right" },
      element("div", { class: "demo-examples", role: "group", "aria-label": "Test images" },
        ...exampleButtons(digits, (pixels) => {
          state.inputs = Float64Array.from(pixels, (pixel) => pixel / 255);
          show();
        }),
      ),
      bars.element,
    ),
  );
  state.inputs = Float64Array.from(digits[FIRST_DIGIT].pixels, (pixel) => pixel / 255);
  await choose();
}

for (const box of document.querySelectorAll(".jpegnet-wire:not(.started)")) {
  box.classList.add("started");
  await start(box);
}

// The demo: a network that the page decodes from a JPEG file reads what the reader draws.
// The page brings a <div class="jpegnet-demo"> with the list of files and of example digits.

import { SIDE } from "./digit.mjs";
import { KEY, MOST, bytesIn, linkTo } from "./link.mjs";
import { answerBars, drawingArea, element, exampleGroup, readExamples } from "./pad.mjs";
import { PictureError, bytesOf, load, readNetwork, run, tileAt } from "./picture.mjs";

const FIRST_DIGIT = 2; // the example that is shown until the reader draws
const ELSEWHERE = location.protocol === "file:" ? ": a browser fetches none for a page that is itself a file" : "";

// A pause in which the page answers to other things: a slow phone would wait for all at once.
const breath = () => globalThis.scheduler?.yield?.() ?? new Promise((go) => setTimeout(go));

// The picture, with the tiles that fire lit up on top of it.
function pictureView(image, lights) {
  let loaded = null;
  let url = null;
  return {
    show(bytes, picture, alt, address) {
      if (url) URL.revokeObjectURL(url);
      url = null;
      if (image.getAttribute("src") !== address) { // else the page's own picture stays
        url = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
        image.src = url;
      }
      image.alt = alt;
      loaded = picture;
      [lights.width, lights.height] = [picture.width, picture.height];
      [image.width, image.height] = [picture.width, picture.height];
    },
    light(hidden) {
      const context = lights.getContext("2d");
      context.clearRect(0, 0, lights.width, lights.height);
      if (!hidden) return;
      const part = loaded.layout.parts[loaded.layout.first];
      const most = hidden.reduce((a, b) => Math.max(a, b), 1e-9);
      hidden.forEach((value, unit) => {
        if (value <= 0) return;
        const { x, y } = tileAt(part, unit);
        context.fillStyle = `rgb(240 120 20 / ${0.75 * Math.sqrt(value / most)})`;
        context.fillRect(x, y, part.width, part.height);
      });
    },
  };
}

export async function start(box) {
  const { networks, examples, start: first, content } = JSON.parse(box.querySelector("script[type='application/json']").textContent);
  const state = { network: null, bytes: null, inputs: null, hidden: null, asked: 0 };
  const view = pictureView(box.querySelector("img"), box.querySelector(".demo-lights"));
  const bars = answerBars();
  const about = box.querySelector(".demo-about");
  const problem = element("p", { class: "demo-problem", role: "alert", hidden: true });
  const lit = element("input", { type: "checkbox", checked: true, onchange: () => answer() });

  const raised = element("input", {
    type: "checkbox",
    checked: true,
    onchange: () => box.classList.toggle("plain", !raised.checked),
  });

  function answer() {
    if (!state.network || !state.inputs) {
      bars.show(null);
      view.light(null);
      return;
    }
    const began = performance.now();
    const { logits, hidden } = run(state.network, state.inputs);
    bars.show(logits, performance.now() - began);
    view.light(lit.checked ? hidden : null);
  }
  const pad = drawingArea((inputs) => {
    state.inputs = inputs;
    problem.hidden = true;
    answer();
  });

  function fail(error) {
    if (!(error instanceof PictureError)) console.warn(error);
    problem.textContent =
      error instanceof PictureError
        ? `This is not used: ${error.message}. The network before it still answers.`
        : `The file could not be fetched${ELSEWHERE}. The network before it still answers.`;
    problem.hidden = false;
  }
  // The report's own networks have an address.
  async function use(getBytes, alt, text, address = null) {
    const asked = ++state.asked;
    try {
      const bytes = await getBytes();
      await breath();
      const picture = load(bytes);
      await breath();
      const network = readNetwork(picture);
      if (picture.layout.inputs !== SIDE * SIDE || picture.layout.outputs !== 10) {
        throw new PictureError("this network does not read digits of 28 × 28 pixels");
      }
      await breath();
      for (let i = 0; i < 3; i += 1) run(network, new Float64Array(SIDE * SIDE)); // warms up
      await breath();
      if (asked !== state.asked) return; // another file was chosen meanwhile
      problem.hidden = true;
      state.network = network;
      state.bytes = bytes;
      copier.hidden = bytes.length > MOST;
      view.show(bytes, picture, alt, address);
      about.replaceChildren(...text(bytes.length));
      back.hidden = address !== null;
      if (address === null) slider.setAttribute("aria-valuetext", about.textContent);
      answer();
    } catch (error) {
      if (asked === state.asked) fail(error);
    }
  }
  const sized = (size) => element("strong", {}, `${size.toLocaleString("en")} bytes`);
  const useFile = (file) =>
    use(
      async () => new Uint8Array(await file.arrayBuffer()),
      `A network's picture from your file ${file.name}`,
      (size) => ["Your file ", element("code", {}, file.name), ": ", sized(size), "."],
    );
  const useLink = () =>
    use(
      async () => bytesIn(location.hash),
      "A network's picture, which came in the link to this page",
      (size) => ["The network in your link: ", sized(size), "."],
    );
  async function copyLink() {
    const link = linkTo(state.bytes);
    const told = element("span", { role: "status" }, "");
    try {
      await navigator.clipboard.writeText(link);
      told.append(" Copied.");
    } catch { // not allowed here: the reader copies it
      told.append(" ", element("input", { class: "demo-link", readonly: true, value: link, "aria-label": "The link" }));
    }
    copier.parentElement.querySelector("[role=status]")?.remove();
    copier.after(told);
    told.querySelector("input")?.select();
  }
  const copier = element("button", { type: "button", class: "demo-copy", hidden: true, onclick: copyLink }, "Copy a link to this network");
  function useNumber(i) {
    const { file, words, detail, bytes } = networks[i];
    slider.setAttribute("aria-valuetext", `${bytes} bytes, ${words}`);
    return use(
      async () => {
        if (i === first) return bytesOf(content);
        const response = await fetch(file);
        if (!response.ok) throw new Error(`${file}: ${response.status}`);
        return new Uint8Array(await response.arrayBuffer());
      },
      `A network's weights as a grey JPEG picture (${words}): rows of small tiles with blurred strokes and spots`,
      (size) => [sized(size), `, ${words}. `, element("small", {}, `${detail}. `, element("a", { href: file, download: true }, "The file"))],
      file,
    );
  }

  const slider = element("input", { type: "range", min: 0, max: networks.length - 1, value: first, step: 1 });
  slider.addEventListener("input", () => useNumber(Number(slider.value)));
  const chooser = element("input", { type: "file", accept: ".jpg,.jpeg,image/jpeg", onchange: () => chooser.files[0] && useFile(chooser.files[0]) });

  const back = element("button", { type: "button", hidden: true, onclick: () => useNumber(Number(slider.value)) }, "Back to the report's networks");

  // A file that misses the box would take the reader away from the page.
  addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("over");
  });
  addEventListener("dragleave", (event) => event.relatedTarget || box.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    if (event.dataTransfer.files[0]) useFile(event.dataTransfer.files[0]);
  });

  const digits = readExamples(examples);
  box.querySelector(".demo-pad-box").replaceWith(pad.element);
  box.querySelector(".demo-answer").replaceWith(bars.element);
  box.querySelector(".demo-examples").replaceWith(exampleGroup(pad, digits));
  box.querySelector(".demo-controls").append(
    element("label", { class: "demo-slider" }, "Other networks, small to large", slider),
    problem,
    element("div", { class: "demo-more" },
      element("label", {}, lit, " light up the tiles that respond"),
      element("label", {}, raised, " raise the contrast"),
      element("span", {}, copier),
      back,
      element("label", { class: "demo-file" }, "or drop a network's .jpg here: ", chooser),
    ),
  );
  pad.show(digits[FIRST_DIGIT].pixels);
  const linked = location.hash.startsWith(KEY);
  addEventListener("hashchange", () => location.hash.startsWith(KEY) && useLink());
  await useNumber(first); // what answers, should the link be damaged
  return linked && useLink();
}

for (const box of document.querySelectorAll(".jpegnet-demo:not(.started)")) {
  box.classList.add("started");
  await start(box);
}

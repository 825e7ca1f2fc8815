// Worlds of robots that go on in the page, from where a run of the report stood. The page brings a
// <div class="jpegnet-evolution"> with a snapshot of each; the reader may follow a robot, and drop
// mines and fruit.

import { element } from "./pad.mjs";
import { World } from "./evolution-world.mjs";

const SIDE = 480; // canvas pixels a side of the plane
const RATE = 30; // steps a second, at speed 1
const AT_ONCE = 10; // steps in a frame, where frames come late
const CURSOR = 0.05; // of the side, an arrow key
const COLOURS = { robot: "#3b82c4", followed: "#b8579a", mines: "#d1352f", fruit: "#2a9d6f" };
const [SECTORS, WIDTH] = [8, 27];
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function decoded(text, columns) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const values = new Float32Array(bytes.buffer);
  return Array.from({ length: values.length / columns }, (_, i) =>
    Array.from(values.subarray(i * columns, (i + 1) * columns)));
}

// A snapshot, see jpegnet.pages.evolution, as `World` wants it.
export function unpacked(told) {
  const [x, y, heading] = decoded(told.places, told.rules.robots);
  const [genes, queue] = [told.genes, told.queue].map((text) => decoded(text, told.weights));
  const things = decoded(told.things, 2);
  return { ...told, x, y, heading, genes, queue,
    mines: things.slice(0, told.rules.mines), fruit: things.slice(told.rules.mines) };
}

function circle(context, x, y, radius, color) {
  context.fillStyle = color;
  context.beginPath();
  context.arc(SIDE * x, SIDE * (1 - y), radius, 0, 2 * Math.PI);
  context.fill();
}

// The sectors of a robot's view, each as deep as what is in it is near.
function drawView(context, world, robot) {
  const { sight, half_view: half } = world.rules;
  const { view } = world.look(robot);
  const [x, y] = [SIDE * world.x[robot], SIDE * (1 - world.y[robot])];
  const width = (2 * half) / SECTORS;
  const kinds = [["rgb(140 140 140 / .25)", () => 0.02], ["rgb(209 53 47 / .45)", (s) => view[s]],
    ["rgb(42 157 111 / .45)", (s) => view[SECTORS + s]], ["rgb(140 140 140 / .45)", (s) => view[2 * SECTORS + s]]];
  kinds.forEach(([color, near], i) => {
    for (let s = 0; s < SECTORS; s += 1) {
      if (!near(s)) continue;
      const from = -(world.heading[robot] - half + s * width);
      context.fillStyle = color;
      context.beginPath();
      context.moveTo(x, y);
      context.arc(x, y, SIDE * sight * (i ? 1 - near(s) : 1), from, from - width, true);
      context.fill();
    }
  });
}

function draw(context, { world, followed, cursor }, focused) {
  context.clearRect(0, 0, SIDE, SIDE);
  drawView(context, world, followed);
  for (const [x, y] of world.mines) circle(context, x, y, 4, COLOURS.mines);
  for (const [x, y] of world.fruit) {
    context.fillStyle = COLOURS.fruit;
    context.fillRect(SIDE * x - 4, SIDE * (1 - y) - 4, 8, 8); // not told from mines by colour alone
  }
  for (let robot = 0; robot < world.rules.robots; robot += 1) {
    const color = robot === followed ? COLOURS.followed : COLOURS.robot;
    const [x, y, heading] = [SIDE * world.x[robot], SIDE * (1 - world.y[robot]), -world.heading[robot]];
    context.fillStyle = color;
    context.beginPath(); // an arrowhead
    for (const [angle, far] of [[0, 9], [2.5, 7], [Math.PI, 2], [-2.5, 7]]) {
      context.lineTo(x + far * Math.cos(heading + angle), y + far * Math.sin(heading + angle));
    }
    context.fill();
  }
  if (focused) {
    context.strokeStyle = COLOURS.followed;
    context.strokeRect(SIDE * cursor[0] - 7, SIDE * (1 - cursor[1]) - 7, 14, 14);
  }
}

// A network as a picture: a line a unit; red, green, walls, each from right to left, then the bias,
// and what it gives to speed and turn ("out"). Orange is positive, blue negative.
function drawBrain(canvas, world, robot) {
  const genes = world.genes[robot];
  [canvas.width, canvas.height] = [WIDTH + 3, world.hidden];
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (let unit = 0; unit < world.hidden; unit += 1) {
    for (let column = 0; column < WIDTH; column += 1) {
      const value = genes[unit * WIDTH + column];
      const gap = column < 24 ? Math.floor(column / SECTORS) : 3;
      const color = value > 0 ? "209 112 31" : "59 130 196";
      context.fillStyle = `rgb(${color} / ${Math.min(1, Math.abs(value) / 2.5)})`;
      context.fillRect(column + gap, unit, 1, 1);
    }
  }
  canvas.setAttribute("aria-label", `The network of robot ${robot} as a picture of ${world.hidden} lines, a hidden unit each.`);
}

// One world: its canvas, what is told of it, and what the reader does there.
function plane(told, tool, changed) {
  const state = { followed: 0, cursor: [0.5, 0.5] };
  const canvas = element("canvas", { width: SIDE, height: SIDE, class: "evolution-plane", tabindex: 0, role: "application" });
  const [text, brain] = [element("p", { class: "evolution-told" }), element("canvas", { class: "evolution-brain", role: "img" })];
  const robot = element("input", { type: "number", min: 0, max: told.rules.robots - 1, value: 0, oninput: () => {
    const wanted = Math.round(Number(robot.value));
    state.followed = Math.min(told.rules.robots - 1, Math.max(0, wanted || 0));
    show();
  } });

  function begin() {
    state.world = new World(unpacked(told));
    name();
    show();
  }
  function name() {
    const { mines, fruit } = state.world;
    canvas.setAttribute("aria-label", `${told.name}. The plane with ${told.rules.robots} robots, ${mines.length} mines and ${fruit.length} fruit. Arrow keys move a square, Enter acts there.`);
  }
  function show() {
    const { world, followed } = state;
    draw(canvas.getContext("2d"), state, document.activeElement === canvas);
    const { counts, rules } = world;
    const steps = world.now - told.now;
    const speed = steps ? (world.travelled / (steps * rules.robots)).toFixed(2) : "–";
    text.textContent = `${steps.toLocaleString("en")} steps: mean speed ${speed}, ${counts.mines} touched a mine, ${counts.fruit} fruit eaten, ${counts.age} died of age. Robot ${followed} is ${world.age[followed].toLocaleString("en")} steps old and has eaten ${world.eaten[followed]}.`;
    if (state.drawn === world.genes[followed]) return; // the same network is drawn
    state.drawn = world.genes[followed];
    drawBrain(brain, world, followed);
  }
  function act([x, y]) {
    if (tool() === "follow") {
      const far = state.world.x.map((at, i) => Math.hypot(at - x, state.world.y[i] - y));
      state.followed = far.indexOf(Math.min(...far));
      robot.value = state.followed;
    } else if (!state.world.drop(tool(), x, y)) changed(`There is no room for more ${tool()}.`);
    name();
    show();
  }
  canvas.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    state.cursor = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    act(state.cursor);
  });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const move = moves[event.key];
    if (move) state.cursor = state.cursor.map((at, i) => Math.min(1, Math.max(0, at + CURSOR * move[i])));
    else if (event.key === "Enter") act(state.cursor);
    else return;
    event.preventDefault();
    show();
  });
  for (const kind of ["focus", "blur"]) canvas.addEventListener(kind, show);
  begin();
  return {
    begin, show, state,
    step: (count) => { for (let i = 0; i < count; i += 1) state.world.step(); },
    element: element("div", { class: "evolution-world" }, element("p", { class: "evolution-name" }, told.name), canvas, text,
      element("label", {}, "Robot ", robot), brain,
      element("div", { class: "evolution-columns", "aria-hidden": "true" },
        ...["red", "green", "walls", "out"].map((name) => element("span", {}, name)))),
  };
}

export function start(box) {
  const { worlds } = JSON.parse(box.querySelector("script").textContent);
  const problem = element("p", { class: "demo-problem", role: "alert", hidden: true });
  const tools = [["follow", "follow a robot"], ["mines", "drop a mine"], ["fruit", "drop fruit"]];
  const option = ([value, name]) => element("option", { value }, name);
  const tool = element("select", {}, ...tools.map(option));
  const speed = element("select", {}, ...[1, 2, 4, 8].map((times) => option([times, `${times} ×`])));
  const say = (text) => {
    problem.textContent = text;
    problem.hidden = !text;
  };
  const planes = worlds.map((told) => plane(told, () => tool.value, say));
  const run = { playing: false, seen: false, last: 0, frames: 0, due: 0 };

  function frame(now) {
    if (!run.playing || !run.seen) return;
    run.due += run.last ? ((now - run.last) * RATE * Number(speed.value)) / 1000 : 1;
    run.last = now;
    const count = Math.min(AT_ONCE, Math.floor(run.due));
    run.due = Math.min(1, run.due - count);
    run.frames += 1;
    if (count) for (const world of planes) {
      world.step(count);
      world.show();
    }
    requestAnimationFrame(frame);
  }
  function play(playing) {
    Object.assign(run, { playing, last: 0, due: 0 });
    button.textContent = playing ? "Pause" : "Play";
    requestAnimationFrame(frame);
  }
  const button = element("button", { type: "button", onclick: () => play(!run.playing) }, "Play");
  const control = (name, onclick) => element("button", { type: "button", onclick }, name);
  box.replaceChildren(
    element("div", { class: "evolution-controls" },
      button,
      control("One step", () => {
        play(false);
        for (const world of planes) {
          world.step(1);
          world.show();
        }
      }),
      control("From the beginning", () => {
        say("");
        for (const world of planes) world.begin();
      }),
      element("label", {}, "Speed ", speed),
      element("label", {}, "A click or Enter is to ", tool),
    ),
    problem,
    element("div", { class: "evolution-planes" }, ...planes.map((world) => world.element)),
  );
  new IntersectionObserver(([{ isIntersecting }]) => { // what nobody sees stands still
    run.seen = isIntersecting;
    if (run.seen && run.playing) play(true);
  }).observe(box);
  box.worlds = planes.map(({ state }) => state);
  box.run = run;
  play(!still());
}

for (const box of document.querySelectorAll(".jpegnet-evolution:not(.started)")) {
  box.classList.add("started");
  start(box);
}

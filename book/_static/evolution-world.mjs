// A world of robots, as jpegnet.studies.evolution.world has it, one at a time: the same state and
// the same genes go the same way here and there. Genes are the weights themselves ("direct").

const [SECTORS, SIDE] = [8, 4]; // of the view, and of half of it
const [INPUTS, WIDTH] = [24, 27]; // of a unit: inputs, then also bias, speed, turn
const [PLACE, GENE, VARIED, FRUIT] = [0, 1, 2, 6]; // what chance is asked for, see chance.py
const GOLDEN = 0x9e3779b9;
const ROUND = 2 * Math.PI;
export const MOST = 100; // mines, and fruit, that a world may bear

function mixed(start) {
  let x = start;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

// A word of 32 bits that follows from another one and whole numbers.
export const word = (start, ...parts) => parts.reduce((x, part) => mixed((x + part + GOLDEN) >>> 0), start);

export const uniform = (start, ...parts) => (word(start, ...parts) + 0.5) / 2 ** 32;

export function normal(start, ...parts) {
  const first = word(start, ...parts);
  return Math.sqrt(-2 * Math.log((first + 0.5) / 2 ** 32)) * Math.cos(ROUND * uniform(first, 0));
}

// The share of a step that would lie behind the wall that it leads to.
function behindWall(at, step) {
  const room = step > 0 ? 1 - at : at;
  return 1 - room / Math.max(Math.abs(step), room, Number.MIN_VALUE);
}

const clamped = (x) => Math.min(1, Math.max(0, x));

export class World {
  // `told`: see jpegnet.pages.evolution.snapshot.
  constructor(told) {
    Object.assign(this, structuredClone(told));
    this.hidden = (this.genes[0].length - 2) / WIDTH;
    this.counts = { mines: 0, age: 0, fruit: 0, born: 0 };
    this.travelled = 0;
    const { sight, half_view: half } = this.rules;
    this.middles = Array.from({ length: SECTORS }, (_, i) => {
      const angle = (((i + 0.5) / SECTORS) * 2 - 1) * half;
      return [sight * Math.cos(angle), sight * Math.sin(angle)];
    });
    this.ends = Array.from({ length: SIDE }, (_, i) => Math.cos((half * (i + 1)) / SIDE));
    this.moment = word(this.seed, this.now);
  }

  // Where in view something is, that is so far before and aside of a robot; -1 for out of view.
  sector(before, aside, far) {
    let outwards = 0; // 0 to 3, and 4 beyond
    while (outwards < SIDE && before < this.ends[outwards] * far) outwards += 1;
    if (outwards === SIDE) return -1;
    return aside < 0 ? SIDE - 1 - outwards : SIDE + outwards;
  }

  // What a robot sees, 24 numbers, and the numbers of mines and fruit that it touches.
  look(robot) {
    const { rules } = this;
    const view = new Float64Array(INPUTS);
    const touched = { mines: [], fruit: [] };
    const [ahead, aside] = [Math.cos(this.heading[robot]), Math.sin(this.heading[robot])];
    const [atX, atY, sight] = [this.x[robot], this.y[robot], rules.sight ** 2];
    ["mines", "fruit"].forEach((kind, colour) => {
      const things = this[kind];
      for (let number = 0; number < things.length; number += 1) {
        const dx = things[number][0] - atX;
        const dy = things[number][1] - atY;
        const square = dx * dx + dy * dy;
        if (square < sight) {
          const far = Math.sqrt(square);
          if (far < rules.touch) touched[kind].push(number);
          const sector = this.sector(dx * ahead + dy * aside, dy * ahead - dx * aside, far);
          const place = colour * SECTORS + sector;
          if (sector >= 0) view[place] = Math.max(view[place], 1 - far / rules.sight);
        }
      }
    });
    for (let sector = 0; sector < SECTORS; sector += 1) {
      const [c, s] = this.middles[sector];
      const across = behindWall(atX, ahead * c - aside * s);
      view[2 * SECTORS + sector] = Math.max(across, behindWall(atY, aside * c + ahead * s));
    }
    return { view, touched };
  }

  // Speed (0 to 1) and turn (-1, to the right, to 1) of a robot that sees this.
  decide(robot, view) {
    const genes = this.genes[robot];
    const scores = [0, 0];
    for (let unit = 0; unit < this.hidden; unit += 1) {
      const at = unit * WIDTH;
      let sum = 0;
      for (let i = 0; i < INPUTS; i += 1) sum += genes[at + i] * view[i];
      const given = Math.max(0, sum + genes[at + INPUTS]) / Math.sqrt(this.hidden);
      scores[0] += genes[at + INPUTS + 1] * given;
      scores[1] += genes[at + INPUTS + 2] * given;
    }
    const [speed, turn] = scores.map((score, i) => Math.tanh(score + genes[this.hidden * WIDTH + i]));
    return [(1 + speed) / 2, turn];
  }

  step() {
    const { rules } = this;
    const [struck, eaters] = [new Set(), new Map()];
    for (let robot = 0; robot < rules.robots; robot += 1) {
      const { view, touched } = this.look(robot);
      if (touched.mines.length) struck.add(robot);
      else for (const number of touched.fruit) if (!eaters.has(number)) eaters.set(number, robot);
      this.move(robot, ...this.decide(robot, view));
    }
    this.now += 1;
    this.moment = word(this.seed, this.now);
    for (let robot = 0; robot < rules.robots; robot += 1) {
      this.age[robot] += 1;
      if (rules.lifespan) this.left[robot] -= 1;
    }
    for (const number of [...eaters.keys()].sort((a, b) => a - b)) this.eat(eaters.get(number), number);
    for (let robot = 0; robot < rules.robots; robot += 1) {
      if (struck.has(robot)) this.counts.mines += 1;
      else if (rules.lifespan && this.left[robot] === 0) this.counts.age += 1;
      else continue;
      this.replace(robot);
    }
  }

  move(robot, speed, turn) {
    const { rules } = this;
    const heading = this.heading[robot] + rules.top_turn * turn;
    this.heading[robot] = heading - ROUND * Math.round(heading / ROUND);
    const far = rules.top_speed * speed;
    this.x[robot] = clamped(this.x[robot] + far * Math.cos(this.heading[robot]));
    this.y[robot] = clamped(this.y[robot] + far * Math.sin(this.heading[robot]));
    this.travelled += speed;
  }

  eat(robot, number) {
    const { rules } = this;
    this.eaten[robot] += 1;
    this.left[robot] = rules.lifespan;
    this.counts.fruit += 1;
    const asked = word(this.moment, FRUIT, number);
    this.fruit[number] = [uniform(asked, 0), uniform(asked, 1)];
    if (this.queue.length >= rules.waiting) return;
    const change = word(this.moment, VARIED, number);
    this.queue.push(this.genes[robot].map((gene, i) => gene + rules.variation * normal(change, i)));
  }

  replace(robot) {
    if (this.queue.length) {
      this.genes[robot] = this.queue.shift();
      this.counts.born += 1;
    } else {
      const asked = word(this.moment, GENE, robot);
      this.genes[robot] = this.genes[robot].map((_, i) => normal(asked, i));
    }
    const asked = word(this.moment, PLACE, robot);
    [this.x[robot], this.y[robot]] = [uniform(asked, 0), uniform(asked, 1)];
    this.heading[robot] = ROUND * (uniform(asked, 2) - 0.5);
    [this.left[robot], this.eaten[robot], this.age[robot]] = [this.rules.lifespan, 0, 0];
  }

  // Lays one more mine or fruit; whether there was room for it.
  drop(kind, x, y) {
    if (this[kind].length >= MOST) return false;
    this[kind].push([x, y]);
    return true;
  }
}

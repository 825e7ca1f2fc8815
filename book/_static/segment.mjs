// What a network's segment says: its layers, and where in the picture each of their tensors stands.
// Two versions; both are described in 04_one_picture, from which this was written.

export class PictureError extends Error {}

export const NAME = "jpegnet";
export const BLOCK = 8;
const SIDE = 28; // of an image; a row of its pixels shows the middle
const CROP = 24;
const MAX = { parameters: 1 << 21, layers: 8, blocks: 3, width: 1 << 16, scale: 1000 };
const FIELDS = ["grid", "top", "left", "height", "width", "across", "blockY", "blockX"];

export const require = (holds, message) => {
  if (!holds) throw new PictureError(message);
};

class Reader {
  constructor(body) {
    this.body = body;
    this.at = NAME.length;
  }

  byte() {
    require(this.at < this.body.length, "the network's segment is cut off");
    return this.body[this.at++];
  }

  number() { // unsigned LEB128
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      require(shift <= 28, "a number in the network's segment is too large");
      const next = this.byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  }

  short() { // least byte first
    return this.byte() + 256 * this.byte();
  }

  half() { // IEEE float16
    const bits = this.short();
    const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023];
    const size = exponent === 31
      ? (fraction ? NaN : Infinity)
      : exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24;
    return sign ? -size : size;
  }

  float() { // IEEE float32
    const four = Uint8Array.of(this.byte(), this.byte(), this.byte(), this.byte());
    return new DataView(four.buffer).getFloat32(0, true);
  }

  end() {
    require(this.at === this.body.length, "the network's segment is too long");
  }
}

const layerCount = (layers) => {
  require(layers >= 1 && layers <= MAX.layers, `a network of ${layers} layers is not read`);
  return layers;
};

// What each kind of network is: { inputs, outputs, tensors, … }, a tensor being { rows, columns } and,
// of kernels, { channels, kernel }; inputs are those of a whole image; first, if it is not 0, which
// tensor sees it.

const bias = (columns) => ({ rows: 1, columns });
const withBiases = (layers) => layers.flatMap((layer) => [layer, bias(layer.rows)]);

// A chain of linear layers.
function chain(reader) {
  const widths = Array.from({ length: layerCount(reader.number()) + 1 }, () => reader.number());
  const layers = widths.slice(1).map((rows, i) => ({ rows, columns: widths[i] }));
  return { inputs: widths[0], outputs: widths.at(-1), layers, tensors: withBiases(layers) };
}

// So many layers of kernels, { …, side, pool }, and a linear one.
function kernelLayers(reader, first, count) {
  let [side, channels, layers] = [first, 1, []];
  for (let i = 0; i < count; i += 1) {
    const [rows, kernel, pool] = [reader.number(), reader.number(), reader.number()];
    layers.push({ rows, columns: channels * kernel * kernel, channels, side, kernel, pool });
    side = Math.floor((side - kernel + 1) / pool);
    require(count >= 1 && kernel >= 1 && pool >= 1 && side >= 1, "no such convolutional network");
    channels = rows;
  }
  const outputs = reader.number();
  require(count >= 1, "no such convolutional network");
  layers.push({ rows: outputs, columns: channels * side * side });
  return { inputs: first * first, outputs, layers, tensors: withBiases(layers) };
}

function kernels(reader) {
  const side = reader.number();
  return kernelLayers(reader, side, layerCount(reader.number() + 1) - 1);
}

// Two layers of kernels, what there is of a unit of the second in one row; see `nested.mjs`.
function nested(reader) {
  const { tensors: _, ...network } = kernelLayers(reader, reader.number(), 2);
  const [first, second, last] = network.layers;
  const { rows, kernel } = second;
  const squares = Math.ceil((last.columns / rows) * last.rows / (kernel * kernel));
  const channels = first.rows + squares;
  const tensors = [
    bias(last.rows + first.rows + rows), first,
    { rows, columns: channels * kernel * kernel, channels, kernel },
  ];
  return { ...network, first: 1, tensors };
}

// Gated units that read an image row by row: cell 0 is a GRU, 1 a FastGRNN.
function recurrent(reader) {
  const [cell, row, units, outputs] = [0, 0, 0, 0].map(() => reader.number());
  require(cell <= 1 && Math.min(row, units, outputs) >= 1, "no such recurrent network");
  const [gates, biases] = cell ? [1, 2] : [3, 3];
  const tensors = [
    { rows: gates * units, columns: row + units }, bias(biases * units),
    { rows: outputs, columns: units }, bias(outputs),
  ];
  return { inputs: SIDE * row, outputs, row, units, cell, tensors };
}

// Blocks of attention over the rows of an image.
function attention(reader) {
  const numbers = [0, 0, 0, 0, 0, 0].map(() => reader.number());
  const [row, width, heads, inner, blocks, outputs] = numbers;
  require(
    Math.min(...numbers) >= 1 && width % heads === 0 && blocks <= MAX.blocks,
    "no such attention network",
  );
  const pair = (rows) => ({ rows, columns: 2 * width });
  const block = [pair(width), pair(width), pair(inner), bias(3 * width + inner)];
  const tensors = [
    { rows: width, columns: row }, bias(width),
    ...Array.from({ length: blocks }, () => block).flat(),
    { rows: outputs, columns: width }, bias(outputs),
  ];
  return { inputs: SIDE * row, outputs, row, width, heads, inner, blocks, tensors };
}

const KINDS = [chain, kernels, recurrent, attention, nested];

function checkSizes(tensors) {
  let parameters = 0;
  for (const { rows, columns } of tensors) {
    const fits = Math.min(rows, columns) >= 1 && Math.max(rows, columns) <= MAX.width;
    require(fits, `no such network: a matrix of ${rows} × ${columns}`);
    parameters += rows * columns;
  }
  require(parameters <= MAX.parameters, "the network is too large");
}

// Version 2: in shelves, as words stand in lines of text; `wide` is the picture's width in blocks.
function arrange(kind, tensors, wide) {
  let [x, y, shelf] = [0, 0, 0];
  return tensors.map(({ rows, columns, channels = 0, kernel: side = 0 }, i) => {
    const kernel = side && BLOCK % side === 0 ? side : 0;
    const image = kind === 0 && i === 0 && columns === SIDE * SIDE;
    const margin = (SIDE - CROP) / 2;
    const blocks = kernel
      ? Math.ceil(channels / (BLOCK / kernel) ** 2)
      : Math.ceil(columns / BLOCK ** 2);
    const tile = image
      ? { grid: SIDE, top: margin, left: margin, height: CROP, width: CROP }
      : { grid: BLOCK * blocks, top: 0, left: 0, height: BLOCK, width: BLOCK * blocks };
    const across = Math.max(1, Math.min(rows, Math.floor((BLOCK * wide) / tile.width)));
    const right = (across * tile.width) / BLOCK;
    if (x && x + right > wide) [x, y, shelf] = [0, y + shelf, 0];
    const part = { ...tile, across, blockY: y, blockX: x, rows, columns, kernel };
    x += right;
    shelf = Math.max(shelf, (Math.ceil(rows / across) * tile.height) / BLOCK);
    return part;
  });
}

// The payload of a segment, in a picture of this width in pixels: { kind, inputs, outputs, …, parts,
// checksum }; checksum is null in version 1.
export function readLayout(body, width) {
  const reader = new Reader(body);
  const first = reader.byte();
  const [version, kind] = [first % 16, Math.floor(first / 16)];
  require(
    (version === 1 && kind === 0) || (version === 2 && kind < KINDS.length),
    `version ${version}, kind ${kind} of the format is unknown`,
  );
  const { tensors, ...network } = KINDS[kind](reader);
  checkSizes(tensors);
  let parts;
  let checksum = null;
  if (version === 1) {
    parts = tensors.map(({ rows, columns }) => {
      const part = { rows, columns, kernel: 0 };
      for (const field of FIELDS) part[field] = reader.number();
      part.scale = reader.float();
      return part;
    });
  } else {
    parts = arrange(kind, tensors, Math.floor(width / BLOCK));
    for (const part of parts) part.scale = reader.half();
    checksum = reader.short();
  }
  reader.end();
  for (const part of parts) {
    require(
      Math.min(part.grid, part.height, part.width, part.across) >= 1 &&
        FIELDS.every((field) => part[field] <= MAX.width) &&
        part.left + part.width <= part.grid,
      "a tile is no window of its grid",
    );
    require(part.scale > 0 && part.scale <= MAX.scale, `the scale ${part.scale} is impossible`);
  }
  return { kind, first: 0, ...network, parts, checksum };
}

// Which entry of a row each pixel of a part's tile shows, line by line; -1 for none.
export function entriesOf({ grid, top, left, height, width, columns, kernel }) {
  const found = new Int32Array(height * width);
  const side = BLOCK / kernel; // kernels a side of a block
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let entry = (top + y) * grid + left + x;
      if (kernel) {
        const block = Math.floor(x / BLOCK);
        const across = Math.floor((x % BLOCK) / kernel);
        const which = (block * side + Math.floor(y / kernel)) * side + across;
        entry = (which * kernel + (y % kernel)) * kernel + (x % kernel);
      }
      found[y * width + x] = entry < columns ? entry : -1;
    }
  }
  return found;
}

export const COSINES = Array.from({ length: BLOCK }, (_, k) =>
  Array.from({ length: BLOCK }, (_, j) =>
    Math.sqrt((k ? 2 : 1) / BLOCK) * Math.cos((Math.PI * (2 * j + 1) * k) / (2 * BLOCK))));

export const NUDGE = 1e-6; // so that rounding a half is not up to the last bit

// CRC-16/XMODEM, polynomial 0x1021, from 0, of the segment's payload without its last two bytes; of
// the table's steps; and of the coefficients that the samples show. These have 16 bits each, the
// most significant byte first, block by block.
export function checksumOf(samples, width, height, steps, payload) {
  let crc = 0;
  const byte = (value) => {
    crc ^= value << 8;
    for (let i = 0; i < 8; i += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  };
  const number = (value) => {
    byte((value >> 8) & 0xff);
    byte(value & 0xff);
  };
  payload.subarray(0, -2).forEach(byte);
  steps.forEach(number);
  const rows = new Float64Array(BLOCK * BLOCK);
  for (let top = 0; top < height; top += BLOCK) {
    for (let left = 0; left < width; left += BLOCK) {
      for (let y = 0; y < BLOCK; y += 1) {
        for (let k = 0; k < BLOCK; k += 1) {
          let sum = 0;
          const start = (top + y) * width + left;
          for (let x = 0; x < BLOCK; x += 1) sum += COSINES[k][x] * (samples[start + x] - 128);
          rows[y * BLOCK + k] = sum;
        }
      }
      for (let u = 0; u < BLOCK; u += 1) {
        for (let k = 0; k < BLOCK; k += 1) {
          let sum = 0;
          for (let y = 0; y < BLOCK; y += 1) sum += COSINES[u][y] * rows[y * BLOCK + k];
          number(Math.floor(sum / steps[u * BLOCK + k] + 0.5 + NUDGE));
        }
      }
    }
  }
  return crc;
}

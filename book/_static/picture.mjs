// Reads a network from its picture: one grey JPEG file that says in an APP10 segment where in it
// each matrix stands. Written from the format's description in 04_one_picture, apart from the
// Python that writes the files.

import { blocksOf, samplesOf, stepsOf } from "./decode.mjs";
import { unpacked } from "./nested.mjs";
import {
  BLOCK, NAME, PictureError, checksumOf, entriesOf, readLayout, require,
} from "./segment.mjs";
import { follow } from "./sequences.mjs";

export { PictureError };

const ZERO = 128; // the grey level of weight zero
const MAX = { bytes: 1 << 22, segments: 1 << 16, pixels: 1 << 21, scans: 100 };

// A file that a page brings as base64.
export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// Segments of a JPEG file: { marker, body }, of a scan also { coded }.
function segments(bytes) {
  require(bytes[0] === 0xff && bytes[1] === 0xd8, "this is not a JPEG file");
  const found = [];
  let [at, count] = [2, 0];
  while (at + 2 <= bytes.length) {
    require(count < MAX.segments, "the JPEG file has too many segments");
    require(bytes[at] === 0xff, "the JPEG file is damaged: a marker is missing");
    const marker = bytes[at + 1];
    count += Number(marker !== 0xff);
    if (marker === 0xff) { // a fill byte
      at += 1;
    } else if (marker === 0xd9) {
      return found;
    } else if (marker === 0x01 || (marker >= 0xd0 && marker < 0xd8)) {
      at += 2;
    } else {
      const length = (bytes[at + 2] << 8) | bytes[at + 3];
      require(length >= 2, "the JPEG file is damaged: a segment has no length");
      const end = at + 2 + length;
      const segment = { marker, body: bytes.subarray(at + 4, end) };
      found.push(segment);
      at = end;
      if (marker === 0xda) { // the scan's coded data end at the next marker but RST
        const stuffed = (next) => next === 0 || next === 0xff || (next >= 0xd0 && next < 0xd8);
        while (at + 1 < bytes.length && !(bytes[at] === 0xff && !stuffed(bytes[at + 1]))) at += 1;
        segment.coded = bytes.subarray(end, at);
      }
    }
  }
  throw new PictureError("the JPEG file is cut off");
}

// Whether a segment is that of a network.
export const isNote = ({ marker, body }) =>
  marker === 0xea && [...NAME].every((letter, i) => body[i] === letter.charCodeAt(0));

// Whether a part's mosaic is within the picture.
export function fits(part, width, height) {
  const down = Math.ceil(part.rows / part.across) * part.height;
  const right = Math.min(part.rows, part.across) * part.width;
  return BLOCK * part.blockY + down <= height && BLOCK * part.blockX + right <= width;
}

// Checks a file's headers, before anything is decoded: { layout, width, height, frame, steps, found,
// payload }, `found` being its segments, `frame` and `payload` those of the frame and the network.
export function inspect(bytes) {
  require(bytes.length <= MAX.bytes, "the file is too large for a network's picture");
  const found = segments(bytes);
  const isFrame = (m) => m >= 0xc0 && m <= 0xcf && m !== 0xc4 && m !== 0xc8 && m !== 0xcc;
  const frames = found.filter(({ marker }) => isFrame(marker));
  require(
    frames.length === 1 && frames[0].marker <= 0xc2 && frames[0].body.length >= 6,
    "this is no baseline or progressive JPEG file",
  );
  const frame = frames[0].body;
  const [bits, h1, h0, w1, w0, components] = frame;
  require(bits === 8 && components === 1, "the picture is in colour; a network's is grey");
  const [height, width] = [(h1 << 8) | h0, (w1 << 8) | w0];
  require(
    height * width >= 1 && height * width <= MAX.pixels,
    `${width} × ${height} pixels are none, or too many`,
  );
  const scans = found.filter(({ marker }) => marker === 0xda).length;
  require(scans <= MAX.scans, "the JPEG file has too many scans");
  const notes = found.filter(isNote);
  require(notes.length === 1, "an ordinary picture: it does not say that it is a network");
  const layout = readLayout(notes[0].body, width);
  require(layout.parts.every((part) => fits(part, width, height)), "the picture is smaller than its network");
  const whole = width % BLOCK === 0 && height % BLOCK === 0;
  require(layout.checksum === null || whole, "the picture is no whole blocks");
  const steps = stepsOf(found, frame[8]);
  return { layout, width, height, frame, steps, found, payload: notes[0].body };
}

// Decodes a file: { layout, width, height, samples }.
export function load(bytes) {
  const { layout, width, height, steps, found, payload } = inspect(bytes);
  const blocks = blocksOf(found, Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK));
  const samples = samplesOf(blocks, steps, width, height);
  require(
    layout.checksum === null || checksumOf(samples, width, height, steps, payload) === layout.checksum,
    "the picture is damaged: its checksum is another one",
  );
  return { layout, width, height, samples };
}

// Where tile i of a part stands in the picture, in pixels.
export function tileAt(part, i) {
  return {
    x: BLOCK * part.blockX + (i % part.across) * part.width,
    y: BLOCK * part.blockY + Math.floor(i / part.across) * part.height,
  };
}

function readMatrix(part, samples, pictureWidth) {
  const matrix = new Float32Array(part.rows * part.columns);
  const entries = entriesOf(part);
  for (let row = 0; row < part.rows; row += 1) {
    const { x, y } = tileAt(part, row);
    for (let i = 0; i < entries.length; i += 1) {
      if (entries[i] < 0) continue;
      const pixel = (y + Math.floor(i / part.width)) * pictureWidth + x + (i % part.width);
      matrix[row * part.columns + entries[i]] = part.scale * (samples[pixel] - ZERO);
    }
  }
  return matrix;
}

// The network of a loaded picture: what its segment says, and its matrices, row by row; of a
// nested one those of the convolutional network that it is.
export function readNetwork({ layout, width, samples }) {
  const matrices = layout.parts.map((part) => readMatrix(part, samples, width));
  return { ...layout, matrices: layout.kind === 4 ? unpacked(layout, matrices) : matrices };
}

function linear({ rows, columns }, weight, bias, values) {
  const next = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let sum = bias[row];
    const start = row * columns;
    for (let i = 0; i < columns; i += 1) sum += weight[start + i] * values[i];
    next[row] = sum;
  }
  return next;
}

// Kernels at every place that they fit into, and of each pool of places the largest: channel by
// channel, as `values` are.
function convolved({ rows, columns, channels, side, kernel, pool }, weight, bias, values) {
  const small = Math.floor((side - kernel + 1) / pool);
  const next = new Float64Array(rows * small * small).fill(-Infinity);
  const patch = new Float64Array(columns);
  for (let y = 0; y < small * pool; y += 1) {
    for (let x = 0; x < small * pool; x += 1) {
      let i = 0;
      for (let channel = 0; channel < channels; channel += 1) {
        for (let down = 0; down < kernel; down += 1) {
          const start = (channel * side + y + down) * side + x;
          for (let right = 0; right < kernel; right += 1) patch[i++] = values[start + right];
        }
      }
      const place = Math.floor(y / pool) * small + Math.floor(x / pool);
      for (let row = 0; row < rows; row += 1) {
        let sum = bias[row];
        for (let j = 0; j < columns; j += 1) sum += weight[row * columns + j] * patch[j];
        const at = row * small * small + place;
        if (sum > next[at]) next[at] = sum;
      }
    }
  }
  return next;
}

// Runs a network on inputs of 0 to 1: { logits, hidden }, hidden being what each tile of the first
// matrix tells: a unit's output after ReLU, of a filter the largest at any place; see `follow`.
export function run(network, inputs) {
  if (!network.layers) return follow(network, inputs);
  const { layers, matrices } = network;
  let values = inputs;
  let hidden = null;
  layers.forEach((layer, i) => {
    const [weight, bias] = matrices.slice(2 * i, 2 * i + 2);
    values = (layer.kernel ? convolved : linear)(layer, weight, bias, values);
    if (i < layers.length - 1) values = values.map((value) => Math.max(0, value));
    if (hidden === null) {
      const places = values.length / layer.rows;
      hidden = Float64Array.from({ length: layer.rows }, (_, row) =>
        values.subarray(row * places, (row + 1) * places).reduce((a, b) => Math.max(a, b)));
    }
  });
  return { logits: values, hidden };
}

export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

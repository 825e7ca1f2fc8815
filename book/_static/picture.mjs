// Reads a network from its picture: one grey JPEG file that says in an APP10 segment where in it
// each matrix stands. Written from the format's description in 04_one_picture, apart from the
// Python that writes the files.

export class PictureError extends Error {}

const NAME = "jpegnet";
const VERSION = 1;
const BLOCK = 8;
const ZERO = 128; // the grey level of weight zero
const MAX = { bytes: 1 << 22, pixels: 1 << 21, scans: 100, parameters: 1 << 21, layers: 8 };
const MAX_WIDTH = 1 << 16;
const MAX_SCALE = 1000;
const FIELDS = ["grid", "top", "left", "height", "width", "across", "blockY", "blockX"];

const require = (holds, message) => {
  if (!holds) throw new PictureError(message);
};

// Markers of a JPEG file with their payloads, the first SOI, the last EOI.
function segments(bytes) {
  require(bytes[0] === 0xff && bytes[1] === 0xd8, "this is not a JPEG file");
  const found = [];
  let at = 2;
  while (at + 2 <= bytes.length) {
    require(bytes[at] === 0xff, "the JPEG file is damaged: a marker is missing");
    const marker = bytes[at + 1];
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
      found.push({ marker, body: bytes.subarray(at + 4, end) });
      at = end;
      if (marker === 0xda) { // the scan's coded data end at the next marker but RST
        const stuffed = (next) => next === 0 || (next >= 0xd0 && next < 0xd8);
        while (at + 1 < bytes.length && !(bytes[at] === 0xff && !stuffed(bytes[at + 1]))) at += 1;
      }
    }
  }
  throw new PictureError("the JPEG file is cut off");
}

function readLayout(body) {
  let at = NAME.length;
  const byte = () => {
    require(at < body.length, "the network's segment is cut off");
    return body[at++];
  };
  const number = () => { // unsigned LEB128
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      require(shift <= 28, "a number in the network's segment is too large");
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  };
  const float = () => {
    const four = Uint8Array.of(byte(), byte(), byte(), byte());
    return new DataView(four.buffer).getFloat32(0, true);
  };

  const version = byte();
  require(version === VERSION, `version ${version} of the format is unknown`);
  const layers = number();
  require(layers >= 1 && layers <= MAX.layers, `a network of ${layers} layers is not read`);
  const widths = Array.from({ length: layers + 1 }, number);
  require(widths.every((w) => w >= 1 && w <= MAX_WIDTH), `no such network: ${widths.join("-")}`);
  const parts = [];
  let parameters = 0;
  for (let i = 0; i < 2 * layers; i += 1) {
    const part = {};
    for (const field of FIELDS) part[field] = number();
    part.scale = float();
    part.rows = i % 2 ? 1 : widths[i / 2 + 1];
    part.columns = i % 2 ? widths[(i + 1) / 2] : widths[i / 2];
    parameters += part.rows * part.columns;
    require(
      Math.min(part.grid, part.height, part.width, part.across) >= 1 &&
        FIELDS.every((field) => part[field] <= MAX_WIDTH) &&
        part.left + part.width <= part.grid,
      "a tile is no window of its grid",
    );
    require(part.scale > 0 && part.scale <= MAX_SCALE, `the scale ${part.scale} is impossible`);
    parts.push(part);
  }
  require(parameters <= MAX.parameters, `the network ${widths.join("-")} is too large`);
  require(at === body.length, "the network's segment is too long");
  return { widths, parts };
}

// Checks a file's headers, before anything is decoded: { layout, width, height }.
export function inspect(bytes) {
  require(bytes.length <= MAX.bytes, "the file is too large for a network's picture");
  const found = segments(bytes);
  const isFrame = (m) => m >= 0xc0 && m <= 0xcf && m !== 0xc4 && m !== 0xc8 && m !== 0xcc;
  const frames = found.filter(({ marker }) => isFrame(marker));
  require(
    frames.length === 1 && frames[0].marker <= 0xc2 && frames[0].body.length >= 6,
    "this is no baseline or progressive JPEG file",
  );
  const [bits, h1, h0, w1, w0, components] = frames[0].body;
  require(bits === 8 && components === 1, "the picture is in colour; a network's is grey");
  const [height, width] = [(h1 << 8) | h0, (w1 << 8) | w0];
  require(
    height * width >= 1 && height * width <= MAX.pixels,
    `${width} × ${height} pixels are none, or too many`,
  );
  const scans = found.filter(({ marker }) => marker === 0xda).length;
  require(scans <= MAX.scans, "the JPEG file has too many scans");
  const named = ({ marker, body }) =>
    marker === 0xea && [...NAME].every((letter, i) => body[i] === letter.charCodeAt(0));
  const notes = found.filter(named);
  require(notes.length === 1, "an ordinary picture: it does not say that it is a network");
  const layout = readLayout(notes[0].body);
  for (const part of layout.parts) {
    const down = Math.ceil(part.rows / part.across) * part.height;
    const right = Math.min(part.rows, part.across) * part.width;
    require(
      BLOCK * part.blockY + down <= height && BLOCK * part.blockX + right <= width,
      "the picture is smaller than its network",
    );
  }
  return { layout, width, height };
}

// Decodes a file with the browser's own decoder: { layout, width, height, samples, bitmap }.
export async function load(bytes) {
  const { layout, width, height } = inspect(bytes);
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
      imageOrientation: "from-image",
    });
  } catch {
    throw new PictureError("the browser cannot decode this JPEG file");
  }
  require(bitmap.width === width && bitmap.height === height, "the JPEG file is damaged");
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const samples = new Uint8Array(width * height);
  for (let i = 0; i < samples.length; i += 1) samples[i] = data[4 * i]; // red = green = blue
  return { layout, width, height, samples, bitmap };
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
  for (let row = 0; row < part.rows; row += 1) {
    const { x, y } = tileAt(part, row);
    for (let line = 0; line < part.height; line += 1) {
      const first = (part.top + line) * part.grid + part.left; // entry at the line's first pixel
      const pixel = (y + line) * pictureWidth + x;
      const count = Math.min(part.width, part.columns - first);
      for (let i = 0; i < count; i += 1) {
        matrix[row * part.columns + first + i] = part.scale * (samples[pixel + i] - ZERO);
      }
    }
  }
  return matrix;
}

// The network of a loaded picture: layers with weight (rows × columns, row by row) and bias.
export function readNetwork({ layout, width, samples }) {
  const layers = [];
  for (let i = 0; i < layout.parts.length; i += 2) {
    const [weight, bias] = [layout.parts[i], layout.parts[i + 1]];
    layers.push({
      rows: weight.rows,
      columns: weight.columns,
      weight: readMatrix(weight, samples, width),
      bias: readMatrix(bias, samples, width),
    });
  }
  return layers;
}

// Runs a network on inputs of 0 to 1: { logits, hidden }, hidden being the first layer's units
// after ReLU.
export function run(layers, inputs) {
  let values = inputs;
  let hidden = null;
  layers.forEach(({ rows, columns, weight, bias }, layer) => {
    const next = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) {
      let sum = bias[row];
      const start = row * columns;
      for (let i = 0; i < columns; i += 1) sum += weight[start + i] * values[i];
      next[row] = layer < layers.length - 1 ? Math.max(0, sum) : sum;
    }
    hidden ??= next;
    values = next;
  });
  return { logits: values, hidden };
}

export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

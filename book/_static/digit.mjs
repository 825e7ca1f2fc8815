// A stranger's digit as MNIST's digits are: in a box of 20 × 20, its centre of mass in the middle
// of 28 × 28. The same as jpegnet.digits does in Python.

export const SIDE = 28;
const BOX = 20;
const FAINT = 25; // of 255: less is paper

// Mean of ink over each cell of a box of `wide` × `high` cells laid over the drawn rectangle.
function shrink(ink, size, { left, top, width, height }, wide, high) {
  const share = (n, cells) => // for each cell: [pixel, how much of the cell it covers] …
    Array.from({ length: cells }, (_, cell) => {
      const [from, to] = [(cell * n) / cells, ((cell + 1) * n) / cells];
      const pixels = [];
      for (let i = Math.floor(from); i < Math.ceil(to) && i < n; i += 1) {
        pixels.push([i, (Math.min(i + 1, to) - Math.max(i, from)) / (to - from)]);
      }
      return pixels;
    });
  const [columns, rows] = [share(width, wide), share(height, high)];
  const small = new Float64Array(wide * high);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      for (const [j, down] of row) {
        for (const [i, right] of column) {
          small[y * wide + x] += ink[(top + j) * size + left + i] * down * right;
        }
      }
    });
  });
  return small;
}

// Draws a line with round ends into ink of 0 to 255 on a square of size × size; a pixel at the line's
// edge is covered as far as its middle is within.
export function stroke(ink, size, [fromX, fromY, toX, toY], radius) {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const long = alongX ** 2 + alongY ** 2;
  const [top, bottom] = [Math.min(fromY, toY) - radius - 1, Math.max(fromY, toY) + radius + 1];
  const [left, right] = [Math.min(fromX, toX) - radius - 1, Math.max(fromX, toX) + radius + 1];
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(size, bottom); y += 1) {
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(size, right); x += 1) {
      const [dx, dy] = [x + 0.5 - fromX, y + 0.5 - fromY];
      const place = long ? Math.min(1, Math.max(0, (dx * alongX + dy * alongY) / long)) : 0;
      const away = Math.hypot(dx - place * alongX, dy - place * alongY);
      const covered = Math.round(255 * Math.min(1, Math.max(0, radius + 0.5 - away)));
      ink[y * size + x] = Math.max(ink[y * size + x], covered);
    }
  }
}

// Ink of 0 to 255 on a square of size × size → inputs of 0 to 1 for 28 × 28, or null if blank.
export function normalise(ink, size) {
  let [left, right, top, bottom] = [size, -1, size, -1];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (ink[y * size + x] > FAINT) {
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      }
    }
  }
  if (right < 0) return null;
  const box = { left, top, width: right - left + 1, height: bottom - top + 1 };
  const scale = BOX / Math.max(box.width, box.height);
  const wide = Math.max(1, Math.round(box.width * scale));
  const high = Math.max(1, Math.round(box.height * scale));
  const small = shrink(ink, size, box, wide, high);

  let [sum, alongX, alongY] = [0, 0, 0];
  for (let y = 0; y < high; y += 1) {
    for (let x = 0; x < wide; x += 1) {
      const value = small[y * wide + x];
      sum += value;
      alongX += value * x;
      alongY += value * y;
    }
  }
  // MNIST's centre of mass is in pixel 14, within half a pixel of its middle.
  const start = (mean, n) => Math.floor(Math.min(SIDE - n, Math.max(0, SIDE / 2 - mean + 0.5)));
  const [x0, y0] = [start(alongX / sum, wide), start(alongY / sum, high)];
  const inputs = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < high; y += 1) {
    for (let x = 0; x < wide; x += 1) {
      inputs[(y0 + y) * SIDE + x0 + x] = Math.round(small[y * wide + x]) / 255;
    }
  }
  return inputs;
}

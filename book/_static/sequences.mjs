// Networks that read an image as a sequence of its rows: recurrent and attention networks.

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

// The products of a matrix's rows, from row `first` on, with the values that `column` says.
function products(matrix, columns, first, rows, values, column = 0) {
  const found = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const start = (first + row) * columns + column;
    let sum = 0;
    for (let i = 0; i < values.length; i += 1) sum += matrix[start + i] * values[i];
    found[row] = sum;
  }
  return found;
}

// The state of gated units after one row more; see the formulas in 10_sequences.
function updated({ cell, units, row: width, matrices: [weight, bias] }, state, row) {
  const columns = width + units;
  const both = (own) => {
    const joined = new Float64Array(columns);
    joined.set(row);
    joined.set(own, width);
    return joined;
  };
  if (cell === 1) { // FastGRNN: one sum for the gate and the candidate
    const sums = products(weight, columns, 0, units, both(state));
    return state.map((h, i) => {
      const z = sigmoid(sums[i] + bias[i]);
      return z * h + (1 - z) * Math.tanh(sums[i] + bias[units + i]);
    });
  }
  const gates = products(weight, columns, 0, 2 * units, both(state)).map((sum, i) => sigmoid(sum + bias[i]));
  const reset = both(state.map((h, i) => gates[i] * h));
  const candidates = products(weight, columns, 2 * units, units, reset);
  return state.map((h, i) => {
    const z = gates[units + i];
    return z * h + (1 - z) * Math.tanh(candidates[i] + bias[2 * units + i]);
  });
}

function* states(network, inputs) {
  let state = new Float64Array(network.units);
  for (let at = 0; at < inputs.length; at += network.row) {
    state = updated(network, state, inputs.subarray(at, at + network.row));
    yield state;
  }
}

function scores({ units, outputs, matrices: [, , out, bias] }, state) {
  return products(out, units, 0, outputs, state).map((sum, i) => sum + bias[i]);
}

function recurrent(network, inputs) {
  const { cell, units } = network;
  const state = [...states(network, inputs)].at(-1);
  const tiles = network.parts[0].rows;
  const hidden = new Float64Array(tiles); // a unit's last tile is its candidate's
  hidden.set(state.map(Math.abs), cell === 1 ? 0 : tiles - units);
  return { logits: scores(network, state), hidden };
}

// Waves that tell where a row stands: sines and cosines of slower and slower angles.
function position(step, width) {
  return Float64Array.from({ length: width }, (_, i) => {
    const angle = step * 10000 ** (-2 * Math.floor(i / 2) / width);
    return i % 2 ? Math.cos(angle) : Math.sin(angle);
  });
}

// Numbers with mean 0 and variance 1, as torch's layer_norm has them.
function normal(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}

// What comes out of the second half of a matrix's rows, each with its weight.
function handedOn(matrix, width, weights) {
  const found = new Float64Array(width);
  weights.forEach((weight, row) => {
    for (let i = 0; i < width; i += 1) found[i] += weight * matrix[(2 * row + 1) * width + i];
  });
  return found;
}

function mixed(queries, keys, values, { width, heads }) {
  const size = width / heads;
  return queries.map((query) => {
    const found = new Float64Array(width);
    for (let head = 0; head < heads; head += 1) {
      const [from, to] = [head * size, (head + 1) * size];
      const scores = keys.map((key) => {
        let sum = 0;
        for (let i = from; i < to; i += 1) sum += query[i] * key[i];
        return sum / Math.sqrt(size);
      });
      const largest = Math.max(...scores);
      const shares = scores.map((score) => Math.exp(score - largest));
      const total = shares.reduce((a, b) => a + b, 0);
      values.forEach((value, j) => {
        for (let i = from; i < to; i += 1) found[i] += (shares[j] / total) * value[i];
      });
    }
    return found;
  });
}

function attention(network, inputs) {
  const { row, width, inner, blocks, outputs, matrices } = network;
  const plus = (a, ...others) => a.map((value, i) => others.reduce((sum, b) => sum + b[i], value));
  const [embed, embedBias] = matrices;
  const found = Array.from({ length: inputs.length / row }, (_, step) =>
    plus(products(embed, row, 0, width, inputs.subarray(step * row, (step + 1) * row)), embedBias));
  const hidden = found.reduce((a, b) => a.map((value, i) => Math.max(value, b[i])));
  let rows = found.map((values, step) => plus(values, position(step, width)));
  for (let block = 0; block < blocks; block += 1) {
    const [match, hand, relu, bias] = matrices.slice(2 + 4 * block, 6 + 4 * block);
    const part = (from, length) => bias.subarray(from, from + length);
    const seen = rows.map(normal);
    const half = (matrix, count, values, column) => products(matrix, 2 * width, 0, count, values, column);
    const queries = seen.map((values) => plus(half(match, width, values, 0), part(0, width)));
    const keys = seen.map((values) => half(match, width, values, width));
    const values = seen.map((one) => half(hand, width, one, 0));
    const taken = mixed(queries, keys, values, network);
    rows = rows.map((one, i) => plus(one, handedOn(hand, width, taken[i]), part(width, width)));
    rows = rows.map((one) => {
      const sums = plus(half(relu, inner, normal(one), 0), part(2 * width, inner));
      const active = sums.map((sum) => Math.max(0, sum));
      return plus(one, handedOn(relu, width, active), part(2 * width + inner, width));
    });
  }
  const mean = plus(new Float64Array(width), ...rows).map((sum) => sum / rows.length);
  const [out, outBias] = matrices.slice(-2);
  return { logits: plus(products(out, width, 0, outputs, mean), outBias), hidden };
}

// Runs a network on the first rows of an image, or all: { logits, hidden }, hidden being by how much
// each tile of the first matrix counts: the size of a unit's state, at its candidate's tile; what
// becomes of a row at most.
export function follow(network, inputs) {
  const rows = Float64Array.from(inputs);
  return network.kind === 2 ? recurrent(network, rows) : attention(network, rows);
}

// The scores of gated units after each row.
export function byRow(network, inputs) {
  return [...states(network, Float64Array.from(inputs))].map((state) => scores(network, state));
}

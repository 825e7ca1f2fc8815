// A nested network's matrices are those of a convolutional one in another order: what it has of a
// unit of the second layer is one row, its kernels and behind them its outgoing weights.

// [biases, filters, units] → weight and bias of each of the three layers.
export function unpacked({ layers }, [biases, filters, rows]) {
  const [first, second, last] = layers;
  const width = rows.length / second.rows;
  const outgoing = last.columns / second.rows; // places of a unit
  const into = new Float32Array(second.rows * second.columns);
  const out = new Float32Array(last.rows * last.columns);
  for (let unit = 0; unit < second.rows; unit += 1) {
    const row = rows.subarray(unit * width, (unit + 1) * width);
    into.set(row.subarray(0, second.columns), unit * second.columns);
    for (let output = 0; output < last.rows; output += 1) {
      const start = second.columns + output * outgoing;
      out.set(row.subarray(start, start + outgoing), output * last.columns + unit * outgoing);
    }
  }
  const outputs = last.rows + first.rows;
  return [
    filters, biases.slice(last.rows, outputs),
    into, biases.slice(outputs),
    out, biases.slice(0, last.rows),
  ];
}

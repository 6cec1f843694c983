/**
 * Positions of the values in increasing order, equal values in their given order. A radix sort on the bits of the
 * numbers: linear in their count, about five times as fast for a few thousand draws as sorting by comparison, and it
 * gives the permutation that ranks need. NaN is not allowed (callers check).
 */
export function argsort(values: Float64Array): Uint32Array {
  const n = values.length;
  const bytes = new Uint8Array(8 * n);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < n; i++) {
    const x = values[i]!;
    view.setFloat64(8 * i, x);
    // Read as an unsigned integer, a positive number orders as it should once its sign bit is set, a negative one
    // (and −0) once all its bits are flipped.
    const high = view.getUint32(8 * i);
    if (high >>> 31 === 0) {
      view.setUint32(8 * i, high | 0x80000000);
    } else {
      view.setUint32(8 * i, ~high);
      view.setUint32(8 * i + 4, ~view.getUint32(8 * i + 4));
    }
  }

  let order = new Uint32Array(n);
  let other = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  const starts = new Uint32Array(256);
  for (let digit = 7; digit >= 0; digit--) {
    starts.fill(0);
    for (let i = digit; i < bytes.length; i += 8) starts[bytes[i]!]!++;
    if (n === 0 || starts[bytes[digit]!] === n) continue; // all alike in this byte
    for (let b = 0, sum = 0; b < 256; b++) {
      const count = starts[b]!;
      starts[b] = sum;
      sum += count;
    }
    for (let k = 0; k < n; k++) {
      const i = order[k]!;
      other[starts[bytes[8 * i + digit]!]!++] = i;
    }
    [order, other] = [other, order];
  }
  return order;
}

/** The values in the order of `argsort`. */
export function permuted(values: Float64Array, order: Uint32Array): Float64Array {
  const out = new Float64Array(order.length);
  for (let k = 0; k < out.length; k++) out[k] = values[order[k]!]!;
  return out;
}

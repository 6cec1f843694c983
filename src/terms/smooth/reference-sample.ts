/**
 * The sample of knots that mgcv takes where there are more than 2,000 distinct points, so that its smooths of large data are
 * met too: R's generator (Mersenne twister; Matsumoto & Nishimura 1998), its scrambling of a seed (w ← 69069·w + 1) and its choice
 * of an index by rejection of random bits (R documentation, `?RNG`).
 */
const N = 624;
const M = 397;

/** `count` different indices below `size`, in the order drawn. */
export function sampleWithoutReplacement(size: number, count: number, seed: number): Int32Array {
  const random = twister(seed);
  const left = Int32Array.from({ length: size }, (_, i) => i);
  let remaining = size;
  return Int32Array.from({ length: count }, () => {
    const at = indexBelow(remaining, random);
    const chosen = left[at]!;
    remaining--;
    left[at] = left[remaining]!;
    return chosen;
  });
}

/** Uniform below n: as many bits as n − 1 has, drawn again until they are below n. */
function indexBelow(n: number, random: () => number): number {
  let bits = 0;
  while (2 ** bits < n) bits++;
  for (;;) {
    let value = 0;
    for (let have = 0; have <= bits; have += 16) value = 65536 * value + Math.floor(random() * 65536);
    if (bits < 53) value %= 2 ** bits;
    if (value < n) return value;
  }
}

/** Uniform numbers in (0, 1) with 32 random bits. */
function twister(seed: number): () => number {
  let word = seed >>> 0;
  const next = (): number => {
    word = (Math.imul(69069, word) + 1) >>> 0;
    return word;
  };
  for (let i = 0; i < 50; i++) next();
  next();
  const state = Uint32Array.from({ length: N }, next);
  let at = N;
  return () => {
    if (at >= N) {
      for (let i = 0; i < N; i++) {
        const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
        state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return Math.min(
      1 - 2.328306437080797e-10,
      Math.max(2.328306437080797e-10, (y >>> 0) * 2.3283064365386963e-10),
    );
  };
}

/** A number as R writes it into text: 15 significant digits, in whichever notation is shorter. */
export function textOf(value: number): string {
  if (value === 0) return "0";
  const [mantissa, exponentText] = value.toExponential(14).split("e") as [string, string];
  const digits = mantissa.replace("-", "").replace(".", "").replace(/0+$/, "");
  const exponent = Number(exponentText);
  const sign = value < 0 ? "-" : "";
  const power = Math.abs(exponent) < 10 ? `0${Math.abs(exponent)}` : String(Math.abs(exponent));
  const scientific = `${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${exponent < 0 ? "-" : "+"}${power}`;
  let fixed: string;
  if (exponent < 0) fixed = `0.${"0".repeat(-exponent - 1)}${digits}`;
  else if (digits.length <= exponent + 1) fixed = digits + "0".repeat(exponent + 1 - digits.length);
  else fixed = `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
  return sign + (fixed.length <= scientific.length ? fixed : scientific);
}

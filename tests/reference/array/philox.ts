/** Philox 4x32-10 in big integers. */
export function philox(counter: readonly number[], key: readonly number[]): number[] {
  let [a, b, c, d] = counter as [number, number, number, number];
  let [k, l] = key as [number, number];
  for (let round = 0; round < 10; round++) {
    const p = 0xd2511f53n * BigInt(a);
    const q = 0xcd9e8d57n * BigInt(c);
    const high = (value: bigint) => Number(value >> 32n);
    const low = (value: bigint) => Number(value & 0xffffffffn);
    [a, b, c, d] = [(high(q) ^ b ^ k) >>> 0, low(q), (high(p) ^ d ^ l) >>> 0, low(p)];
    k = (k + 0x9e3779b9) >>> 0;
    l = (l + 0xbb67ae85) >>> 0;
  }
  return [a, b, c, d];
}

/** The first `count` words of the stream that starts at a counter. */
export function words(seed: number, counter: number, count: number): number[] {
  return Array.from({ length: Math.ceil(count / 4) }, (_, i) => {
    const at = counter + i;
    return philox(
      [at >>> 0, Math.floor(at / 2 ** 32), 0, 0],
      [seed >>> 0, Math.floor(seed / 2 ** 32)],
    );
  }).flat().slice(0, count);
}

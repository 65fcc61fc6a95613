/**
 * Which of so many blocks are aggregated: the last one in evaluation; in training all, "random_N" (the
 * last and N - 1 others, drawn) or "fixed_I_J" (those, counted from 0).
 */
export function supervisedBlocks(
  rule: string,
  blocks: number,
  { training, random }: { readonly training: boolean; readonly random: () => number },
): number[] {
  const all = Array.from({ length: blocks }, (_, i) => i);
  if (!training) return all.slice(-1);
  if (rule === "all") return all;
  const [kind, ...numbers] = rule.split("_");
  const values = numbers.map(Number);
  if (kind === "random" && values.length === 1 && values[0]! >= 1 && values[0]! <= blocks) {
    const others = values[0] === 1 ? [] : all.slice(0, -1);
    while (others.length > values[0]! - 1) others.splice(Math.floor(random() * others.length), 1);
    return [...others, blocks - 1];
  }
  if (kind === "fixed" && values.length && values.every((block) => all.includes(block))) {
    return values;
  }
  throw new RangeError(
    `Cannot supervise blocks "${rule}": with ${blocks} blocks, "all", "random_1" to "random_${blocks}" and "fixed_0" to "fixed_${
      blocks - 1
    }" are possible`,
  );
}

/** A number in [0, 1) from a place in the stream of random numbers, so that a resumed run repeats it. */
export function oneDraw(
  { seed, counter }: { readonly seed: number; readonly counter: number },
): number {
  let mixed = Math.imul((seed ^ counter) + 0x9e3779b9, 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

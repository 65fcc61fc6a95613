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

import { Tensor } from "../../../gpu/tensor.ts";
import type { Gaussians } from "../gaussians.ts";
import { evenParts, type Parts } from "./parts.ts";

/** A part may be so many times as large as the mean before Gaussians move. */
const SLACK = 1.1;

/** A run of rows that goes to a rank; counted among this rank's rows. */
interface Run {
  readonly first: number;
  readonly count: number;
}

/**
 * Moves Gaussians, with their moments, between ranks once a part has grown far beyond the others, so that
 * all are alike; their order stays. One parameter is in memory besides at a time.
 */
export async function balanceParts(parts: Parts, gaussians: Gaussians): Promise<void> {
  const { ranks, counts, total } = parts;
  const largest = counts.reduce((most, count) => Math.max(most, count), 0);
  if (!parts.spread || largest <= SLACK * total / ranks.size) return;
  const goal = evenParts(total, ranks.size);
  const runs = runsOf({ first: parts.first, count: counts[ranks.rank]! }, goal);
  for (const [, parameter] of gaussians.groups()) {
    const moved = new Map<Tensor, Tensor>();
    for (const tensor of [parameter.value, ...parameter.moments ?? []]) {
      moved.set(tensor, await moveRows(tensor, { runs, parts }));
    }
    parameter.resize((tensor) => moved.get(tensor)!);
  }
  gaussians.dropGradients();
  await parts.settle(gaussians.count);
}

/** The rows of this rank's that each rank is to own. */
export function runsOf(own: Run, goal: readonly number[]): Run[] {
  let before = 0;
  return goal.map((count) => {
    const from = Math.max(own.first, before);
    const to = Math.min(own.first + own.count, before += count);
    const first = Math.min(own.count, from - own.first);
    return { first, count: Math.max(0, to - from) };
  });
}

/** Sends rows where they belong and returns those that this rank is to own, in their order. */
async function moveRows(
  tensor: Tensor,
  { runs, parts: { ranks } }: { readonly runs: readonly Run[]; readonly parts: Parts },
): Promise<Tensor> {
  const { gpu, shape } = tensor;
  const width = shape.slice(1).reduce((product, extent) => product * extent, 1);
  const blocks: Float32Array[] = [];
  for (const [rank, { first, count }] of runs.entries()) {
    const stays = rank === ranks.rank || !count;
    blocks.push(stays ? new Float32Array(0) : await readRows(tensor, { first, count, width }));
  }
  const arrived = await ranks.exchange(blocks);
  const kept = runs[ranks.rank]!;
  const lengths = arrived.map((block, rank) =>
    rank === ranks.rank ? kept.count * width : block.length
  );
  const all = lengths.reduce((sum, length) => sum + length, 0);
  const moved = gpu.lasting(() => Tensor.empty(gpu, [all / width, ...shape.slice(1)]));
  let at = moved.byteOffset;
  for (const [rank, block] of arrived.entries()) {
    const length = lengths[rank]!;
    if (length && rank === ranks.rank) {
      const from = tensor.byteOffset + 4 * width * kept.first;
      gpu.commands.copyBuffer(tensor.buffer, from, moved.buffer, at, 4 * length);
    } else if (length) {
      const place = moved.viewAt(at, [length]);
      place.write(block);
      place.release();
    }
    at += 4 * length;
  }
  return moved;
}

async function readRows(
  { gpu, buffer, byteOffset, shape }: Tensor,
  { first, count, width }: Run & { readonly width: number },
): Promise<Float32Array> {
  const copy = Tensor.empty(gpu, [count, ...shape.slice(1)]);
  const from = byteOffset + 4 * width * first;
  gpu.commands.copyBuffer(buffer, from, copy.buffer, copy.byteOffset, copy.bytes);
  return await copy.read("f32").finally(() => copy.release());
}

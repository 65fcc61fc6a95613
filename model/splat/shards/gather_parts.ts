import type { ArrivingSplats } from "../../../data/splats/splat_stream.ts";
import { allocateSplats, type Splats } from "../../../data/splats/splats.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { Spread } from "../../run/trainee.ts";
import { type Gaussians, type Group, GROUPS } from "../gaussians.ts";
import type { Parts } from "./parts.ts";

/** Numbers that are on their way to rank 0 at once: 16 MiB. */
const PIECE = 1 << 22;

/** Gaussians that lie in parts on ranks, as a run saves them. */
export function spreadOf(parts: Parts): Spread {
  const groups: readonly string[] = GROUPS;
  return {
    rows: (key) => groups.includes(key) ? parts.total : null,
    state: () => parts.total,
    async *pieces(tensor) {
      for await (const [piece] of gatherRows(parts, [tensor])) yield piece!;
    },
  };
}

/** All Gaussians on rank 0, some at a time; the other ranks give theirs and get none. */
export function arrivingSplats(
  parts: Parts,
  gaussians: Gaussians,
  piece = PIECE,
): ArrivingSplats {
  const degree = gaussians.maxDegree;
  const groups = gaussians.groups();
  return {
    count: parts.total,
    degree,
    async *blocks() {
      for await (
        const columns of gatherRows(parts, groups.map(([, { value }]) => value), piece)
      ) {
        const by = Object.fromEntries(groups.map(([name], i) => [name, columns[i]!])) as Record<
          Group,
          Float32Array
        >;
        yield {
          count: by.opacity.length,
          degree,
          positions: by.xyz,
          logScales: by.scaling,
          quaternions: by.rotation,
          opacities: by.opacity,
          shDc: by.featuresDc,
          shRest: by.featuresRest ?? new Float32Array(0),
        };
      }
    },
  };
}

/** All of them in memory at once. */
export async function arrived({ count, degree, blocks }: ArrivingSplats): Promise<Splats> {
  const all = allocateSplats(count, degree);
  let before = 0;
  for await (const block of blocks()) {
    for (const name of COLUMNS) {
      const width = block[name].length / block.count;
      all[name].set(block[name], before * width);
    }
    before += block.count;
  }
  return all;
}

const COLUMNS = ["positions", "logScales", "quaternions", "opacities", "shDc", "shRest"] as const;

/** Rows of tensors, the same ones of each, part after part; on rank 0 alone. */
async function* gatherRows(
  { ranks, counts }: Parts,
  tensors: readonly Tensor[],
  piece = PIECE,
): AsyncGenerator<Float32Array[]> {
  const widths = tensors.map(({ shape }) => shape.slice(1).reduce((a, b) => a * b, 1));
  const width = widths.reduce((a, b) => a + b, 0);
  const most = Math.max(1, Math.floor(piece / width));
  for (const [owner, count] of counts.entries()) {
    for (let first = 0; first < count; first += most) {
      const rows = Math.min(most, count - first);
      const own = owner === ranks.rank ? await readRows(tensors, { first, rows, width }) : null;
      const blocks: Float32Array[] = counts.map(() => new Float32Array(0));
      if (own && owner > 0) blocks[0] = own;
      const block = owner > 0 ? (await ranks.exchange(blocks))[owner]! : own;
      if (ranks.rank > 0) continue;
      let at = 0;
      yield widths.map((each) => block!.subarray(at, at += each * rows));
    }
  }
}

async function readRows(
  tensors: readonly Tensor[],
  { first, rows, width }: { readonly first: number; readonly rows: number; readonly width: number },
): Promise<Float32Array> {
  const { gpu } = tensors[0]!;
  const together = Tensor.empty(gpu, [rows * width]);
  let at = together.byteOffset;
  for (const { buffer, byteOffset, shape } of tensors) {
    const row = 4 * shape.slice(1).reduce((a, b) => a * b, 1);
    gpu.commands.copyBuffer(buffer, byteOffset + row * first, together.buffer, at, row * rows);
    at += row * rows;
  }
  return await together.read("f32").finally(() => together.release());
}

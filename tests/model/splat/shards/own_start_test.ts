import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  allocateSplats,
  columnsOf,
  type ShDegree,
  type Splats,
} from "../../../../data/splats/splats.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { splatConfig } from "../../../../model/splat/config.ts";
import { ownStart } from "../../../../model/splat/shards/own_part.ts";
import { trainedInPieces } from "../../../../model/splat/shards/trained_in_pieces.ts";
import {
  scenePoints,
  type StartSource,
  trainedSplats,
} from "../../../../model/splat/training/start_source.ts";
import { noise } from "../../../support.ts";
import { ranksInProcess } from "../../run/ranks/in_process.ts";

function splatsOf(count: number, degree: ShDegree): Splats {
  const splats = allocateSplats(count, degree);
  columnsOf(splats).forEach(([, column], i) => column.set(noise(i + 1, column.length)));
  return splats;
}

/** The parts of all ranks one after the other, by column. */
function parts(source: StartSource, ranks: number): number[][] {
  const starts = ranksInProcess(ranks).map((one) => ownStart(source, one));
  for (const { counts, activeDegree } of starts) {
    assertEquals([counts, activeDegree], [starts[0]!.counts, source.make().activeDegree]);
  }
  return columnsOf(source.make().splats).map(([name]) =>
    starts.flatMap(({ splats }) => [...splats[name]])
  );
}

const columns = ({ splats }: { readonly splats: Splats }) =>
  columnsOf(splats).map(([, column]) => [...column]);

Deno.test("ranks make their parts of a file's Gaussians, a piece at a time, as one that reads it whole", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (
      const [count, degree, wanted, broken] of [[23, 1, 1, 3], [23, 2, 1, 9], [9, 0, 2, 0]] as const
    ) {
      const splats = splatsOf(count, degree);
      // What cannot be drawn is left out, and moves what comes after.
      for (let i = 0; i < broken; i++) splats.positions[6 * i] = NaN;
      const file = join(folder, "some.ply");
      await writeSplats(file, splats);
      const whole = await trainedSplats(file, wanted);
      for (const piece of [1, 7, 100]) {
        const inPieces = await trainedInPieces(file, wanted, piece);
        assertEquals(inPieces.count, whole.count);
        assertEquals(inPieces.points, whole.points);
        assertEquals(inPieces.remarks, whole.remarks);
        assertEquals(columns({ splats: inPieces.some(5) }), columns({ splats: whole.some(5) }));
        for (const ranks of [2, 3]) assertEquals(parts(inPieces, ranks), columns(whole.make()));
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("ranks make their parts of a scene's points with the neighbours of all", () => {
  const positions = Float32Array.from(noise(1, 3 * 40));
  const colours = Uint8Array.from(noise(2, 3 * 40, 0, 255));
  const scene = { points: { positions, colours } } as Parameters<typeof scenePoints>[0];
  for (const strategy of ["default", "mcmc"] as const) {
    const source = scenePoints(scene, splatConfig({ strategy }));
    for (const ranks of [2, 3]) assertEquals(parts(source, ranks), columns(source.make()));
  }
  // Fewer than ranks are left to all.
  const few = { points: { positions: positions.subarray(0, 3), colours: colours.subarray(0, 3) } };
  const one = scenePoints(few as typeof scene, splatConfig({}));
  assertEquals(ownStart(one, ranksInProcess(2)[1]!).splats.count, 1);
});

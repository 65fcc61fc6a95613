import { openSplats } from "../../../data/splats/read_splats.ts";
import {
  allocateSplats,
  copySplats,
  joinSplats,
  selectSplats,
  type ShDegree,
  sliceSplats,
  type Splats,
  withDegree,
} from "../../../data/splats/splats.ts";
import { dropUnusable, unusableText } from "../../../data/splats/usable.ts";
import { pointsOf, spreadRows, type StartSource } from "../training/start_source.ts";

/** Gaussians in memory at once, beside those that are kept: some 16 MiB of degree 3. */
const PIECE = 1 << 16;

/**
 * Trained Gaussians of a file of which a process keeps a run: it goes through the file a piece at a
 * time, once for what there is of all (how many are usable, their centres and colours) and once for its
 * own. Kinds of files that decode as a whole are read so.
 */
export async function trainedInPieces(
  file: string,
  degree: ShDegree,
  piece = PIECE,
): Promise<StartSource> {
  const { reader, remarks } = await openSplats(file);
  function* usable(): Generator<readonly [first: number, splats: Splats]> {
    for (let from = 0, first = 0; from < reader.count; from += piece) {
      const splats = dropUnusable(reader.read(from, Math.min(reader.count, from + piece)));
      yield [first, withDegree(splats, degree)];
      first += splats.count;
    }
  }
  const seen: { positions: Float32Array; shDc: Float32Array }[] = [];
  let harmonics = false;
  for (const [, { positions, shDc, shRest }] of usable()) {
    harmonics ||= shRest.some((value) => value !== 0);
    seen.push({ positions: positions.slice(), shDc: shDc.slice() });
  }
  const all = {
    positions: joined(seen.map(({ positions }) => positions)),
    shDc: joined(seen.map(({ shDc }) => shDc)),
  };
  const count = all.positions.length / 3;
  const dropped = unusableText(file, reader.count, count);
  const run = (first: number, end: number) => {
    const own = allocateSplats(end - first, degree);
    for (const [at, splats] of usable()) {
      const [from, to] = [Math.max(first, at), Math.min(end, at + splats.count)];
      if (from >= to) continue;
      copySplats(
        sliceSplats(splats, from - at, to - at),
        sliceSplats(own, from - first, to - first),
      );
    }
    return own;
  };
  return {
    count,
    degree,
    points: pointsOf(all),
    remarks: [
      ...remarks.map((text) => ({ text: `${file}: ${text}` })),
      ...(dropped === null ? [] : [{ text: dropped, lost: true }]),
    ],
    some: (most) => {
      const places = spreadRows(count, most);
      const chosen: Splats[] = [];
      let done = 0;
      for (const [at, splats] of usable()) {
        const from = done;
        while (done < places.length && places[done]! < at + splats.count) done++;
        chosen.push(selectSplats(splats, places.subarray(from, done).map((row) => row - at)));
      }
      return joinSplats(chosen);
    },
    // All harmonics of a trained file are in use; a fresh one has none but the first.
    make: ([first, end] = [0, count]) => ({
      splats: run(first, end),
      activeDegree: harmonics ? degree : 0,
    }),
  };
}

/** Columns one after the other. */
function joined(columns: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

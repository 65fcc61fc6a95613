import { keepWhere } from "../../splats.ts";
import type { SplatActionDefinition } from "../action.ts";
import { Ellipsoid } from "./ellipsoid.ts";
import { solidNumbers } from "./filter_floaters.ts";
import { SolidVoxels } from "./solid_voxels.ts";

const MOST_VOXELS = 4096;
// Of a long Gaussian so much of its box must lie in the cluster: spikes go.
const SHARE = 0.1;

/** Keeps what hangs together around a point. */
export const filterCluster: SplatActionDefinition = {
  letter: "C",
  value: "VOXEL,CUTOFF,LEAST,X,Y,Z",
  optional: true,
  help:
    "Keep the cluster of filled voxels around a point, and what fills one of them to the least " +
    "(1,0.999,0.1 and the origin if not given)",
  parse(text) {
    const [voxel, cutoff, least, x = 0, y = 0, z = 0] = solidNumbers(text, [1, 0.999, 0.1], [3, 6]);
    const seed = [-x, -y, z]; // in the axes of `Ellipsoid`
    return (splats, remark) => {
      const most = { voxels: MOST_VOXELS, centre: seed };
      const voxels = new SolidVoxels(splats, { voxel, cutoff, most });
      const cluster = clusterAround(voxels, seed);
      if (cluster === null) {
        remark("no voxel is filled to the cut-off, so there is no cluster");
        return keepWhere(splats, () => false);
      }
      const ellipsoid = new Ellipsoid(splats);
      return keepWhere(splats, (i) => {
        const { centre, extent } = ellipsoid.moveTo(i);
        const at = [0, 1, 2].map((k) => voxels.voxelAt(centre[k]!, k)) as [number, number, number];
        if (cluster[voxels.cell(...at)] === 1) return true;
        const long = extent.some((half) => 2 * half > 2 * voxel);
        const volume = extent.reduce((product, half) => product * 2 * half / voxel, 1);
        const enough = long ? Math.ceil(SHARE * volume) : 1;
        return voxels.contributions(ellipsoid, cluster, { least, enough }) >= enough;
      });
    };
  },
};

type Voxel = [x: number, y: number, z: number];

/** Marks the solid voxels that hang together by their faces with the one nearest to a point. */
function clusterAround(voxels: SolidVoxels, seed: readonly number[]): Uint8Array | null {
  const start = nearestSolid(voxels, seed);
  if (start === null) return null;
  const marked = new Uint8Array(voxels.solid.length);
  marked[voxels.cell(...start)] = 1;
  const open: Voxel[] = [start];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (let axis = 0; axis < 3; axis++) {
      for (const step of [-1, 1]) {
        const beside: Voxel = [...next];
        beside[axis] = beside[axis]! + step;
        if (beside[axis]! < 0 || beside[axis]! >= 4 * voxels.blocks[axis]!) continue;
        const cell = voxels.cell(...beside);
        if (cell < 0 || voxels.solid[cell] !== 1 || marked[cell] === 1) continue;
        marked[cell] = 1;
        open.push(beside);
      }
    }
  }
  return marked;
}

function nearestSolid(voxels: SolidVoxels, seed: readonly number[]): Voxel | null {
  const from = [0, 1, 2].map((k) =>
    Math.max(0, Math.min(4 * voxels.blocks[k]! - 1, voxels.voxelAt(seed[k]!, k)))
  ) as Voxel;
  if (voxels.solid[voxels.cell(...from)] === 1) return from;
  let found: Voxel | null = null;
  let least = Infinity;
  voxels.forEachCell((x, y, z, cell) => {
    if (voxels.solid[cell] !== 1) return;
    const away = (x - from[0]) ** 2 + (y - from[1]) ** 2 + (z - from[2]) ** 2;
    if (away < least) [found, least] = [[x, y, z], away];
  });
  return found;
}

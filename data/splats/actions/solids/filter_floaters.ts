import { keepWhere } from "../../splats.ts";
import { numbersOf, type SplatActionDefinition } from "../action.ts";
import { Ellipsoid } from "./ellipsoid.ts";
import { SolidVoxels } from "./solid_voxels.ts";

/** Leaves out Gaussians that float alone. */
export const filterFloaters: SplatActionDefinition = {
  value: "VOXEL,CUTOFF,LEAST",
  optional: true,
  help: "Leave out Gaussians that neither lie in a voxel which all of them together fill to the " +
    "cut-off, nor fill one to the least (0.05,0.1,0.004 if not given)",
  parse(text) {
    const [voxel, cutoff, least] = solidNumbers(text, [0.05, 0.1, 0.004], 3);
    return (splats) => {
      const voxels = new SolidVoxels(splats, { voxel, cutoff });
      const ellipsoid = new Ellipsoid(splats);
      return keepWhere(splats, (i) => {
        const { centre } = ellipsoid.moveTo(i);
        const [x, y, z] = [0, 1, 2].map((k) => voxels.voxelAt(centre[k]!, k));
        if (voxels.solid[voxels.cell(x!, y!, z!)] === 1) return true;
        return voxels.contributions(ellipsoid, voxels.solid, { least, enough: 1 }) > 0;
      });
    };
  },
};

/** Edge of a voxel, cut-off and least share of a value, then what else it has. */
export function solidNumbers(
  text: string,
  otherwise: readonly [number, number, number],
  counts: number | readonly number[],
): [voxel: number, cutoff: number, least: number, ...rest: number[]] {
  if (text === "") return [...otherwise];
  const [voxel = 0, cutoff = 0, least = 0, ...rest] = numbersOf(text, counts);
  if (voxel < 0.01 || !(cutoff > 0 && cutoff < 1) || !(least > 0 && least < 1)) {
    throw new RangeError(
      "its voxel must have an edge of 0.01 at least, its cut-off and least share lie between 0 and 1",
    );
  }
  return [voxel, cutoff, least, ...rest];
}

import { type Cleaned, withoutSmallParts } from "../../../data/meshes/mesh_parts.ts";
import { surfaceNets } from "../../../data/meshes/surface_nets.ts";
import { writeMesh } from "../../../data/meshes/write_mesh.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import type { ReadSplatsOptions } from "../../../data/splats/splat_format.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import { dropUnusable } from "../../../data/splats/usable.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import {
  countPairs,
  drawPairs,
  drawSplats,
} from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { noGradient } from "../../../gpu/tape.ts";
import { Gaussians } from "../gaussians.ts";
import { checkPairs } from "../plan/limits.ts";
import { gridOf, rangeOf, type SplatGrid, type VoxelRange } from "../voxels/voxel_range.ts";
import { DistanceField } from "./distance_field.ts";
import { camerasAround, trainedCameras } from "./mesh_cameras.ts";

/** Voxels along the longest edge where no size is given. */
const VOXELS = 192;
/** Voxels on either side of a surface in which its distance is known. */
const TRUNCATION = 4;
/** Views that must say something of a voxel. */
const LEAST_VIEWS = 2;
/** How far around the cameras' middle the box reaches, in units of how far they are spread. */
const REACH = 3;

/** How to make a mesh of Gaussians. */
export interface MeshOptions {
  /** The box, in the Gaussians' frame; one that holds them, within reach of the cameras, unless given. */
  readonly range?: VoxelRange | undefined;
  /** Edge of a voxel; a 192nd of the box's longest edge unless given. */
  readonly voxelSize?: number | undefined;
  /** Parts with fewer triangles than this share of the largest part's are left out; 0.01 unless given. */
  readonly leastPart?: number | undefined;
  /** Is told how many views are fused. */
  readonly onView?: ((done: number, total: number) => void) | undefined;
}

/** A mesh of Gaussians, and what it was made of. */
export interface SplatMesh extends Cleaned {
  /** The voxels that it was found in. */
  readonly grid: SplatGrid;
  /** Views that were fused. */
  readonly views: number;
}

/** What a mesh was written of. */
export interface MeshReport {
  /** The file. */
  readonly path: string;
  /** How many it has. */
  readonly vertices: number;
  /** How many it has. */
  readonly triangles: number;
  /** Parts that hang together. */
  readonly parts: number;
  /** Those left out for their size. */
  readonly dropped: number;
  /** Voxels along x, y and z. */
  readonly dims: readonly [number, number, number];
  /** Their edge. */
  readonly voxelSize: number;
  /** Views that were fused. */
  readonly views: number;
  /** Gaussians that were drawn. */
  readonly gaussians: number;
  /** Gaussians that were left out. */
  readonly unusable: number;
  /** What is to be said of the file. */
  readonly remarks: readonly string[];
}

/**
 * The surface that Gaussians show to cameras: depth maps, fused into a truncated signed distance field (Curless
 * and Levoy 1996), its zeros as surface nets, without small parts.
 */
export async function meshSplats(
  gpu: Gpu,
  splats: Splats,
  cameras: readonly RasterCamera[],
  { range = reachedRange(splats, cameras), voxelSize, leastPart = 0.01, onView }: MeshOptions = {},
): Promise<SplatMesh> {
  const longest = Math.max(...[0, 1, 2].map((k) => range[k + 3]! - range[k]!));
  const grid = gridOf(range, voxelSize ?? longest / VOXELS);
  const gaussians = new Gaussians(gpu, splats);
  gaussians.activeDegree = splats.degree;
  const field = new DistanceField(gpu, grid, TRUNCATION * grid.voxelSize);
  try {
    onView?.(0, cameras.length);
    for (const [i, camera] of cameras.entries()) {
      await addView(field, gaussians, camera, `view ${i + 1}`);
      onView?.(i + 1, cameras.length);
    }
    const surface = surfaceNets(await field.read({ least: Math.min(LEAST_VIEWS, cameras.length) }));
    if (!surface.indices.length) {
      throw Object.assign(
        new RangeError(
          `Cannot make a mesh: ${cameras.length} views show no surface in the box ${
            range.map((value) => Number(value.toPrecision(4))).join(" ")
          }`,
        ),
        { hint: "--range takes another box, --voxel-size smaller voxels" },
      );
    }
    return { ...withoutSmallParts(surface, leastPart), grid, views: cameras.length };
  } finally {
    field.release();
    gaussians.release();
  }
}

/** Reads Gaussians of any kind of file, or of a model with its cameras, and writes their mesh. */
export async function meshFile(
  gpu: Gpu,
  { input, output, reading, ...options }: MeshOptions & {
    /** A file, or the folder of a model. */
    readonly input: string;
    /** GLB or PLY. */
    readonly output: string;
    readonly reading?: ReadSplatsOptions;
  },
): Promise<MeshReport> {
  const { splats: read, remarks } = await readSplats(input, reading);
  const splats = dropUnusable(read);
  if (splats.count === 0) {
    throw new RangeError(
      `Cannot make a mesh of "${input}": none of its ${read.count} Gaussians can be drawn`,
    );
  }
  const trained = trainedCameras(input);
  const cameras = trained ?? camerasAround(options.range ?? rangeOf(splats));
  const { mesh, parts, dropped, grid, views } = await meshSplats(gpu, splats, cameras, options);
  writeMesh(output, mesh);
  return {
    path: output,
    vertices: mesh.positions.length / 3,
    triangles: mesh.indices.length / 3,
    parts,
    dropped,
    dims: grid.dims,
    voxelSize: grid.voxelSize,
    views,
    gaussians: splats.count,
    unusable: read.count - splats.count,
    remarks: [
      ...remarks,
      ...trained ? [] : [`it has no cameras, ${views} around it are taken: insides stay unseen`],
    ],
  };
}

async function addView(
  field: DistanceField,
  gaussians: Gaussians,
  camera: RasterCamera,
  view: string,
): Promise<void> {
  const { gpu } = gaussians;
  using _scope = gpu.scope();
  const options = { gradients: "exact" } as const;
  const splats = noGradient(gpu, () => drawSplats(gaussians.inputs(), camera, options));
  const pairs = await countPairs(splats);
  checkPairs(gpu, { view, pairs, views: 1 }, { gaussians: gaussians.count, action: "draw" });
  const drawn = noGradient(
    gpu,
    () => drawPairs(splats, camera, { ...options, capacity: Math.max(1, pairs) }),
  );
  field.integrate({ ...drawn, camera });
}

/** The box of the Gaussians, as far as the cameras reach. */
function reachedRange(splats: Splats, cameras: readonly RasterCamera[]): VoxelRange {
  const range = rangeOf(splats);
  const centres = cameras.map(({ position }) => [position[0]!, position[1]!, position[2]!]);
  const middle = [0, 1, 2].map((k) =>
    centres.reduce((sum, centre) => sum + centre[k]! / centres.length, 0)
  );
  const spread = centres.reduce(
    (most, centre) => Math.max(most, Math.hypot(...centre.map((v, k) => v - middle[k]!))),
    0,
  );
  const reach = REACH * spread;
  if (!(reach > 0)) return range;
  return range.map((value, i) =>
    i < 3 ? Math.max(value, middle[i]! - reach) : Math.min(value, middle[i - 3]! + reach)
  ) as unknown as VoxelRange;
}

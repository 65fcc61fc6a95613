import type { GlbMesh } from "../formats/glb.ts";

/** Labelled voxels: x slowest, z fastest, in a frame with z up. */
export interface LabelledVoxels {
  /** One for each voxel. */
  readonly labels: ArrayLike<number>;
  /** Voxels along each axis. */
  readonly dims: readonly [x: number, y: number, z: number];
  /** Low corner, metres. */
  readonly origin: readonly [number, number, number];
  /** Edge of a voxel, metres. */
  readonly cell: number;
  /** RGB bytes by label; labels past it are empty. */
  readonly palette: readonly (readonly [number, number, number])[];
  /** Names by label. */
  readonly names: readonly string[];
}

// The four corners of a face, counter-clockwise as seen along its normal for a positive one.
const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]] as const;

/**
 * The faces between voxels and empty space, those of one class and plane merged into rectangles, a
 * mesh for each class; in glTF's frame (x right, y up, z back).
 */
export function voxelMeshes(voxels: LabelledVoxels): GlbMesh[] {
  const { palette, names } = voxels;
  const rectangles = palette.map((): Rectangle[] => []);
  for (const rectangle of visibleRectangles(voxels)) rectangles[rectangle.label]!.push(rectangle);
  return rectangles.flatMap((list, label) =>
    list.length ? [meshOf(list, names[label] ?? `class_${label}`, palette[label]!, voxels)] : []
  );
}

interface Rectangle {
  readonly label: number;
  readonly axis: number;
  /** Whether the outside is towards larger coordinates. */
  readonly positive: boolean;
  /** In voxels: along the axis, then low corner and extent along the two others. */
  readonly plane: number;
  readonly low: readonly [number, number];
  readonly extent: readonly [number, number];
}

function* visibleRectangles(
  { labels, dims, palette }: LabelledVoxels,
): Generator<Rectangle> {
  const strides = [dims[1] * dims[2], dims[2], 1] as const;
  const solid = palette.length;
  for (let axis = 0; axis < 3; axis++) {
    // u and v so that u, v, axis turn as x, y, z do.
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    const [nu, nv] = [dims[u]!, dims[v]!];
    const faces = new Int32Array(nu * nv);
    for (const positive of [false, true]) {
      const step = positive ? strides[axis]! : -strides[axis]!;
      for (let layer = 0; layer < dims[axis]!; layer++) {
        const outermost = layer === (positive ? dims[axis]! - 1 : 0);
        for (let a = 0; a < nu; a++) {
          for (let b = 0; b < nv; b++) {
            const at = layer * strides[axis]! + a * strides[u]! + b * strides[v]!;
            const label = labels[at]!;
            const hidden = label >= solid || !outermost && labels[at + step]! < solid;
            faces[a * nv + b] = hidden ? -1 : label;
          }
        }
        const plane = layer + Number(positive);
        for (const merged of merge(faces, nu, nv)) yield { ...merged, axis, positive, plane };
      }
    }
  }
}

/** Covers what is not -1 with rectangles of one value, first as long, then as wide as they get. */
function* merge(faces: Int32Array, nu: number, nv: number) {
  for (let a = 0; a < nu; a++) {
    for (let b = 0; b < nv;) {
      const label = faces[a * nv + b]!;
      if (label < 0) {
        b++;
        continue;
      }
      let long = 1;
      while (b + long < nv && faces[a * nv + b + long] === label) long++;
      let wide = 1;
      while (a + wide < nu && rowIs(faces, (a + wide) * nv + b, long, label)) wide++;
      for (let i = 0; i < wide; i++) {
        faces.fill(-1, (a + i) * nv + b, (a + i) * nv + b + long);
      }
      yield { label, low: [a, b] as const, extent: [wide, long] as const };
      b += long;
    }
  }
}

function rowIs(faces: Int32Array, start: number, length: number, label: number): boolean {
  for (let i = start; i < start + length; i++) if (faces[i] !== label) return false;
  return true;
}

function meshOf(
  rectangles: readonly Rectangle[],
  name: string,
  colour: readonly [number, number, number],
  { origin, cell }: LabelledVoxels,
): GlbMesh {
  const count = 4 * rectangles.length;
  const positions = new Float32Array(3 * count);
  const normals = new Float32Array(3 * count);
  const colours = new Uint8Array(4 * count);
  const indices = new Uint32Array(6 * rectangles.length);
  rectangles.forEach(({ axis, positive, plane, low, extent }, r) => {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    CORNERS.forEach((corner, k) => {
      const at = 4 * r + k;
      const place = [0, 0, 0];
      place[axis] = origin[axis]! + cell * plane;
      place[u] = origin[u]! + cell * (low[0] + corner[0] * extent[0]);
      place[v] = origin[v]! + cell * (low[1] + corner[1] * extent[1]);
      const normal = [0, 0, 0];
      normal[axis] = positive ? 1 : -1;
      positions.set(upright(place), 3 * at);
      normals.set(upright(normal), 3 * at);
      colours.set([...colour, 255], 4 * at);
    });
    const order = positive ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2];
    indices.set(order.map((k) => 4 * r + k), 6 * r);
  });
  return { name, positions, normals, colours, indices };
}

/** From x right, y forward, z up to x right, y up, z back. */
function upright([x, y, z]: readonly number[]): [number, number, number] {
  return [x!, z!, y! === 0 ? 0 : -y!];
}

import { readBytes } from "../files/door.ts";
import { mat4 } from "gl-matrix";
import { readJson } from "./json/json.ts";
import { readingAt } from "./unreadable.ts";

/** What a transforms.json says of a lens, in pixels; null where it leaves that to the image. */
export interface TransformsCamera {
  readonly width: number | null;
  readonly height: number | null;
  readonly fx: number | null;
  readonly fy: number | null;
  readonly cx: number | null;
  readonly cy: number | null;
  /** Horizontal and vertical field of view in radians, for files that give no focal length. */
  readonly angleX: number | null;
  readonly angleY: number | null;
  /** `camera_model` as the file has it; null where it does not say. */
  readonly model: string | null;
  /** Whether the distortion is that of a fisheye lens (k1 to k4) and not k1 k2 p1 p2 k3 k4. */
  readonly fisheye: boolean;
  /** By name: k1 to k6, p1, p2; those not given are absent. */
  readonly distortion: Record<string, number>;
}

/** One frame of a transforms.json. */
export interface TransformsFrame {
  /** As the file has it, relative to the file's folder; Blender's have no extension. */
  readonly imagePath: string;
  readonly depthPath: string | null;
  readonly maskPath: string | null;
  /** 4 x 4, row by row; the camera's axes are OpenGL's: x right, y up, looking along -z. */
  readonly worldFromCamera: number[];
  readonly camera: TransformsCamera;
}

/** The content of a transforms.json. */
export interface Transforms {
  readonly frames: TransformsFrame[];
  /** Names of pictures to train on, to validate on and to test on; null where the file does not say. */
  readonly splits: Record<"train" | "val" | "test", string[] | null>;
  /** Point cloud to start from, relative to the file's folder. */
  readonly pointsPath: string | null;
  /** instant-ngp's size of the scene, a power of two. */
  readonly aabbScale: number | null;
  /** 3 x 4 or 4 x 4, row by row: what nerfstudio applied to the original poses. */
  readonly appliedTransform: number[] | null;
}

/**
 * Reads a transforms.json of NeRF's Blender scenes, instant-ngp or nerfstudio. What the file gives for
 * all frames stands in each frame's camera unless the frame has its own.
 */
export function readTransforms(
  input: Uint8Array | string,
  { file = typeof input === "string" ? input : "memory" }: { file?: string } = {},
): Transforms {
  const bytes = typeof input === "string" ? readBytes(input) : input;
  const json = readJson(bytes, file);
  return readingAt(file, 0, () => {
    if (!isRecord(json)) throw new RangeError("it is not a JSON object");
    if (!Array.isArray(json.frames)) throw new RangeError("it has no list of frames");
    const shared = readCamera(json, "the file", null);
    return {
      frames: json.frames.map((frame, i) => readFrame(frame, `frame ${i}`, shared)),
      splits: {
        train: names(json, "train_filenames"),
        val: names(json, "val_filenames"),
        test: names(json, "test_filenames"),
      },
      pointsPath: text(json, "ply_file_path", "the file"),
      aabbScale: number(json, "aabb_scale", "the file"),
      appliedTransform: json.applied_transform === undefined
        ? null
        : matrix(json.applied_transform, "the applied transform").slice(0, 12),
    };
  });
}

/** Focal lengths and principal point in pixels of an image. */
export interface TransformsIntrinsics {
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
}

/**
 * Works out the intrinsics for an image of the size given, which is asked for only where the file says
 * none: focal lengths from the fields of view, one for both axes if only one is known, the principal
 * point in the middle. Throws a RangeError if nothing tells the focal length.
 */
export function transformsIntrinsics(
  camera: TransformsCamera,
  image?: { width: number; height: number },
): TransformsIntrinsics {
  const width = camera.width ?? image?.width;
  const height = camera.height ?? image?.height;
  if (width === undefined || height === undefined) {
    throw new RangeError("Cannot use a camera: the file gives no size, the image's must be given");
  }
  const x = camera.fx ?? focal(width, camera.angleX);
  const y = camera.fy ?? focal(height, camera.angleY);
  const fx = x ?? y;
  const fy = y ?? x;
  if (fx === null || fy === null) {
    throw new RangeError("Cannot use a camera: it has no focal length, nor a field of view");
  }
  return { width, height, fx, fy, cx: camera.cx ?? width / 2, cy: camera.cy ?? height / 2 };
}

function focal(size: number, angle: number | null): number | null {
  return angle === null ? null : size / (2 * Math.tan(angle / 2));
}

/**
 * Inverts a frame's pose into COLMAP's and OpenCV's axes (x right, y down, z forward): the 4 x 4 matrix,
 * row by row, that takes world to camera. Throws a RangeError if the pose cannot be inverted.
 */
export function cameraFromWorld({ worldFromCamera, imagePath }: TransformsFrame): number[] {
  // The camera's y and z axes, columns 1 and 2, change sign.
  const flipped = worldFromCamera.map((value, i) => (i % 4 === 1 || i % 4 === 2) ? -value : value);
  // gl-matrix counts by columns; the inverse of a transpose is the transpose of the inverse.
  const inverse = new Array<number>(16).fill(0);
  if (!mat4.invert(inverse as unknown as mat4, flipped as unknown as mat4)) {
    throw new RangeError(`Cannot use the pose of "${imagePath}": it has no inverse`);
  }
  return inverse;
}

type Json = Record<string, unknown>;

function readFrame(frame: unknown, what: string, shared: TransformsCamera): TransformsFrame {
  if (!isRecord(frame)) throw new RangeError(`${what} is not an object`);
  const imagePath = text(frame, "file_path", what);
  if (!imagePath) throw new RangeError(`${what} has no file_path`);
  return {
    imagePath,
    depthPath: text(frame, "depth_file_path", what),
    maskPath: text(frame, "mask_path", what),
    worldFromCamera: matrix(frame.transform_matrix, `the matrix of ${what}`),
    camera: readCamera(frame, what, shared),
  };
}

const DISTORTION = ["k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2"];

function readCamera(json: Json, what: string, shared: TransformsCamera | null): TransformsCamera {
  const read = (name: string, inherited: number | null | undefined) =>
    number(json, name, what) ?? inherited ?? null;
  const fisheye = json.camera_model === undefined && json.is_fisheye === undefined
    ? shared?.fisheye ?? false
    : json.is_fisheye === true || /FISHEYE/i.test(String(json.camera_model));
  // A frame that says is_fisheye alone does not take the file's model over.
  const model = text(json, "camera_model", what) ??
    (json.is_fisheye === undefined ? shared?.model ?? null : null);
  const distortion: Record<string, number> = {};
  for (const name of DISTORTION) {
    const value = read(name, shared?.distortion[name]);
    if (value !== null) distortion[name] = value;
  }
  const camera = {
    width: read("w", shared?.width),
    height: read("h", shared?.height),
    fx: read("fl_x", shared?.fx),
    fy: read("fl_y", shared?.fy),
    cx: read("cx", shared?.cx),
    cy: read("cy", shared?.cy),
    angleX: read("camera_angle_x", shared?.angleX),
    angleY: read("camera_angle_y", shared?.angleY),
  };
  for (const name of ["width", "height", "fx", "fy", "angleX", "angleY"] as const) {
    const value = camera[name];
    if (value !== null && value <= 0) throw new RangeError(`${what} has a ${name} of ${value}`);
  }
  return { ...camera, model, fisheye, distortion };
}

function matrix(rows: unknown, what: string): number[] {
  const complete = Array.isArray(rows) && (rows.length === 3 || rows.length === 4) &&
    rows.every((row) => Array.isArray(row) && row.length === 4 && row.every(Number.isFinite));
  if (!complete) throw new RangeError(`${what} is not 4 x 4 numbers`);
  return [...rows, [0, 0, 0, 1]].slice(0, 4).flat();
}

function number(json: Json, name: string, what: string): number | null {
  const value = json[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new RangeError(`${what} has a ${name} that is no number`);
  }
  return value;
}

function text(json: Json, name: string, what: string): string | null {
  const value = json[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw new RangeError(`${what} has a ${name} that is no string`);
  return value;
}

function names(json: Json, name: string): string[] | null {
  const value = json[name];
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string")) {
    throw new RangeError(`the file has a ${name} that is no list of names`);
  }
  return value.length ? value : null;
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { ByteCursor } from "../pickle/byte_cursor.ts";
import { locate } from "../unreadable.ts";
import { COLMAP_MODELS, type ColmapCamera, makeCamera } from "./models.ts";
import { addById, checkImage, type ColmapImage, type ColmapPoints } from "./reconstruction.ts";

// Least bytes that one of each takes, with which counts are held against the file before allocating.
const IMAGE_BYTES = 73;
const POINT_BYTES = 51;

/** Reads cameras.bin. */
export function readCamerasBinary(bytes: Uint8Array, file: string): Map<number, ColmapCamera> {
  return reading(bytes, file, (input) => {
    const cameras = new Map<number, ColmapCamera>();
    const models = Object.keys(COLMAP_MODELS);
    for (let count = input.length(8); count > 0; count--) {
      const id = int32(input);
      const code = int32(input);
      const model = models[code];
      if (model === undefined) throw new RangeError(`camera model ${code} is not known`);
      const [width, height] = [input.length(8), input.length(8)];
      const params = doubles(input, COLMAP_MODELS[model]!.length);
      addById(cameras, makeCamera({ id, model, width, height, params }), "camera");
    }
    return cameras;
  });
}

/** Reads images.bin. */
export function readImagesBinary(bytes: Uint8Array, file: string): Map<number, ColmapImage> {
  return reading(bytes, file, (input) => {
    const images = new Map<number, ColmapImage>();
    const count = input.length(8);
    input.need(count * IMAGE_BYTES);
    for (let i = 0; i < count; i++) {
      const id = int32(input);
      const [w, x, y, z] = doubles(input, 4) as [number, number, number, number];
      const [tx, ty, tz] = doubles(input, 3) as [number, number, number];
      const cameraId = int32(input);
      const end = bytes.indexOf(0, input.position);
      if (end < 0) throw new RangeError("the name of an image has no end");
      const name = new TextDecoder().decode(input.slice(end - input.position));
      input.take(1);
      const observations = input.length(8);
      input.need(24 * observations);
      const xys = new Float64Array(2 * observations);
      const pointIds = new Float64Array(observations);
      for (let k = 0; k < observations; k++) {
        const at = input.take(24);
        xys[2 * k] = input.view.getFloat64(at, true);
        xys[2 * k + 1] = input.view.getFloat64(at + 8, true);
        pointIds[k] = Number(input.view.getBigInt64(at + 16, true));
      }
      const image: ColmapImage = {
        ...{ id, rotation: [w, x, y, z], translation: [tx, ty, tz], cameraId, name, xys, pointIds },
      };
      addById(images, checkImage(image), "image");
    }
    return images;
  });
}

/** Reads points3D.bin. */
export function readPointsBinary(bytes: Uint8Array, file: string): ColmapPoints {
  return reading(bytes, file, (input) => {
    const { view } = input;
    const count = input.length(8);
    input.need(count * POINT_BYTES);
    const observations = Math.floor((bytes.length - input.position - count * POINT_BYTES) / 8);
    const points: ColmapPoints = {
      ids: new Float64Array(count),
      positions: new Float64Array(3 * count),
      colors: new Uint8Array(3 * count),
      errors: new Float64Array(count),
      trackOffsets: new Uint32Array(count + 1),
      trackImageIds: new Int32Array(observations),
      trackIndices: new Int32Array(observations),
    };
    let seen = 0;
    for (let i = 0; i < count; i++) {
      const at = input.take(POINT_BYTES);
      points.ids[i] = Number(view.getBigUint64(at, true));
      for (let axis = 0; axis < 3; axis++) {
        points.positions[3 * i + axis] = view.getFloat64(at + 8 + 8 * axis, true);
        points.colors[3 * i + axis] = bytes[at + 32 + axis]!;
      }
      points.errors[i] = view.getFloat64(at + 35, true);
      const length = Number(view.getBigUint64(at + 43, true));
      // The points still to come need their bytes too.
      input.need(8 * length + (count - i - 1) * POINT_BYTES);
      for (let k = 0; k < length; k++) {
        const place = input.take(8);
        points.trackImageIds[seen] = view.getInt32(place, true);
        points.trackIndices[seen++] = view.getInt32(place + 4, true);
      }
      points.trackOffsets[i + 1] = seen;
    }
    return {
      ...points,
      trackImageIds: points.trackImageIds.subarray(0, seen),
      trackIndices: points.trackIndices.subarray(0, seen),
    };
  });
}

function reading<T>(bytes: Uint8Array, file: string, read: (input: ByteCursor) => T): T {
  const input = new ByteCursor(bytes, 0);
  try {
    return read(input);
  } catch (error) {
    throw locate(error, file, input.position);
  }
}

function int32(input: ByteCursor): number {
  return input.view.getInt32(input.take(4), true);
}

function doubles(input: ByteCursor, count: number): number[] {
  const start = input.take(8 * count);
  return Array.from({ length: count }, (_, i) => input.view.getFloat64(start + 8 * i, true));
}

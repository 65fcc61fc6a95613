import { locate } from "../unreadable.ts";
import { type ColmapCamera, makeCamera } from "./models.ts";
import { addById, checkImage, type ColmapImage, type ColmapPoints } from "./reconstruction.ts";

/** Reads cameras.txt: CAMERA_ID MODEL WIDTH HEIGHT PARAMS… per line. */
export function readCamerasText(bytes: Uint8Array, file: string): Map<number, ColmapCamera> {
  const cameras = new Map<number, ColmapCamera>();
  forEachLine(new Lines(bytes), file, (line) => {
    const [id, model, width, height, ...params] = words(line);
    const camera = {
      id: integer(id),
      model: model!,
      width: integer(width),
      height: integer(height),
      params: params.map(number),
    };
    addById(cameras, makeCamera(camera), "camera");
  });
  return cameras;
}

/**
 * Reads images.txt: IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME, and on a second line, which may be
 * empty, X Y POINT3D_ID per observation. A name is the rest of its line, spaces included. A file without
 * any second lines, as some exporters write it, is read too.
 */
export function readImagesText(bytes: Uint8Array, file: string): Map<number, ColmapImage> {
  return readImageLines(bytes, file, everyLineIsAnImage(bytes));
}

/** The ten entries of an image's line but for its name. */
type ImageLine = [
  id: number,
  w: number,
  x: number,
  y: number,
  z: number,
  tx: number,
  ty: number,
  tz: number,
  cameraId: number,
];

/** An image's line, its name not a number: an observation has none that is not. */
const IMAGE_LINE = /^((?:\S+\s+){9})(\S.*?)\s*$/;

function everyLineIsAnImage(bytes: Uint8Array): boolean {
  const lines = new Lines(bytes);
  let count = 0;
  for (let line = lines.next(); line !== null; line = lines.next()) {
    if (line === "" || line.startsWith("#")) continue;
    const name = IMAGE_LINE.exec(line)?.[2];
    if (name === undefined || !/[^\d\s.eE+-]/.test(name)) return false;
    count++;
  }
  return count > 1;
}

function readImageLines(
  bytes: Uint8Array,
  file: string,
  single: boolean,
): Map<number, ColmapImage> {
  const images = new Map<number, ColmapImage>();
  const lines = new Lines(bytes);
  forEachLine(lines, file, (line) => {
    const match = IMAGE_LINE.exec(line);
    if (!match) throw new RangeError("the line of an image has no ten entries");
    const [id, w, x, y, z, tx, ty, tz, cameraId] = words(match[1]!).map(number) as ImageLine;
    const second = single ? "" : lines.next() ?? "";
    const observations = words(second);
    if (observations.length % 3) {
      throw new RangeError(
        `image ${id} has points of no three entries${
          /[A-Za-z]/.test(observations.at(-1)!)
            ? ": this line looks like another image, each takes two, the second may be empty"
            : ""
        }`,
      );
    }
    const count = observations.length / 3;
    const xys = new Float64Array(2 * count);
    const pointIds = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      xys[2 * k] = number(observations[3 * k]);
      xys[2 * k + 1] = number(observations[3 * k + 1]);
      pointIds[k] = integer(observations[3 * k + 2]);
    }
    const image: ColmapImage = {
      ...{ id, rotation: [w, x, y, z], translation: [tx, ty, tz], cameraId, name: match[2]! },
      ...{ xys, pointIds },
    };
    integer(String(id));
    integer(String(cameraId));
    addById(images, checkImage(image), "image");
  });
  return images;
}

/** Reads points3D.txt: POINT3D_ID X Y Z R G B ERROR, then IMAGE_ID POINT2D_IDX per observation. */
export function readPointsText(bytes: Uint8Array, file: string): ColmapPoints {
  const rows: number[][] = [];
  let observations = 0;
  forEachLine(new Lines(bytes), file, (line) => {
    const row = words(line).map(number);
    if (row.length < 8 || row.length % 2) throw new RangeError("the line of a point is incomplete");
    if (
      ![row[4], row[5], row[6]].every((byte) => Number.isInteger(byte) && byte! >= 0 && byte! < 256)
    ) {
      throw new RangeError("the colour of a point is not three bytes");
    }
    rows.push(row);
    observations += (row.length - 8) / 2;
  });
  const count = rows.length;
  const points: ColmapPoints = {
    ids: Float64Array.from({ length: count }, (_, i) => rows[i]![0]!),
    positions: new Float64Array(3 * count),
    colors: new Uint8Array(3 * count),
    errors: Float64Array.from({ length: count }, (_, i) => rows[i]![7]!),
    trackOffsets: new Uint32Array(count + 1),
    trackImageIds: new Int32Array(observations),
    trackIndices: new Int32Array(observations),
  };
  let seen = 0;
  rows.forEach((row, i) => {
    points.positions.set(row.slice(1, 4), 3 * i);
    points.colors.set(row.slice(4, 7), 3 * i);
    for (let k = 8; k < row.length; k += 2) {
      points.trackImageIds[seen] = row[k]!;
      points.trackIndices[seen++] = row[k + 1]!;
    }
    points.trackOffsets[i + 1] = seen;
  });
  return points;
}

/** The lines of a file one at a time: it may be longer than a string can be. */
class Lines {
  /** Where the line last returned starts. */
  start = 0;
  #end = 0;

  constructor(readonly bytes: Uint8Array) {}

  next(): string | null {
    const { bytes } = this;
    if (this.#end >= bytes.length) return null;
    this.start = this.#end;
    const feed = bytes.indexOf(10, this.start);
    this.#end = feed < 0 ? bytes.length : feed + 1;
    return new TextDecoder().decode(bytes.subarray(this.start, this.#end)).trim();
  }
}

function forEachLine(lines: Lines, file: string, step: (line: string) => void): void {
  for (let line = lines.next(); line !== null; line = lines.next()) {
    if (line === "" || line.startsWith("#")) continue;
    try {
      step(line);
    } catch (error) {
      throw locate(error, file, lines.start);
    }
  }
}

function words(line: string): string[] {
  return line === "" ? [] : line.split(/\s+/);
}

function number(word: string | undefined): number {
  if (word === undefined) throw new RangeError("the line is incomplete");
  const value = /^-?nan$/i.test(word) ? NaN : Number(word.replace(/^([+-]?)inf$/i, "$1Infinity"));
  if (Number.isNaN(value) && !/nan/i.test(word)) {
    throw new RangeError(`"${word.slice(0, 40)}" is no number`);
  }
  return value;
}

function integer(word: string | undefined): number {
  const value = number(word);
  if (!Number.isSafeInteger(value)) throw new RangeError(`"${word}" is no whole number`);
  return value;
}

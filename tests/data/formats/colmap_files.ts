import { COLMAP_MODELS, type ColmapReconstruction } from "../../../data/formats/colmap.ts";

/** Writes a reconstruction as COLMAP's binary files, for tests of the reader. */
export function writeColmapBinary(
  { cameras, images, points }: Omit<ColmapReconstruction, "remarks">,
): Record<string, Uint8Array> {
  const models = Object.keys(COLMAP_MODELS);
  const files = {
    "cameras.bin": new Writer(),
    "images.bin": new Writer(),
    "points3D.bin": new Writer(),
  };
  let out = files["cameras.bin"];
  out.long(cameras.size);
  for (const { id, model, width, height, params } of cameras.values()) {
    out.int(id).int(models.indexOf(model)).long(width).long(height).doubles(params);
  }
  out = files["images.bin"];
  out.long(images.size);
  for (const image of images.values()) {
    out.int(image.id).doubles(image.rotation).doubles(image.translation).int(image.cameraId);
    out.bytes(new TextEncoder().encode(image.name + "\0")).long(image.pointIds.length);
    image.pointIds.forEach((id, k) => out.doubles(image.xys.slice(2 * k, 2 * k + 2)).long(id));
  }
  out = files["points3D.bin"];
  out.long(points.ids.length);
  points.ids.forEach((id, i) => {
    out.long(id).doubles(points.positions.slice(3 * i, 3 * i + 3));
    out.bytes(points.colors.slice(3 * i, 3 * i + 3)).doubles([points.errors[i]!]);
    const [from, to] = points.trackOffsets.slice(i, i + 2);
    out.long(to! - from!);
    for (let k = from!; k < to!; k++) {
      out.int(points.trackImageIds[k]!).int(points.trackIndices[k]!);
    }
  });
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, file.finish()]));
}

/** Writes a reconstruction as COLMAP's text files, for tests of the reader. */
export function writeColmapText(
  { cameras, images, points }: Omit<ColmapReconstruction, "remarks">,
): Record<string, Uint8Array> {
  const lines = {
    "cameras.txt": [...cameras.values()].map(({ id, model, width, height, params }) =>
      [id, model, width, height, ...params].join(" ")
    ),
    "images.txt": [...images.values()].flatMap((image) => [
      [image.id, ...image.rotation, ...image.translation, image.cameraId, image.name].join(" "),
      Array.from(image.pointIds, (id, k) => `${image.xys[2 * k]} ${image.xys[2 * k + 1]} ${id}`)
        .join(" "),
    ]),
    "points3D.txt": Array.from(points.ids, (id, i) => {
      const track: number[] = [];
      for (let k = points.trackOffsets[i]!; k < points.trackOffsets[i + 1]!; k++) {
        track.push(points.trackImageIds[k]!, points.trackIndices[k]!);
      }
      const position = points.positions.slice(3 * i, 3 * i + 3);
      const color = points.colors.slice(3 * i, 3 * i + 3);
      return [id, ...position, ...color, points.errors[i], ...track].join(" ");
    }),
  };
  return Object.fromEntries(
    Object.entries(lines).map(([name, rows]) => {
      return [name, new TextEncoder().encode(["# made by a test", ...rows, ""].join("\n"))];
    }),
  );
}

class Writer {
  #bytes: number[] = [];
  readonly #view = new DataView(new ArrayBuffer(8));

  int(value: number): this {
    this.#view.setInt32(0, value, true);
    return this.#push(4);
  }

  long(value: number): this {
    this.#view.setBigInt64(0, BigInt(value), true);
    return this.#push(8);
  }

  doubles(values: Iterable<number>): this {
    for (const value of values) {
      this.#view.setFloat64(0, value, true);
      this.#push(8);
    }
    return this;
  }

  bytes(values: Uint8Array): this {
    this.#bytes.push(...values);
    return this;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #push(size: number): this {
    return this.bytes(new Uint8Array(this.#view.buffer, 0, size));
  }
}

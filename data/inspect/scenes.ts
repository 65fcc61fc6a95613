import { basename } from "@std/path";
import { openSource } from "../formats/byte_source.ts";
import { readColmapCameras, readColmapImages, readColmapPoints } from "../formats/colmap.ts";
import { decodeJpeg } from "../pictures/jpeg/jpeg.ts";
import { readJpegHeader } from "../pictures/jpeg/jpeg_header.ts";
import { isPlyList, readPly, readPlyHeader } from "../formats/ply.ts";
import { decodePng, PNG_START, readPngHeader } from "../pictures/png/png.ts";
import { decodePicture, pictureSize } from "../pictures/read_picture.ts";
import { readTransforms } from "../formats/transforms_json.ts";
import { arrayNode, type ContentNode, type ContentOptions } from "./content.ts";
import { describeValue } from "./value_tree.ts";

/** Describes a PLY file: its elements and their properties. */
export function plyContent(path: string, { values }: ContentOptions): ContentNode[] {
  const header = readPlyHeader(openSource(path));
  const elements = values ? readPly(path).elements : null;
  const nodes = header.elements.map(({ name, count, properties }): ContentNode => ({
    name,
    what: `element of ${count}`,
    children: properties.map(({ name: property, type, countType }): ContentNode => {
      const column = elements?.get(name)?.properties.get(property);
      if (!countType) {
        const data = column && !isPlyList(column) ? () => column : null;
        return arrayNode(property, { dtype: type, shape: [count] }, data);
      }
      if (!column || !isPlyList(column)) {
        return { name: property, what: `${count} lists of ${type}` };
      }
      const { values } = column;
      const node = arrayNode(property, { dtype: type, shape: [values.length] }, () => values);
      return { ...node, what: `${count} lists of ${type}, ${values.length} items` };
    }),
  }));
  const comments = header.comments.map((text) => ({ name: "comment", what: JSON.stringify(text) }));
  return [{ name: "format", what: header.format }, ...comments, ...nodes];
}

/** Describes a PNG picture. */
export function pngContent(path: string, { values }: ContentOptions): ContentNode[] {
  const source = openSource(path);
  const start = source.read(0, Math.min(PNG_START, source.size));
  const { width, height, bits, kind, interlaced } = readPngHeader(start, path);
  const what = `${width} x ${height}, ${bits} bits, ${kind}${interlaced ? ", interlaced" : ""}`;
  if (!values) return [{ name: "picture", what }];
  const { channels, data } = decodePng(source.read(0, source.size), { file: path });
  const dtype = data instanceof Uint16Array ? "uint16" : "uint8";
  const pixels = arrayNode("pixels", { dtype, shape: [height, width, channels] }, () => data);
  return [{ name: "picture", what }, pixels];
}

/** Describes a JPEG picture. */
export async function jpegContent(
  path: string,
  { values }: ContentOptions,
): Promise<ContentNode[]> {
  const bytes = Deno.readFileSync(path);
  const { width, height, components } = readJpegHeader(bytes, path);
  const what = `${width} x ${height}, ${components} components`;
  if (!values) return [{ name: "picture", what }];
  const { channels, data } = await decodeJpeg(bytes, { file: path });
  const shape = [height, width, channels];
  return [{ name: "picture", what }, arrayNode("pixels", { dtype: "uint8", shape }, () => data)];
}

/** Describes a picture of a kind that has no more to say than its size and pixels. */
export async function pictureContent(
  path: string,
  { values }: ContentOptions,
): Promise<ContentNode[]> {
  const [width, height] = pictureSize(path);
  const picture = { name: "picture", what: `${width} x ${height}` };
  if (!values) return [picture];
  const { channels, data } = await decodePicture(Deno.readFileSync(path), path);
  const dtype = data instanceof Uint16Array ? "uint16" : "uint8";
  return [picture, arrayNode("pixels", { dtype, shape: [height, width, channels] }, () => data)];
}

/** Describes a transforms.json. */
export function transformsContent(path: string, options: ContentOptions): ContentNode[] {
  return describeValue("transforms", readTransforms(path), options).children ?? [];
}

/** Says whether a path has the name of one of COLMAP's files. */
export function isColmapName(path: string): boolean {
  return /^(cameras|images|points3D)\.(bin|txt)$/.test(basename(path));
}

/** Describes one of COLMAP's three files. */
export function colmapContent(path: string, options: ContentOptions): ContentNode[] {
  const name = basename(path);
  if (name.startsWith("cameras")) {
    return [...readColmapCameras(path).values()].map(({ id, model, width, height, params }) => ({
      name: `camera ${id}`,
      what: `${model} ${width} x ${height}: ${params.join(", ")}`,
    }));
  }
  if (name.startsWith("images")) {
    return [...readColmapImages(path).values()].map(({ id, name, cameraId, pointIds }) => ({
      name: `image ${id}`,
      what: `${JSON.stringify(name)}, camera ${cameraId}, ${pointIds.length} points`,
    }));
  }
  const { ids, positions, colors, errors, trackImageIds } = readColmapPoints(path);
  const count = ids.length;
  const columns = [
    ["position", { dtype: "float64", shape: [count, 3] }, positions],
    ["color", { dtype: "uint8", shape: [count, 3] }, colors],
    ["error", { dtype: "float64", shape: [count] }, errors],
  ] as const;
  return [
    ...columns.map(([name, type, data]) =>
      arrayNode(name, type, options.values ? () => data : null)
    ),
    { name: "observations", what: String(trackImageIds.length) },
  ];
}

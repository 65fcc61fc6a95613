import { openSource } from "../formats/byte_source.ts";
import { readSplats } from "../splats/read_splats.ts";
import { columnsOf } from "../splats/splats.ts";
import { decodeWebp, readWebpSize } from "../pictures/webp.ts";
import { arrayNode, type ContentNode, type ContentOptions } from "./content.ts";

/** Describes a file of trained Gaussians: what it holds before activation, column by column. */
export async function splatsContent(
  path: string,
  { values }: ContentOptions,
): Promise<ContentNode[]> {
  const { splats, format } = await readSplats(path);
  const { count, degree } = splats;
  const what = `${count}, harmonics of degree ${degree}, ${format}`;
  const columns = columnsOf(splats).map(([name, column, width]) => {
    const shape = width === 1 ? [count] : [count, width];
    return arrayNode(name, { dtype: "float32", shape }, values ? () => column : null);
  });
  return [{ name: "Gaussians", what }, ...columns];
}

/** Describes a WebP picture. */
export async function webpContent(
  path: string,
  { values }: ContentOptions,
): Promise<ContentNode[]> {
  const source = openSource(path);
  const bytes = source.read(0, source.size);
  const { width, height, lossless } = readWebpSize(bytes, path);
  const picture = {
    name: "picture",
    what: `${width} x ${height}, ${lossless ? "lossless" : "lossy"}`,
  };
  if (!values) return [picture];
  const { data } = await decodeWebp(bytes, {
    file: path,
    maxPixels: Math.max(2 ** 24, 25 * bytes.length),
  });
  return [picture, arrayNode("pixels", { dtype: "uint8", shape: [height, width, 4] }, () => data)];
}

import { basename } from "@std/path";
import { writeAtomically } from "../files/atomic_file.ts";
import { SPLAT_FORMATS, type SplatFormat, splatFormats } from "./formats.ts";
import type { SplatFormatDefinition, WriteSplatsOptions } from "./splat_format.ts";
import type { SplatStream } from "./splat_stream.ts";
import { checkSplats, finiteMask, type Splats } from "./splats.ts";

/** The kind of file that a name asks for; a RangeError lists the kinds where it is none of them. */
export function splatFormatOf(path: string): SplatFormat {
  const name = basename(path).toLowerCase();
  const written = splatFormats().filter(([, { write }]) => write);
  const found = written.find(([, { endings }]) => endings.some((end) => name.endsWith(end)));
  if (found) return found[0];
  const endings = written.flatMap(([, { endings }]) => endings);
  throw new RangeError(`Cannot write "${path}": its name must end in ${endings.join(", ")}`);
}

/**
 * Writes trained Gaussians in the kind of file that the name asks for; the path holds the old file or
 * the whole new one, never a part. Only plain PLY takes values that are NaN or infinite.
 */
export async function writeSplats(
  path: string,
  splats: Splats,
  options: WriteSplatsOptions = {},
): Promise<void> {
  writeAtomically(path, await encodeSplats(splats, splatFormatOf(path), { ...options, path }));
}

/** The same of finite Gaussians that pass through memory in parts; their kind must be written so. */
export function writeSplatStream(
  path: string,
  stream: SplatStream,
  options: WriteSplatsOptions = {},
): void {
  const format = splatFormatOf(path);
  const { writeStream }: SplatFormatDefinition = SPLAT_FORMATS[format];
  if (!writeStream) {
    throw new RangeError(`Cannot write "${path}" in parts: ${format} needs all Gaussians at once`);
  }
  writeAtomically(path, writeStream(stream, options));
}

/** The bytes of a file of that kind, piece by piece; `path` is named in error messages. */
export async function encodeSplats(
  splats: Splats,
  format: SplatFormat,
  { path = format, ...options }: WriteSplatsOptions & { path?: string } = {},
): Promise<Iterable<Uint8Array>> {
  checkSplats(splats, `write "${path}"`);
  const { write }: SplatFormatDefinition = SPLAT_FORMATS[format];
  if (!write) {
    throw new RangeError(`Cannot write "${path}": files of the kind ${format} are only read`);
  }
  const broken = format === "ply" ? -1 : finiteMask(splats).indexOf(0);
  if (broken >= 0) {
    throw new RangeError(
      `Cannot write "${path}": Gaussian ${broken} has a NaN or infinite value, all must be finite`,
    );
  }
  return await write(splats, options);
}

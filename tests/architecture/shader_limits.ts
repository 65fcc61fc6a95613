import type { SourceFile } from "./source.ts";

/** What every WebGPU device has: storage buffers of a stage, bytes that a workgroup shares. */
const MOST_BUFFERS = 8;
const MOST_WORKGROUP_BYTES = 16_384;

// An Element (gpu/wgsl/elements/) has four numbers at most.
const BYTES: Readonly<Record<string, number>> = { f32: 4, u32: 4, i32: 4, bool: 4, Element: 16 };

/**
 * Kernels that need more than every device has and have no twin in their folder that does not: for
 * more storage buffers `<name>_narrow.wgsl` or `<name>_serial.wgsl`, for more workgroup memory the latter. Snippets may bind
 * too; what comes of it with a kernel is seen where all are compiled with the limits of plain WebGPU.
 */
export function checkShaderLimits(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  const sources = new Map(files.map(({ path, text }) => [path, text.replace(/\/\/[^\n]*/g, "")]));
  for (const [path, code] of sources) {
    if (!/^(gpu|loss|model)\/.*\.wgsl$/.test(path)) continue;
    const buffers = buffersOf(code);
    if (buffers > MOST_BUFFERS) {
      const twin = path.replace(/\.wgsl$/, "_narrow.wgsl");
      const twins = [twin, path.replace(/\.wgsl$/, "_serial.wgsl")];
      if (!twins.some((twin) => buffersOf(sources.get(twin)) <= MOST_BUFFERS)) {
        wrong.push(`${path}: ${buffers} storage buffers, ${twin} with at most 8 is needed`);
      }
    }
    const bytes = workgroupBytes(code);
    if (bytes > MOST_WORKGROUP_BYTES) {
      const twin = path.replace(/\.wgsl$/, "_serial.wgsl");
      if (!(workgroupBytes(sources.get(twin)) <= MOST_WORKGROUP_BYTES)) {
        wrong.push(
          `${path}: ${bytes} bytes of workgroup memory, ${twin} with at most 16 KiB is needed`,
        );
      }
    }
  }
  return wrong;
}

function buffersOf(code?: string): number {
  return code === undefined ? NaN : code.match(/var<storage\b/g)?.length ?? 0;
}

/** Bytes of the workgroup variables whose sizes are written in the file. */
export function workgroupBytes(code?: string): number {
  if (code === undefined) return NaN;
  const declared = [...code.matchAll(/var<workgroup>\s+\w+\s*:\s*([^;]+);/g)];
  return declared.reduce((sum, [, type]) => sum + bytesOf(type!, constantsOf(code)), 0);
}

function constantsOf(code: string): ReadonlyMap<string, number> {
  const constants = [
    ...code.matchAll(/\b(?:const|override)\s+(\w+)(?:\s*:\s*u32)?\s*=\s*(\d+)u?\s*;/g),
  ];
  return new Map(constants.map(([, name, value]) => [name!, Number(value)]));
}

/** Bytes of a type; 0 of an array whose length is given when the pipeline is made. */
function bytesOf(type: string, constants: ReadonlyMap<string, number>): number {
  const array = type.trim().match(/^array<(.+),\s*([^,]+?),?\s*>$/s);
  if (array) {
    const factors = array[2]!.split("*").map((factor) => factor.trim().replace(/u$/, ""));
    const lengths = factors.map((factor) => constants.get(factor) ?? Number(factor));
    const length = lengths.reduce((product, factor) => product * factor, 1);
    return Number.isNaN(length) ? 0 : length * bytesOf(array[1]!, constants);
  }
  const plain = type.trim().replace(/^atomic<(.+)>$/, "$1");
  const vector = plain.match(/^vec([234])(?:[fui]|<\w+>)$/);
  if (vector) return vector[1] === "2" ? 8 : 16;
  const bytes = BYTES[plain];
  if (bytes === undefined) throw new SyntaxError(`Cannot tell how many bytes "${type}" has`);
  return bytes;
}

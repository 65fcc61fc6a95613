/** A storage binding of a kernel as its WGSL file declares it. */
export interface Binding {
  readonly name: string;
  readonly index: number;
  readonly writable: boolean;
  /** Scalar type of the array, or null where it is an array of structs. */
  readonly scalar: "f32" | "u32" | "i32" | null;
  /** Bytes of one array element, to which the tensor's size must be a multiple; 4 for structs. */
  readonly stride: number;
}

interface UniformField {
  readonly name: string;
  readonly offset: number;
  readonly scalar: "f32" | "u32" | "i32";
  readonly count: number;
}

/** What a WGSL file asks of its caller, read from the file so that it is declared in one place only. */
export interface Interface {
  readonly bindings: readonly Binding[];
  readonly uniforms: readonly UniformField[];
  readonly uniformIndex: number | null;
  readonly uniformBytes: number;
  readonly workgroupSize: readonly (number | string)[];
}

const BINDING =
  /@group\(0\)\s*@binding\((\d+)\)\s*var<(storage,\s*read_write|storage,\s*read|storage|uniform)>\s*(\w+)\s*:\s*([^;]+);/g;

/** Reads bindings, the `Uniforms` struct and the workgroup size from WGSL source. */
export function readInterface(path: string, source: string): Interface {
  const code = named(source.replace(/\/\/[^\n]*/g, ""));
  const bindings: Binding[] = [];
  let uniformIndex: number | null = null;
  for (const [, index, space, name, type] of code.matchAll(BINDING)) {
    if (space === "uniform") {
      uniformIndex = Number(index);
      continue;
    }
    const vector = type!.match(/(?:vec([234])<|\bvec([234]))(f32|u32|i32|f|u|i)\b/);
    const scalar = type!.match(/\b(f32|u32|i32)\b/)?.[1] ??
      (vector ? { f: "f32", u: "u32", i: "i32" }[vector[3]!] : undefined);
    const lanes = Number(vector?.[1] ?? vector?.[2] ?? 1);
    bindings.push({
      name: name!,
      index: Number(index),
      writable: space!.endsWith("read_write"),
      scalar: (scalar ?? null) as Binding["scalar"],
      stride: lanes === 3 ? 16 : 4 * lanes,
    });
  }
  const size = code.match(/@workgroup_size\(([^)]*)\)/)?.[1];
  if (!size) throw new SyntaxError(`Cannot read "${path}": no @workgroup_size found`);
  const workgroupSize = size.split(",").map((part) => part.trim()).filter(Boolean)
    .map((part) => /^\d/.test(part) ? parseInt(part) : part);
  return { bindings, ...readUniforms(path, code), uniformIndex, workgroupSize };
}

/** With names of types (`alias Lane = vec4f;`) replaced by what they stand for. */
function named(code: string): string {
  for (const [, name, type] of code.matchAll(/\balias\s+(\w+)\s*=\s*([^;]+);/g)) {
    code = code.replaceAll(`array<${name}>`, `array<${type}>`);
  }
  return code;
}

function readUniforms(path: string, code: string) {
  const body = code.match(/struct\s+Uniforms\s*\{([^}]*)\}/)?.[1];
  const uniforms: UniformField[] = [];
  let offset = 0;
  for (const part of (body ?? "").split(",").map((field) => field.trim()).filter(Boolean)) {
    const match = part.match(
      /^(\w+)\s*:\s*(?:(f32|u32|i32)|vec([234])(?:<(f32|u32|i32)>|([fui])))$/,
    );
    if (!match) {
      throw new SyntaxError(
        `Cannot read "${path}": uniform "${part}" is neither a scalar nor a vector of f32, u32 or i32`,
      );
    }
    const scalar = match[2] ?? match[4] ?? { f: "f32", u: "u32", i: "i32" }[match[5]!];
    const count = Number(match[3] ?? 1);
    const align = count === 1 ? 4 : count === 2 ? 8 : 16;
    offset = Math.ceil(offset / align) * align;
    uniforms.push({ name: match[1]!, offset, scalar: scalar as UniformField["scalar"], count });
    offset += 4 * count;
  }
  return { uniforms, uniformBytes: Math.ceil(offset / 16) * 16 };
}

/** Writes uniform values by name into a block of the layout that WGSL prescribes; objects are left to others. */
export function writeUniforms(
  path: string,
  fields: readonly UniformField[],
  values: Readonly<Record<string, number | readonly number[] | object>>,
  target: DataView,
  at: number,
): void {
  let used = 0;
  for (const { name, offset, scalar, count } of fields) {
    const value = values[name];
    if (value === undefined) {
      throw new TypeError(`Cannot run "${path}": uniform "${name}" is missing`);
    }
    used++;
    if (typeof value !== "number" && !isList(value)) continue;
    for (let lane = 0; lane < count; lane++) {
      const number = typeof value === "number" ? value : value[lane]!;
      const position = at + offset + 4 * lane;
      if (scalar === "f32") target.setFloat32(position, number, true);
      else if (scalar === "u32") target.setUint32(position, number, true);
      else target.setInt32(position, number, true);
    }
  }
  if (used !== Object.keys(values).length) {
    const unknown = Object.keys(values).filter((name) =>
      !fields.some((field) => field.name === name)
    );
    throw new TypeError(`Cannot run "${path}": it has no uniform "${unknown.join('", "')}"`);
  }
}

function isList(value: object): value is readonly number[] {
  return Array.isArray(value);
}

/** Names of views in a file, with or without the ending of their pictures. */
export function readViewOrder(
  file: string,
  train: readonly { readonly name: string }[],
): string[] {
  const known = new Set(train.map(({ name }) => name));
  const byStem = new Map(train.map(({ name }) => [name.replace(/\.\w+$/, ""), name]));
  return Deno.readTextFileSync(file).split(/\r?\n/).map((line) => line.trim()).filter(Boolean)
    .map((line) => known.has(line) ? line : byStem.get(line.replace(/\.\w+$/, "")) ?? line);
}

/**
 * Colours by iteration: three numbers a line, or JSON with one list of them, by itself or as
 * `random_backgrounds` of an object.
 */
export function readBackgrounds(file: string): [number, number, number][] {
  const text = Deno.readTextFileSync(file);
  const rows = /^\s*[[{]/.test(text)
    ? listOf(parse(file, text), "random_backgrounds")
    : text.split(/\r?\n/).filter((line) => line.trim())
      .map((line) => line.trim().split(/[\s,]+/).map(Number));
  return rows.map((row, i) => {
    if (!(Array.isArray(row) && row.length === 3 && row.every(Number.isFinite))) {
      throw new SyntaxError(
        `Cannot read "${file}": colour ${i + 1} is ${JSON.stringify(row)}, three numbers are right`,
      );
    }
    return row as [number, number, number];
  });
}

/**
 * Normal numbers f32 [2 parents, 3] for each densification: JSON, a list with an entry for each, which is
 * a list of numbers, nested or not, or an object that holds one.
 */
export function readSplitNoise(file: string): Float32Array[] {
  return listOf(parse(file, Deno.readTextFileSync(file))).map((entry, i) => {
    const numbers = Float32Array.from(numbersOf(entry));
    if (numbers.length % 6 || !numbers.every(Number.isFinite)) {
      throw new SyntaxError(
        `Cannot read "${file}": densification ${
          i + 1
        } has ${numbers.length} numbers, three for each ` +
          "of two children of each Gaussian are right",
      );
    }
    return numbers;
  });
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${file}": it is no JSON`, { cause });
  }
}

/** A list, or that of an object: the one of the name, the only one there is, or all of its values. */
function listOf(json: unknown, name = ""): unknown[] {
  if (Array.isArray(json)) return json;
  if (typeof json !== "object" || json === null) return [];
  const named = (json as Record<string, unknown>)[name];
  if (Array.isArray(named)) return named;
  const lists = Object.values(json).filter((value) => typeof value === "object" && value !== null);
  return lists.length === 1 && Array.isArray(lists[0]) ? lists[0] : lists;
}

/** All numbers in a list; of an object, those in the lists that it holds. */
function numbersOf(entry: unknown): number[] {
  if (typeof entry === "number") return [entry];
  if (Array.isArray(entry)) return entry.flatMap(numbersOf);
  if (typeof entry !== "object" || entry === null) return [NaN];
  return Object.values(entry).filter(Array.isArray).flatMap(numbersOf);
}

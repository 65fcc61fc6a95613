import { assert } from "@std/assert";
import { readNpz } from "../../data/formats/numpy/npz.ts";
import { type HostArray, type Operator, runOperator } from "../../model/operators/operator.ts";
import { assertClose, gpuTest } from "../support.ts";

const FOLDER = new URL("../../../shared/golden/", import.meta.url);

/** Names of the golden files that fit a pattern, within a folder; none where it is absent. */
export function goldenFiles(pattern: RegExp, folder = ""): string[] {
  try {
    const names = [...Deno.readDirSync(new URL(folder, FOLDER))].map(({ name }) => name);
    return names.filter((name) => pattern.test(name)).sort().map((name) => `${folder}${name}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [];
  }
}

/** All arrays of a golden file. */
export function readGolden(name: string): Record<string, HostArray> {
  const archive = readNpz(Deno.readFileSync(new URL(name, FOLDER)));
  return Object.fromEntries(archive.names.map((key) => {
    const { shape, data } = archive.get(key);
    return [key, { shape, data: data as ArrayLike<number> }];
  }));
}

/**
 * Runs an operator on the golden files that fit a pattern, each array that it returns against the
 * file's: within 8 times the error of the original in f32 where the file holds it, else within
 * `bound` times the largest golden value. Keys that fit `leftOut` are for reading only; `errors` begins the keys of errors in f32. Where the original's gradient is off and the file holds the
 * true one too, that one is compared.
 */
export function goldenTests(
  operator: Operator,
  pattern: RegExp,
  bound: number,
  { folder = "", leftOut = /$^/, errors = "err32_" }: {
    folder?: string;
    leftOut?: RegExp;
    errors?: string;
  } = {},
): void {
  const files = goldenFiles(pattern, folder);
  if (!files.length) {
    console.log(`skipping the golden files of ${operator.name}: the folder is not there`);
  }
  for (const file of files.length ? files : [""]) {
    if (!file) {
      Deno.test({ name: `golden ${operator.name}`, ignore: true, fn() {} });
      continue;
    }
    gpuTest(`golden ${file}`, async (gpu) => {
      const golden = readGolden(file);
      // All arrays of the file, as from the command line: what it does not need does not disturb it.
      const outputs = await runOperator(gpu, operator, golden);
      const { inputs } = operator.part?.(golden) ?? operator;
      const compared = Object.keys(golden).filter((key) =>
        !(key in inputs) && !leftOut.test(key) && !key.startsWith("err32_") &&
        !(`true_${key}` in golden)
      );
      const missing = compared.filter((key) => !(key in outputs));
      assert(!missing.length, `no output ${missing}`);
      for (const key of compared) {
        const expected = golden[key]!;
        const error = golden[`${errors}${key.replace("true_", "")}`]?.data[0] ?? -1;
        const largest = Array.from(expected.data).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        assert(outputs[key]!.shape.join() === expected.shape.join(), `shape of ${key}`);
        assertClose(
          outputs[key]!.data,
          expected.data,
          { atol: error >= 0 ? 8 * error + 2e-6 * largest : bound * largest, rtol: 0 },
          key,
        );
      }
    });
  }
}

import { writeAtomically } from "../../data/files/atomic_file.ts";
import { narrowIntegers, type NdArray } from "../../data/formats/nd_array.ts";
import { readNpz, writeNpz } from "../../data/formats/numpy/npz.ts";
import type { Gpu } from "../../gpu/device.ts";
import { type HostArray, type Operator, runOperator } from "./operator.ts";
import { storedArray } from "./stored_array.ts";
import { OPERATORS } from "./table.ts";

/** An operator's name, what it computes and the arrays it takes. */
export interface OperatorListing {
  /** Name of the operator. */
  readonly name: string;
  /** What it computes. */
  readonly summary: string;
  /** Arrays that it takes. */
  readonly inputs: readonly {
    key: string;
    axes: readonly (string | number)[];
    optional: boolean;
  }[];
}

/** Every operator that can be run on arrays from a file. */
export function listOperators(): OperatorListing[] {
  return OPERATORS.map(({ name, summary, inputs }) => ({
    name,
    summary,
    inputs: Object.entries(inputs).map(([key, { axes, optional = false }]) => ({
      key,
      axes,
      optional,
    })),
  }));
}

/** The operator of that name. */
export function findOperator(name: string): Operator {
  const found = OPERATORS.find((operator) => operator.name === name);
  if (!found) {
    throw new RangeError(
      `Cannot run "${name}": there is no such operator, those there are ${
        OPERATORS.map((operator) => operator.name).join(", ")
      }`,
    );
  }
  return found;
}

/** The numeric arrays of an npz file by key. */
export function readArrays(path: string): Record<string, HostArray> {
  const npz = readNpz(path);
  return Object.fromEntries(npz.names.map((key) => {
    const { shape, data } = narrowIntegers(npz.get(key));
    return [key, { shape, data: data as Exclude<NdArray["data"], BigInt64Array | BigUint64Array> }];
  }));
}

/** Runs an operator on the arrays of one npz file and writes its outputs to another, as f32 and i32. */
export async function runOperatorFile(
  gpu: Gpu,
  name: string,
  input: string,
  output: string,
): Promise<{ key: string; shape: readonly number[] }[]> {
  const operator = findOperator(name);
  const arrays = readArrays(input);
  const outputs = await runOperator(gpu, operator, arrays);
  await gpu.check();
  writeAtomically(
    output,
    writeNpz(Object.fromEntries(
      Object.entries(outputs).map(([key, array]) => [key, storedArray(array)]),
    )),
  );
  return Object.entries(outputs).map(([key, { shape }]) => ({ key, shape }));
}

import { Parameter } from "../gpu/parameter.ts";
import type { Gpu } from "../gpu/device.ts";

/** A named array as checkpoint readers give it. */
export interface NamedArray {
  /** Extents, outermost first. */
  readonly shape: readonly number[];
  /** The numbers. */
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/** What keys and shapes weights should have and do not. */
export interface KeyDifferences {
  /** Keys of the model that are not there. */
  readonly missing: readonly string[];
  /** Keys that the model does not have. */
  readonly unexpected: readonly string[];
  /** Keys of other shapes. */
  readonly misshapen: readonly {
    readonly key: string;
    readonly shape: readonly number[];
    readonly wanted: readonly number[];
  }[];
}

/** One line with the first keys of each kind; empty where there is no difference. */
export function describeDifferences({ missing, unexpected, misshapen }: KeyDifferences): string {
  const shapes = misshapen.map(({ key, shape, wanted }) =>
    `"${key}" is [${shape}], should be [${wanted}]`
  );
  return [
    missing.length ? `${missing.length} missing (${abridge(missing)})` : "",
    unexpected.length ? `${unexpected.length} unexpected (${abridge(unexpected)})` : "",
    shapes.length ? `${shapes.length} misshapen (${abridge(shapes)})` : "",
  ].filter(Boolean).join("; ");
}

/** Weights and the modules they belong to: a tree whose paths are the checkpoint's key names. */
export class Module {
  /** Whether dropout is on and batch norms use batch statistics. */
  training = true;

  /**
   * Every parameter with its key: property names in snake_case and list positions, joined by dots,
   * in the order of declaration.
   */
  *namedParameters(prefix = ""): Generator<[string, Parameter]> {
    for (const [property, value] of Object.entries(this)) {
      yield* walkParameters(value, prefix + snakeCase(property));
    }
  }

  /** The parameters that are trained. */
  trainableParameters(): [string, Parameter][] {
    return [...this.namedParameters()].filter(([, parameter]) => parameter.trainable);
  }

  /** Switches this module and all inside between training and evaluation. */
  train(training = true): void {
    this.training = training;
    for (const module of this.#children()) module.train(training);
  }

  /** Freezes or thaws every parameter inside. */
  setTrainable(trainable: boolean): void {
    for (const [, parameter] of this.namedParameters()) parameter.trainable = trainable;
  }

  /** Reads every parameter back, by key. */
  async tensors(): Promise<Record<string, { shape: number[]; data: Float32Array }>> {
    const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
    for (const [key, { value }] of this.namedParameters()) {
      tensors[key] = { shape: [...value.shape], data: await value.read("f32") };
    }
    return tensors;
  }

  /**
   * Sets every parameter by key. All missing, unexpected and misshapen keys are told in one error,
   * and nothing is set then; `ignore` matches keys that other programs keep and this one does not.
   */
  load(tensors: Readonly<Record<string, NamedArray>>, { ignore }: { ignore?: RegExp } = {}): void {
    const problems = describeDifferences(this.differences(tensors, { ignore }));
    if (problems) throw new RangeError(`Cannot load the weights: ${problems}`);
    this.setParameters(tensors);
  }

  /** How the keys and shapes of weights differ from those of the parameters. */
  differences(
    tensors: Readonly<Record<string, NamedArray>>,
    { ignore }: { ignore?: RegExp | undefined } = {},
  ): KeyDifferences {
    const own = new Map(this.namedParameters());
    const has = (key: string) => Object.hasOwn(tensors, key);
    return {
      missing: [...own.keys()].filter((key) => !has(key)),
      unexpected: Object.keys(tensors).filter((key) => !own.has(key) && !ignore?.test(key)),
      misshapen: [...own].flatMap(([key, { shape: wanted }]) => {
        const shape = has(key) ? tensors[key]!.shape : wanted;
        return shape.join() === wanted.join() ? [] : [{ key, shape, wanted }];
      }),
    };
  }

  /** Sets the parameters that the weights have a key for, of the right shape; returns how many. */
  setParameters(tensors: Readonly<Record<string, NamedArray>>): number {
    let set = 0;
    for (const [key, parameter] of this.namedParameters()) {
      if (!Object.hasOwn(tensors, key)) continue;
      const { data } = tensors[key]!;
      parameter.set(
        data instanceof Float32Array
          ? data
          : Float32Array.from({ length: data.length }, (_, i) => Number(data[i])),
      );
      set++;
    }
    return set;
  }

  /** Gives back the memory of every parameter. */
  release(): void {
    for (const [, parameter] of this.namedParameters()) parameter.release();
  }

  *#children(): Generator<Module> {
    for (const value of Object.values(this)) yield* walkModules(value);
  }
}

/** Runs `body` with a module in evaluation mode and nothing recorded. */
export async function evaluating<T>(
  module: Module,
  gpu: Gpu,
  body: () => Promise<T>,
): Promise<T> {
  const { training } = module;
  const { recording } = gpu.tape;
  module.train(false);
  gpu.tape.recording = false;
  try {
    return await body();
  } finally {
    gpu.tape.recording = recording;
    module.train(training);
  }
}

function* walkParameters(value: unknown, key: string): Generator<[string, Parameter]> {
  if (value instanceof Parameter) yield [key, value];
  else if (value instanceof Module) yield* value.namedParameters(`${key}.`);
  else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) yield* walkParameters(value[i], `${key}.${i}`);
  }
}

function* walkModules(value: unknown): Generator<Module> {
  if (value instanceof Module) yield value;
  else if (Array.isArray(value)) { for (const part of value) yield* walkModules(part); }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function abridge(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown}, and ${names.length - 12} more` : shown;
}

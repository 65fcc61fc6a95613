import { Parameter } from "../gpu/parameter.ts";
import type { Gpu } from "../gpu/device.ts";

/** A named array as checkpoint readers give it. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
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
    const own = new Map(this.namedParameters());
    const missing = [...own.keys()].filter((key) => !tensors[key]);
    const unexpected = Object.keys(tensors).filter((key) => !own.has(key) && !ignore?.test(key));
    const misshapen = [...own].flatMap(([key, parameter]) => {
      const shape = tensors[key]?.shape;
      return shape && shape.join() !== parameter.shape.join()
        ? [`"${key}" is [${shape}], should be [${parameter.shape}]`]
        : [];
    });
    const problems = [
      missing.length ? `${missing.length} missing (${abridge(missing)})` : "",
      unexpected.length ? `${unexpected.length} unexpected (${abridge(unexpected)})` : "",
      misshapen.length ? `${misshapen.length} misshapen (${abridge(misshapen)})` : "",
    ].filter(Boolean);
    if (problems.length) {
      throw new RangeError(`Cannot load the weights: ${problems.join("; ")}`);
    }
    for (const [key, parameter] of own) {
      const { data } = tensors[key]!;
      parameter.set(
        data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number),
      );
    }
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

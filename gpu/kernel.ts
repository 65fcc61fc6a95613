import type { Capability } from "./adapter.ts";
import type { Gpu } from "./device.ts";
import type { Tensor } from "./tensor.ts";
import { type Interface, readInterface } from "./wgsl_interface.ts";

/** Shared WGSL, appended after a kernel; with a second version for adapters that have a capability. */
export interface Snippet {
  /** Path from the project's root. */
  readonly path: string;
  /** WGSL. */
  readonly source: string;
  /** The version for adapters with a capability. */
  readonly native?: { readonly needs: Capability; readonly path: string; readonly source: string };
}

/** How much to run: threads (rounded up to workgroups), workgroups, or workgroups read from a tensor. */
export type Work =
  | { readonly threads: number }
  | { readonly groups: number | readonly [number, number?, number?] }
  | { readonly indirect: Tensor; readonly offset?: number };

/** Values of a kernel's `Uniforms` struct by name; tensors of as many numbers or more are copied on the GPU. */
export type Uniforms = Readonly<Record<string, number | readonly number[] | Tensor>>;

/** A compute pipeline with the layout read from its WGSL file. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly id: number;
}

const NO_CONSTANTS: Readonly<Record<string, number>> = {};

/** One WGSL file with entry point `main`; its bindings and uniforms are given by name. */
export class Kernel {
  /**
   * Told of every kernel that is made, for who wants to compile them all.
   *
   * @internal
   */
  static made: ((kernel: Kernel) => void) | null = null;
  /** Name in profiles and labels: that of the file. */
  readonly name: string;
  /**
   * Bindings and uniforms as the source declares them.
   *
   * @internal
   */
  readonly interface: Interface;
  /**
   * Shared sources that follow the kernel.
   *
   * @internal
   */
  readonly include: readonly Snippet[];
  /** Whether a tensor may end within its last vector: the kernel then leaves the lanes past it alone. */
  readonly padded: boolean;

  /** `path` is the file's path from the project's root; errors and profiles speak of it. */
  constructor(
    readonly path: string,
    readonly source: string,
    options: { readonly include?: readonly Snippet[]; readonly padded?: boolean } = {},
  ) {
    this.name = path.slice(path.lastIndexOf("/") + 1).replace(/\.wgsl$/, "");
    this.include = options.include ?? [];
    this.padded = options.padded ?? false;
    this.interface = readInterface(
      path,
      [source, ...this.include.map((snippet) => snippet.source)].join("\n"),
    );
    Kernel.made?.(this);
  }

  /** Whether a device may bind as many buffers as this kernel wants. */
  fits({ tuning }: Gpu): boolean {
    return this.interface.bindings.length <= tuning.mostBuffers;
  }

  /**
   * Encodes one run. `tensors` and `uniforms` must name exactly what the file declares; `constants`
   * sets its `override`s and selects a pipeline of its own.
   */
  dispatch(
    gpu: Gpu,
    tensors: Readonly<Record<string, Tensor>>,
    uniforms: Uniforms,
    work: Work,
    constants: Readonly<Record<string, number>> = NO_CONSTANTS,
  ): void {
    const groups = "indirect" in work ? work.indirect : this.#groups(gpu, work, constants);
    if (Array.isArray(groups) && groups.some((count) => count === 0)) return;
    gpu.commands.dispatch(
      this,
      gpu.pipelines.get(this, constants),
      tensors,
      uniforms,
      groups,
      work,
    );
  }

  #groups(gpu: Gpu, work: Work, constants: Readonly<Record<string, number>>): number[] {
    const max = gpu.limits.maxComputeWorkgroupsPerDimension;
    let groups: number | readonly (number | undefined)[];
    if ("threads" in work) {
      const size = this.interface.workgroupSize.reduce<number>(
        (product, part) =>
          product * (typeof part === "number" ? part : this.#constant(part, constants)),
        1,
      );
      groups = Math.ceil(work.threads / size);
    } else {
      groups = (work as { groups: number | readonly [number, number?, number?] }).groups;
    }
    if (typeof groups === "number") {
      // A square-ish split wastes the fewest workgroups past 65 535.
      if (groups <= max) return [groups, 1, 1];
      const rows = Math.ceil(groups / max);
      groups = [Math.ceil(groups / rows), rows];
    }
    const [x = 1, y = 1, z = 1] = groups;
    if (Math.max(x, y, z) > max) {
      throw new RangeError(
        `Cannot run "${this.path}": ${x}x${y}x${z} workgroups, at most ${max} per dimension are allowed`,
      );
    }
    return [x, y, z];
  }

  #constant(name: string, constants: Readonly<Record<string, number>>): number {
    const value = constants[name] ??
      this.source.match(new RegExp(`override\\s+${name}\\s*(?::\\s*u32)?\\s*=\\s*(\\d+)`))?.[1];
    if (value === undefined) {
      throw new TypeError(`Cannot run "${this.path}": override "${name}" has no value`);
    }
    return Number(value);
  }
}

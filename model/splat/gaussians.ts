import { restCoefficients, type ShDegree, type Splats } from "../../data/splats/splats.ts";
import type { Gpu } from "../../gpu/device.ts";
import type { RasterInputs } from "../../gpu/ops/gaussian/rasterize/inputs.ts";
import { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { Module } from "../module.ts";

/** The reference's names and order of the parameters of Gaussians: those of groups of rates and of checkpoints. */
export const GROUPS = [
  "xyz",
  "featuresDc",
  "featuresRest",
  "opacity",
  "scaling",
  "rotation",
] as const;

/** One of the parameters of Gaussians. */
export type Group = typeof GROUPS[number];

/** Where each is among the members of Gaussians, which have the words of splats. */
const MEMBERS = {
  xyz: "xyz",
  featuresDc: "shDc",
  featuresRest: "shRest",
  opacity: "opacity",
  scaling: "logScales",
  rotation: "rotation",
} as const satisfies Record<Group, keyof Gaussians>;

/** Splats to upload: zeros where a column is absent. */
export type SplatColumns = Pick<Splats, "count" | "degree"> & Partial<Splats>;

/** Gaussians under training, all values before activation, as in a 3DGS file. */
export class Gaussians extends Module {
  /** Centres [n, 3]. */
  readonly xyz: Parameter;
  /** Constant harmonics [n, 3]. */
  readonly shDc: Parameter;
  /** The other harmonics [n, (degree + 1)^2 - 1, 3]; null at degree 0. */
  readonly shRest: Parameter | null;
  /** Logits [n]. */
  readonly opacity: Parameter;
  /** Logarithms of standard deviations [n, 3]. */
  readonly logScales: Parameter;
  /** Quaternions [n, 4], w x y z, of any length. */
  readonly rotation: Parameter;
  /** Highest degree of the harmonics in use. */
  activeDegree = 0;

  /** Uploads splats as parameters that are trained. */
  constructor(readonly gpu: Gpu, splats: SplatColumns) {
    super();
    const { count, degree } = splats;
    const make = (column: Float32Array | undefined, ...axes: number[]) => {
      const parameter = new Parameter(gpu, [count, ...axes], column);
      dropGradient(parameter);
      return parameter;
    };
    this.xyz = make(splats.positions, 3);
    this.shDc = make(splats.shDc, 3);
    this.shRest = degree ? make(splats.shRest, restCoefficients(degree), 3) : null;
    this.opacity = make(splats.opacities);
    this.logScales = make(splats.logScales, 3);
    this.rotation = make(splats.quaternions, 4);
  }

  /** How many there are. */
  get count(): number {
    return this.xyz.value.rows;
  }

  /** Highest degree that there are harmonics for. */
  get maxDegree(): ShDegree {
    return Math.sqrt((this.shRest?.shape[1] ?? 0) + 1) - 1 as ShDegree;
  }

  /** The parameters there are, by the names of their groups. */
  groups(): [Group, Parameter][] {
    return GROUPS.flatMap((name) => {
      const parameter = this[MEMBERS[name]];
      return parameter ? [[name, parameter] as [Group, Parameter]] : [];
    });
  }

  /** What the rasteriser takes; `screen` [n, 2] collects gradients by places on the screen. */
  inputs(screen: Tensor | null = null, { magnitude = false } = {}): RasterInputs {
    return {
      means: this.xyz.value,
      opacities: this.opacity.value,
      scales: this.logScales.value,
      rotations: this.rotation.value,
      harmonics: {
        dc: this.shDc.value,
        // Their gradient would be 0 at degree 0, and a step by it changes nothing.
        rest: this.activeDegree ? this.shRest?.value ?? null : null,
        degree: this.activeDegree,
      },
      raw: true,
      [magnitude ? "screenMagnitude" : "screen"]: screen,
    };
  }

  /** Gives back what a backward pass left at the parameters. */
  dropGradients(names: readonly Group[] = GROUPS): void {
    for (const [name, parameter] of this.groups()) {
      if (names.includes(name)) dropGradient(parameter);
    }
  }

  /** Reads all values. */
  async splats(): Promise<Splats> {
    const read = (parameter: Parameter) => parameter.value.read("f32");
    return {
      count: this.count,
      degree: this.maxDegree,
      positions: await read(this.xyz),
      logScales: await read(this.logScales),
      quaternions: await read(this.rotation),
      opacities: await read(this.opacity),
      shDc: await read(this.shDc),
      shRest: this.shRest ? await read(this.shRest) : new Float32Array(0),
    };
  }

  /** Replaces the rows of everything, moments too, by what `change` makes of them. */
  resize(change: (tensor: Tensor, role: "value" | "moment") => Tensor): void {
    this.dropGradients();
    for (const [, parameter] of this.groups()) {
      parameter.resize(change);
      dropGradient(parameter);
    }
    // Nobody asks for buffers of the old sizes again: kept, they came to three times what is in use.
    this.gpu.commands.submit();
    this.gpu.pool.trim();
  }
}

/** A backward pass then hands its own tensor over instead of adding to one of zeros. */
function dropGradient(parameter: Parameter): void {
  parameter.value.gradient?.release();
  parameter.value.gradient = null;
}

import { restCoefficients, type ShDegree, type Splats } from "../../data/splats/splats.ts";
import type { Gpu } from "../../gpu/device.ts";
import type { RasterInputs } from "../../gpu/ops/gaussian/rasterize/inputs.ts";
import { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { Module } from "../module.ts";

/** Names of the parameters of Gaussians, in the reference's order. */
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

/** Splats to upload: zeros where a column is absent. */
export type SplatColumns = Pick<Splats, "count" | "degree"> & Partial<Splats>;

/** Gaussians under training, all values before activation, as in a 3DGS file. */
export class Gaussians extends Module {
  /** Centres [n, 3]. */
  readonly xyz: Parameter;
  /** Constant harmonics [n, 3]. */
  readonly featuresDc: Parameter;
  /** The other harmonics [n, (degree + 1)^2 - 1, 3]; null at degree 0. */
  readonly featuresRest: Parameter | null;
  /** Logits [n]. */
  readonly opacity: Parameter;
  /** Logarithms of standard deviations [n, 3]. */
  readonly scaling: Parameter;
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
    this.featuresDc = make(splats.shDc, 3);
    this.featuresRest = degree ? make(splats.shRest, restCoefficients(degree), 3) : null;
    this.opacity = make(splats.opacities);
    this.scaling = make(splats.logScales, 3);
    this.rotation = make(splats.quaternions, 4);
  }

  /** How many there are. */
  get count(): number {
    return this.xyz.value.rows;
  }

  /** Highest degree that there are harmonics for. */
  get maxDegree(): ShDegree {
    return Math.sqrt((this.featuresRest?.shape[1] ?? 0) + 1) - 1 as ShDegree;
  }

  /** The parameters there are, by name. */
  groups(): [Group, Parameter][] {
    return GROUPS.flatMap((name) => {
      const parameter = this[name];
      return parameter ? [[name, parameter] as [Group, Parameter]] : [];
    });
  }

  /** What the rasteriser takes; `screen` [n, 2] collects gradients by places on the screen. */
  inputs(screen: Tensor | null = null, { magnitude = false } = {}): RasterInputs {
    return {
      means: this.xyz.value,
      opacities: this.opacity.value,
      scales: this.scaling.value,
      rotations: this.rotation.value,
      harmonics: {
        base: this.featuresDc.value,
        // Their gradient would be 0 at degree 0, and a step by it changes nothing.
        rest: this.activeDegree ? this.featuresRest?.value ?? null : null,
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
      logScales: await read(this.scaling),
      quaternions: await read(this.rotation),
      opacities: await read(this.opacity),
      shDc: await read(this.featuresDc),
      shRest: this.featuresRest ? await read(this.featuresRest) : new Float32Array(0),
    };
  }

  /** Replaces the rows of everything, moments too, by what `change` makes of them. */
  resize(change: (tensor: Tensor, role: "value" | "moment") => Tensor): void {
    for (const [, parameter] of this.groups()) {
      parameter.resize(change);
      dropGradient(parameter);
    }
  }
}

/** A backward pass then hands its own tensor over instead of adding to one of zeros. */
function dropGradient(parameter: Parameter): void {
  parameter.value.gradient?.release();
  parameter.value.gradient = null;
}

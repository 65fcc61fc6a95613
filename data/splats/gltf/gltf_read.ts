import { openSource } from "../../formats/byte_source.ts";
import { logit, logScale, SH_C0 } from "../activation.ts";
import type { ReadSplatsOptions, Remark, SplatInput } from "../splat_format.ts";
import { allocateSplats, copySplats, joinSplats, type ShDegree, type Splats } from "../splats.ts";
import { readSpz } from "../spz/spz.ts";
import { placeSplats } from "../turn/place_splats.ts";
import { turnSplats } from "../turn/turn_splats.ts";
import { carryColors, displayOf } from "./color_space.ts";
import { type GltfColumn, readAccessor } from "./gltf_accessor.ts";
import {
  COLOR_SPACES,
  GAUSSIAN_SPLATTING,
  harmonicName,
  PLY_FROM_GLTF,
  SPZ_COMPRESSIONS,
} from "./gltf_attributes.ts";
import { GltfDocument } from "./gltf_document.ts";
import { listOf, placedMeshes } from "./gltf_nodes.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

/** Extensions that a file may require. */
const KNOWN: readonly string[] = [GAUSSIAN_SPLATTING, ...SPZ_COMPRESSIONS, "KHR_mesh_quantization"];

// A mesh may stand in many places, so that Gaussians need not have bytes of their own.
const SMALL_COUNT = 65536;

/** Reads the Gaussians (KHR_gaussian_splatting) of a glTF file, .glb or .gltf, in their places. */
export function readGltf(
  { source, path }: Pick<SplatInput, "source" | "path">,
  { remark, spzFrame }: ReadSplatsOptions & { readonly remark: Remark },
): Splats {
  const document = new GltfDocument(source, path);
  const unknown = listOf(document.json?.extensionsRequired).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    document.fail(`it requires "${unknown.join('", "')}", which is not known here`);
  }
  const reader = new PrimitiveReader(document, remark, spzFrame);
  const parts: Splats[] = [];
  let others = 0;
  let count = 0;
  for (const { mesh, placement } of placedMeshes(document)) {
    for (const primitive of listOf(document.entry("meshes", mesh).primitives)) {
      const local = reader.read(primitive);
      if (!local) {
        others++;
        continue;
      }
      count += local.count;
      if (count > Math.max(SMALL_COUNT, source.size)) {
        document.fail(`its meshes put ${count} Gaussians and more into ${source.size} bytes`);
      }
      parts.push(turnSplats(placeSplats(copySplats(local), placement), PLY_FROM_GLTF));
    }
  }
  if (parts.length === 0) {
    document.fail(
      others > 0
        ? `it is a scene of ${others} meshes, not trained Gaussians (${GAUSSIAN_SPLATTING})`
        : "there is no mesh in its scene",
    );
  }
  if (others > 0) remark(`${others} meshes beside the Gaussians are left out`);
  return joinSplats(parts);
}

/** Reads primitives in glTF's axes; one that stands in several places is read once. */
class PrimitiveReader {
  readonly #known = new Map<Json, Splats>();

  constructor(
    readonly document: GltfDocument,
    readonly remark: Remark,
    readonly spzFrame: ReadSplatsOptions["spzFrame"],
  ) {}

  /** The Gaussians of a primitive; null where it is an ordinary mesh. */
  read(primitive: Json): Splats | null {
    const known = this.#known.get(primitive);
    if (known) return known;
    const extensions = primitive?.extensions ?? {};
    const splatting = extensions[GAUSSIAN_SPLATTING] ??
      // Before the extension had its name the compression stood alone.
      (extensions[SPZ_COMPRESSIONS[1]] && { extensions });
    if (typeof splatting !== "object" || splatting === null) return null;
    const splats = this.#colors(this.#splats(primitive, splatting), splatting);
    this.#known.set(primitive, splats);
    return splats;
  }

  #splats(primitive: Json, splatting: Json): Splats {
    const { document, remark } = this;
    const kernel = splatting.kernel ?? "ellipse";
    if (kernel !== "ellipse") {
      document.fail(`its Gaussians have the kernel "${kernel}", it must be "ellipse"`);
    }
    const { projection = "perspective" } = splatting;
    if (projection !== "perspective") {
      remark(`the projection "${projection}" is not kept, perspective is taken`);
    }
    const name = SPZ_COMPRESSIONS.find((name) => splatting.extensions?.[name]);
    if (name) {
      const { bytes } = document.view(splatting.extensions[name].bufferView);
      const source = openSource(bytes, `${document.file}/spz`);
      return turnSplats(readSpz(source, { frame: this.spzFrame, remark }), PLY_FROM_GLTF);
    }
    if (primitive.mode !== 0) {
      document.fail(`its Gaussians are drawn in mode ${primitive.mode}, it must be 0 (points)`);
    }
    return this.#attributes(primitive.attributes ?? {}, splatting);
  }

  #attributes(attributes: Json, splatting: Json): Splats {
    const { document } = this;
    const column = (width: number, ...names: string[]): GltfColumn | null => {
      const name = names.find((candidate) => attributes[candidate] !== undefined);
      if (name === undefined) return null;
      const read = readAccessor(document, attributes[name]);
      if (read.width !== width && !(name === "COLOR_0" && read.width === 3)) {
        document.fail(`"${name}" has ${read.width} numbers a Gaussian, it must have ${width}`);
      }
      return read;
    };
    const needed = (width: number, ...names: string[]): GltfColumn =>
      column(width, ...names) ?? document.fail(`its Gaussians have no "${names[0]}"`);
    const own = (name: string) => [`${GAUSSIAN_SPLATTING}:${name}`, `_${name}`];

    const positions = needed(3, "POSITION");
    const { count } = positions;
    const degree = this.#degree(attributes);
    const splats = {
      ...allocateSplats(count, degree),
      ...(splatting.extras?.antialiased === true && { antialiased: true }),
    };
    const same = (found: GltfColumn): Float32Array => {
      if (found.count === count) return found.values;
      return document.fail(`its attributes have ${found.count} and ${count} rows`);
    };
    splats.positions.set(positions.values);
    const rotations = same(needed(4, ...own("ROTATION")));
    for (let at = 0; at < rotations.length; at += 4) {
      splats.quaternions[at] = rotations[at + 3]!;
      for (let k = 0; k < 3; k++) splats.quaternions[at + k + 1] = rotations[at + k]!;
    }
    const scales = same(needed(3, ...own("SCALE")));
    for (let at = 0; at < scales.length; at++) splats.logScales[at] = logScale(scales[at]!);
    const opacity = column(1, ...own("OPACITY"));
    const base = column(3, harmonicName(0, 0));
    const fallback = opacity && base ? null : needed(4, "COLOR_0");
    if (fallback) this.remark('colour or opacity is that of "COLOR_0", for want of their own');
    for (let i = 0; i < count; i++) {
      const alpha = opacity ? same(opacity)[i]! : alphaOf(same(fallback!), fallback!.width, i);
      splats.opacities[i] = logit(alpha);
      for (let k = 0; k < 3; k++) {
        splats.shDc[3 * i + k] = base
          ? same(base)[3 * i + k]!
          : (displayOf(same(fallback!)[fallback!.width * i + k]!)[0] - 0.5) / SH_C0;
      }
    }
    for (let band = 1, at = 0; band <= degree; band++) {
      for (let n = 0; n <= 2 * band; n++, at++) {
        const values = same(needed(3, harmonicName(band, n)));
        const width = 3 * ((degree + 1) ** 2 - 1);
        for (let i = 0; i < count; i++) {
          for (let k = 0; k < 3; k++) splats.shRest[i * width + 3 * at + k] = values[3 * i + k]!;
        }
      }
    }
    return splats;
  }

  /** The highest degree that is there; a degree is whole or absent, and needs those below. */
  #degree(attributes: Json): ShDegree {
    let highest = 0;
    for (let band = 1; band <= 4; band++) {
      const there = Array.from({ length: 2 * band + 1 }, (_, n) =>
        attributes[harmonicName(band, n)] !== undefined).filter(Boolean).length;
      if (there === 0) {
        continue;
      }
      if (there < 2 * band + 1 || highest < band - 1) {
        this.document.fail(
          `its harmonics of degree ${band} are ${there} of ${2 * band + 1}, ` +
            "a degree must be whole and have those below it",
        );
      }
      highest = band;
    }
    if (highest > 3) this.remark("harmonics of degree 4 are cut to degree 3");
    return Math.min(3, highest) as ShDegree;
  }

  #colors(splats: Splats, { colorSpace }: Json): Splats {
    if (colorSpace === COLOR_SPACES.linear || colorSpace === "linear") {
      this.remark(
        "its colours are linear light: carried to a display's values, harmonics by the slope there",
      );
      return carryColors(splats, "srgb");
    }
    const known = [COLOR_SPACES.srgb, "BT.709", "sRGB", undefined];
    if (!known.includes(colorSpace)) {
      this.remark(`the colour space "${colorSpace}" is not known, a display's values are taken`);
    }
    return splats;
  }
}

function alphaOf(colors: Float32Array, width: number, i: number): number {
  return width === 4 ? colors[4 * i + 3]! : 1;
}

import type { ByteSource } from "../formats/byte_source.ts";
import type { GltfColors } from "./gltf/gltf_attributes.ts";
import type { ShDegree, Splats } from "./splats.ts";
import type { SplatReader, SplatStream } from "./splat_stream.ts";
import type { SpzFrame } from "./spz/spz_frame.ts";
import type { SpzVersion } from "./spz/spz_layout.ts";

/** Is told, in half a sentence, what a reader made of something that it cannot take as it stands. */
export type Remark = (text: string) => void;

/** What a file of trained Gaussians is known by. */
export interface SplatInput {
  readonly source: ByteSource;
  /** Where it lies, and beside it the other files of a scene of several. */
  readonly path: string;
  /** Its name in small letters, without folders. */
  readonly name: string;
  /** Its first bytes, at most 64, one letter each. */
  readonly start: string;
}

/** How to read trained Gaussians; each setting concerns one kind of file. */
export interface ReadSplatsOptions {
  /** Where axes point in SPZ files that do not declare it; RUB if not given. */
  readonly spzFrame?: SpzFrame | undefined;
  /** Level of detail of a streamed SOG scene, 0 (the finest) if not given. */
  readonly lod?: number | undefined;
  /** Saved iteration of a model's folder, the last if not given. */
  readonly iteration?: number | undefined;
}

/** How to write trained Gaussians; each setting concerns one kind of file. */
export interface WriteSplatsOptions {
  /** 3 if not given. */
  readonly spzVersion?: SpzVersion;
  /** Where axes point in SPZ files; RUB if not given. */
  readonly spzFrame?: SpzFrame | undefined;
  /** How glTF files hold numbers; as floats if not given. */
  readonly gltfEncoding?: GltfEncoding;
  /** The space that glTF files have colours in; "srgb", a display's values, if not given. */
  readonly gltfColors?: GltfColors;
}

/** Floats, or integers of 8 and 16 bits, or an SPZ file within as a draft extension has it. */
export type GltfEncoding = "float" | "quantised" | "spz";

/** One kind of file that holds trained Gaussians. */
export interface SplatFormatDefinition {
  /** Endings of names in small letters, of files that are written if the kind is. */
  readonly endings: readonly string[];
  /** Endings of files that are only read. */
  readonly readEndings?: readonly string[];
  /** Whether a file is of this kind, by its content if that shows, else by its name. */
  readonly matches: (input: SplatInput) => boolean;
  /** Opens a file; Gaussians that it can only decode all at once are returned as they are. */
  readonly open: (
    input: SplatInput,
    options: ReadSplatsOptions & { readonly remark: Remark },
  ) => SplatReader | Splats | Promise<SplatReader | Splats>;
  /** The bytes of a file, piece by piece; missing where files of the kind are only read. */
  readonly write?: (
    splats: Splats,
    options: WriteSplatsOptions,
  ) => Iterable<Uint8Array> | Promise<Iterable<Uint8Array>>;
  /** The same of Gaussians that need not be in memory; missing where the kind needs all at once. */
  readonly writeStream?: (
    stream: SplatStream,
    options: WriteSplatsOptions,
  ) => Iterable<Uint8Array>;
  /** Highest degree of harmonics that a file keeps, 3 if not given. */
  readonly degree?: ShDegree;
}

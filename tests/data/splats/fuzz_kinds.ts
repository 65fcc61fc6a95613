import { gunzipSync, gzipSync } from "fflate";
import { readGlb } from "../../../data/formats/glb.ts";
import { concatBytes, zipChunks } from "../../../data/formats/zip/zip_write.ts";
import type { SplatFormat } from "../../../data/splats/formats.ts";
import { sogMembers } from "../../../data/splats/sog/sog_write.ts";
import type { WriteSplatsOptions } from "../../../data/splats/splat_format.ts";
import { encodeSplats } from "../../../data/splats/write_splats.ts";
import { ksplatBytes } from "./ksplat/made_up_ksplat.ts";
import { madeUpSplats } from "./made_up.ts";
import { sogOneMembers } from "./sog/sog_one.ts";

async function encoded(
  format: SplatFormat,
  options: WriteSplatsOptions = {},
): Promise<Uint8Array> {
  return concatBytes(await encodeSplats(madeUpSplats(30, 2), format, options));
}

function textGltf(bytes: Uint8Array): Uint8Array {
  const { json, buffer } = readGlb(bytes);
  json.buffers[0].uri = `data:;base64,${buffer.toBase64()}`;
  return new TextEncoder().encode(JSON.stringify(json));
}

const text = new TextEncoder().encode(
  `ply\nformat ascii 1.0\nelement vertex 3\n${
    "x y z f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2 rot_0 rot_1 rot_2 rot_3".split(" ")
      .map((name) => `property float ${name}\n`).join("")
  }end_header\n${"0.5 1 -2 3e-1 1 1 2 -3 -3 -4 1 0 0 0\n".repeat(3)}`,
);

/** A file of a SOG scene to be broken, and the way back to a bundle whose CRCs are right. */
function sogMember(broken: string, members = written): Kind {
  return {
    name: "a.sog",
    bytes: members.find(({ name }) => name === broken)!.bytes,
    wrap: (bytes) =>
      concatBytes(
        zipChunks(
          members.map((member) => member.name === broken ? { name: broken, bytes } : member),
        ),
      ),
  };
}

const written = await sogMembers(madeUpSplats(30, 2));

/** A small valid file of trained Gaussians to be changed. */
export interface Kind {
  readonly name: string;
  /** What is changed. */
  readonly bytes: Uint8Array;
  /** Makes the file of it, with the checksums right. */
  readonly wrap?: (bytes: Uint8Array) => Uint8Array;
}

/** One of each format, and of the parts that a checksum guards. */
export const KINDS: Readonly<Record<string, Kind>> = {
  PLY: { name: "a.ply", bytes: await encoded("ply") },
  "text PLY": { name: "a.ply", bytes: text },
  "compressed PLY": { name: "a.ply", bytes: await encoded("compressed-ply") },
  ".splat": { name: "a.splat", bytes: await encoded("splat") },
  "SPZ 3": { name: "a.spz", bytes: await encoded("spz") },
  // Changed inside the gzip stream, where its CRC does not stand guard.
  "SPZ 2 inside gzip": {
    name: "a.spz",
    bytes: gunzipSync(await encoded("spz", { spzVersion: 2 })),
    wrap: (bytes) => gzipSync(bytes, { level: 1 }),
  },
  "SPZ 4": { name: "a.spz", bytes: await encoded("spz", { spzVersion: 4 }) },
  ".ksplat": { name: "a.ksplat", bytes: ksplatBytes([madeUpSplats(20, 1)], 1) },
  "binary glTF": { name: "a.glb", bytes: await encoded("gltf") },
  "quantised glTF": { name: "a.glb", bytes: await encoded("gltf", { gltfEncoding: "quantised" }) },
  "text glTF": { name: "a.gltf", bytes: textGltf(await encoded("gltf")) },
  "glTF with SPZ": { name: "a.glb", bytes: await encoded("gltf", { gltfEncoding: "spz" }) },
  SOG: { name: "a.sog", bytes: await encoded("sog") },
  "SOG meta data": sogMember("meta.json"),
  "SOG 1 meta data": sogMember("meta.json", await sogOneMembers(madeUpSplats(30, 2))),
  "SOG picture": sogMember("shN_centroids.webp"),
};

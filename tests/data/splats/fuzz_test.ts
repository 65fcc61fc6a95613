import { assert, assertEquals } from "@std/assert";
import { gunzipSync, gzipSync } from "fflate";
import { openSource } from "../../../data/formats/byte_source.ts";
import { concatBytes, zipChunks } from "../../../data/formats/zip_write.ts";
import { PhiloxStream } from "../../../data/philox.ts";
import { readSplatSource, type SplatFormat } from "../../../data/splats/read_splats.ts";
import { columnsOf } from "../../../data/splats/splats.ts";
import { sogMembers } from "../../../data/splats/sog/sog_write.ts";
import type { SpzVersion } from "../../../data/splats/spz/spz_layout.ts";
import { encodeSplats } from "../../../data/splats/write_splats.ts";
import { ksplatBytes } from "./ksplat/made_up_ksplat.ts";
import { madeUpSplats } from "./made_up.ts";

/** Inputs for each of the eleven kinds: 11 000 in all. */
const ROUNDS = 1000;

async function encoded(format: SplatFormat, spzVersion: SpzVersion = 3): Promise<Uint8Array> {
  return concatBytes(await encodeSplats(madeUpSplats(30, 2), format, { spzVersion }));
}

const text = new TextEncoder().encode(
  `ply\nformat ascii 1.0\nelement vertex 3\n${
    "x y z f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2 rot_0 rot_1 rot_2 rot_3".split(" ")
      .map((name) => `property float ${name}\n`).join("")
  }end_header\n${"0.5 1 -2 3e-1 1 1 2 -3 -3 -4 1 0 0 0\n".repeat(3)}`,
);

const members = await sogMembers(madeUpSplats(30, 2));

/** A file of a SOG scene to be broken, and the way back to a bundle whose CRCs are right. */
function sogMember(broken: string): Kind {
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

interface Kind {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly wrap?: (bytes: Uint8Array) => Uint8Array;
}

const KINDS: Record<string, Kind> = {
  PLY: { name: "a.ply", bytes: await encoded("ply") },
  "text PLY": { name: "a.ply", bytes: text },
  "compressed PLY": { name: "a.ply", bytes: await encoded("compressed-ply") },
  ".splat": { name: "a.splat", bytes: await encoded("splat") },
  "SPZ 3": { name: "a.spz", bytes: await encoded("spz") },
  // Changed inside the gzip stream, where its CRC does not stand guard.
  "SPZ 2 inside gzip": {
    name: "a.spz",
    bytes: gunzipSync(await encoded("spz", 2)),
    wrap: (bytes) => gzipSync(bytes, { level: 1 }),
  },
  "SPZ 4": { name: "a.spz", bytes: await encoded("spz", 4) },
  ".ksplat": { name: "a.ksplat", bytes: ksplatBytes([madeUpSplats(20, 1)], 1) },
  SOG: { name: "a.sog", bytes: await encoded("sog") },
  "SOG meta data": sogMember("meta.json"),
  "SOG picture": sogMember("shN_centroids.webp"),
};

/** One to four changes: bytes and words overwritten, bits flipped, the end cut off, a part doubled. */
function mutate(bytes: Uint8Array, random: PhiloxStream): Uint8Array {
  let changed: Uint8Array = bytes.slice();
  for (let change = 1 + random.integer(4); change > 0 && changed.length > 4; change--) {
    // Half of the changes go into the first 256 bytes, where the headers are.
    const reach = random.coin() ? Math.min(256, changed.length) : changed.length;
    const at = random.integer(reach);
    const kind = random.integer(5);
    if (kind === 0) changed[at] = random.integer(256);
    else if (kind === 1) changed[at]! ^= 1 << random.integer(8);
    else if (kind === 2 && at + 4 <= changed.length) {
      const word = random.pick([
        0,
        1,
        0xff,
        0xffff,
        0x7fffffff,
        0x80000000,
        0xffffffff,
        random.word(),
      ]);
      new DataView(changed.buffer, changed.byteOffset).setUint32(at, word, true);
    } else if (kind === 3) changed = changed.slice(0, at);
    else changed = concatBytes([changed.subarray(0, at), changed.subarray(Math.floor(at / 2))]);
  }
  return changed;
}

for (const [kind, { name, bytes, wrap = (same: Uint8Array) => same }] of Object.entries(KINDS)) {
  Deno.test(`${ROUNDS} broken ${kind} files are read whole or refused in one clear error`, async () => {
    const random = new PhiloxStream(2026, kind.length);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const input = wrap(mutate(bytes, random));
      try {
        const { splats } = await readSplatSource(openSource(input, name));
        const memory = columnsOf(splats).reduce((sum, [, column]) => sum + column.byteLength, 0);
        assert(memory <= 32 * input.length + 2 ** 20, `${memory} bytes from ${input.length}`);
        for (const [column, { length }, width] of columnsOf(splats)) {
          assertEquals(length, width * splats.count, column);
        }
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const { message } = error;
        assert(
          message.startsWith(`Cannot read "${name}`) && / at byte \d+: /.test(message),
          message,
        );
        refused++;
      }
    }
    // A .splat has no header to break: only its length can be wrong.
    assert(refused >= (kind === ".splat" ? 60 : 250), `only ${refused} were refused`);
  });
}

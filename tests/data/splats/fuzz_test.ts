import { assert, assertEquals } from "@std/assert";
import { openSource } from "../../../data/formats/byte_source.ts";
import { concatBytes } from "../../../data/formats/zip/zip_write.ts";
import { PhiloxStream } from "../../../data/philox.ts";
import { readSplatSource } from "../../../data/splats/read_splats.ts";
import { columnsOf } from "../../../data/splats/splats.ts";
import { KINDS } from "./fuzz_kinds.ts";

/** Inputs for each of the kinds. */
const ROUNDS = 1000;

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

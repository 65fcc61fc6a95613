import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { NdArray } from "../../../../data/formats/nd_array.ts";
import {
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from "../../../../data/formats/safetensors.ts";

const TENSORS: [string, NdArray][] = [
  ["weight", { dtype: "float32", shape: [2, 3], data: Float32Array.of(1, -2, 3, 0.5, NaN, 0) }],
  ["__proto__", { dtype: "uint32", shape: [2], data: Uint32Array.of(7, 9) }],
  ["none", { dtype: "float32", shape: [0], data: new Float32Array() }],
];

Deno.test("every bit of a file with checksums that changes is noticed", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "a.safetensors");
    writeSafetensors(path, TENSORS, { state: '{"step":40}' }, { checksums: true });
    const whole = Deno.readFileSync(path);
    const { metadata, tensors } = readSafetensors(path);
    assertEquals([metadata.state, tensors.size], ['{"step":40}', 3]);
    assertEquals(Object.keys(metadata), ["state"]);
    const start = readSafetensorsHeader(path).dataOffset;
    // In the name of the entry alone a change hides the checksums.
    const name = new TextDecoder().decode(whole.subarray(0, start)).indexOf("voxsplat_crc32");
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      if (bit >> 3 >= name && bit >> 3 < name + "voxsplat_crc32".length) continue;
      const bytes = whole.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const { message } = assertThrows(
        () => readSafetensors(bytes, { file: "a.safetensors" }),
        SyntaxError,
        "a.safetensors",
        `bit ${bit} of ${start}`,
      );
      if (bit >> 3 >= start) assert(/"(weight|__proto__)" has the checksum/.test(message), message);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a file without checksums is read as it is", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "a.safetensors");
    writeSafetensors(path, TENSORS, { crc32: "of another program" });
    assertEquals(readSafetensors(path).metadata.crc32, "of another program");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

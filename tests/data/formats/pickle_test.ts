import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeBase64 } from "@std/encoding/base64";
import { isDict, isOpaque, readPickle } from "../../../data/formats/pickle.ts";
import entries from "../../fixtures/formats/pickles.json" with { type: "json" };
import { noise } from "../../noise.ts";

/** A read value in the form of the fixture's expectation. */
function plain(value: any): any {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array || value instanceof Set) return [...value];
  if (value instanceof Map) return [...value].map(([k, v]) => [plain(k), plain(v)]);
  if (Array.isArray(value)) return value.map(plain);
  if (value?.kind === "datetime") {
    const { year, month, day, hour, minute, second, microsecond } = value;
    return [year, month, day, hour, minute, second, microsecond];
  }
  if (value !== null && typeof value === "object" && ArrayBuffer.isView(value.data)) {
    return { shape: value.shape, data: Array.from(value.data as ArrayLike<number>, Number) };
  }
  if (isDict(value)) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  }
  return value;
}

for (const { name, protocol, base64, expected } of entries) {
  Deno.test(`readPickle: ${name}, protocol ${protocol}`, () => {
    assertEquals(plain(readPickle(decodeBase64(base64))), expected);
  });
}

const text = (source: string) => new TextEncoder().encode(source);

Deno.test("readPickle keeps unknown classes and calls as data, and runs nothing", () => {
  const value = readPickle(text("cos\nsystem\n(S'touch /tmp/owned'\ntR."));
  if (!isOpaque(value)) throw new Error(`${value} is no opaque object`);
  assertEquals([value.module, value.name, value.args], ["os", "system", ["touch /tmp/owned"]]);
});

/** Bytes of characters below 256. */
const latin1 = (source: string) => Uint8Array.from(source, (letter) => letter.charCodeAt(0));
const HALVES = "G?\xf8\0\0\0\0\0\0"; // 1.5

// Lists that are made empty and filled at once are made anew with their items: who else has one has to see it.
const SHARED: Readonly<Record<string, readonly [string, (list: any) => boolean]>> = {
  "holds itself, protocol 2": [`\x80\x02]q\0(${HALVES}h\0K\x02e.`, (a) => a[1] === a && a[2] === 2],
  "holds itself, protocol 5": [
    `\x80\x05]\x94(${HALVES}h\0K\x02e.`,
    (a) => a[1] === a && a[0] === 1.5,
  ],
  "is there twice once it is filled": [
    `\x80\x02]q\0(]q\x01(${HALVES}K\x01eh\x01]q\x02]q\x03e.`,
    (a) => a[0] === a[1] && a[0].join() === "1.5,1" && a[2] !== a[3] && a[2].length === 0,
  ],
  "is there twice before it is filled": [
    `\x80\x02]q\0(]q\x01h\x01(${HALVES}K\x01eh\x01e.`,
    (a) => a.length === 3 && a[0] === a[1] && a[1] === a[2] && a[0].join() === "1.5,1",
  ],
  "is there twice by DUP": [`\x80\x02](]2(${HALVES}ee.`, (a) => a[0] === a[1] && a[0][0] === 1.5],
  "has two numbers": [
    `\x80\x02]q\0q\x01(${HALVES}eh\0h\x01\x86\x86.`,
    ([a, [b, c]]) => a === b && b === c,
  ],
  "has its number taken by another": [
    `\x80\x02]q\0(]q\0K\x07ah\0e.`,
    (a) => a.length === 2 && a[0] === a[1] && a[0][0] === 7,
  ],
  "is filled in two pieces": [
    `\x80\x02]q\0(${HALVES}e(K\x02K\x03eh\0\x86.`,
    ([a, b]) => a === b && a.join() === "1.5,2,3",
  ],
};
for (const [what, [source, holds]] of Object.entries(SHARED)) {
  Deno.test(`readPickle: a list that ${what}`, () => {
    assert(holds(readPickle(latin1(source))));
  });
}

Deno.test("readPickle follows recursion, and deep nesting without recursing", () => {
  const list = readPickle(
    Uint8Array.from([0x80, 2, 0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e]),
  ) as unknown[];
  assertEquals(list[0] === list, true);
  const depth = 200_000;
  const deep = new Uint8Array(depth * 2 + 1).fill(0x5d, 0, depth).fill(0x61, depth, 2 * depth - 1);
  deep[2 * depth - 1] = 0x2e;
  let value = readPickle(deep.subarray(0, 2 * depth)) as unknown[];
  let levels = 1;
  for (; value.length; levels++) value = value[0] as unknown[];
  assertEquals(levels, depth);
});

for (
  const [what, bytes, message] of [
    ["nothing", [], "it is empty, not a Python pickle"],
    ["a cut", [0x80, 4, 0x4e], "the file ends before the STOP"],
    ["a truncated string", [0x80, 2, 0x58, 9, 0, 0, 0, 65, 66], "7 of 9 bytes are missing"],
    ["a huge length", [0x80, 4, 0x8e, 255, 255, 255, 255, 255, 255, 31, 0], "are missing"],
    ["no opcode", [0x80, 2, 0xff, 0x2e], "0xff is no pickle opcode"],
    ["gzip", [0x1f, 0x8b, 8], "it is gzipped, not a Python pickle"],
    ["an empty stack", [0x2e], "the stack is empty"],
    ["a memo index never put", [0x68, 7, 0x2e], "the memo has no entry 7"],
    ["an out-of-band buffer", [0x80, 5, 0x97, 0x2e], "out-of-band"],
    ["a newer protocol", [0x80, 6, 0x4e, 0x2e], "protocol 6 is newer than 5"],
  ] as const
) {
  Deno.test(`readPickle refuses ${what}, naming file and offset`, () => {
    const error = assertThrows(
      () => readPickle(Uint8Array.from(bytes), { file: "x.pkl" }),
      SyntaxError,
      message,
    );
    assert(/"x\.pkl".*\d/.test(error.message), error.message);
  });
}

Deno.test("readPickle survives mutations of real pickles with a clear error or a value", () => {
  const random = noise(17, 4 * 6000, 0, 1);
  let failed = 0;
  for (let i = 0; i < 6000; i++) {
    const [which, where, what, cut] = random.subarray(4 * i, 4 * i + 4) as unknown as number[];
    let bytes = decodeBase64(entries[Math.floor(which! * entries.length)]!.base64);
    bytes[Math.floor(where! * bytes.length)] = Math.floor(what! * 256);
    if (cut! < 0.2) bytes = bytes.subarray(0, Math.floor(where! * bytes.length));
    try {
      readPickle(bytes);
    } catch (error) {
      assert(error instanceof SyntaxError, `${error}`);
      failed++;
    }
  }
  assert(failed > 1000 && failed < 6000);
});

import { assertEquals } from "@std/assert";
import { readPickle } from "../../../data/formats/pickle.ts";
import { type Pickled, PickleTuple, writePickle } from "../../../data/formats/pickle_writer.ts";

Deno.test("what is written reads back the same", () => {
  const values: Pickled[] = [
    null,
    true,
    false,
    0,
    -1,
    127,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31) - 1,
    1533201470448696,
    -(2 ** 53 - 1),
    0.1,
    Infinity,
    "",
    "a word",
    "é漢😀",
    "x".repeat(300),
    [],
    [1, [2, "three"]],
    {},
    { a: 1, "b c": [true, null] },
  ];
  for (const value of values) assertEquals<unknown>(plain(readPickle(writePickle(value))), value);
  assertEquals(readPickle(writePickle(new Float64Array([1, 2.5]))), [1, 2.5]);
  assertEquals(readPickle(writePickle(new PickleTuple(["t", 1]))), ["t", 1]);
  assertEquals(readPickle(writePickle(2n ** 100n)), 2n ** 100n);
  assertEquals(readPickle(writePickle(-(2n ** 63n))), -(2n ** 63n));
  assertEquals(
    readPickle(writePickle(new Map<Pickled, Pickled>([[1, "one"], ["two", 2]]))),
    new Map<unknown, unknown>([[1, "one"], ["two", 2]]),
  );
  assertEquals(readPickle(writePickle(new Uint8Array([1, 2, 255]))), new Uint8Array([1, 2, 255]));
});

Deno.test("bytes are the ones that Python's pickletools names", () => {
  // PROTO 4, EMPTY_LIST, MARK, BININT 258, BINFLOAT 1.5, SHORT_BINUNICODE "hi", APPENDS, STOP
  assertEquals(
    writePickle([258, 1.5, "hi"]).toHex(),
    "80045d284a02010000473ff80000000000008c026869652e",
  );
});

/** The reader's dicts have no prototype, which assertEquals would notice. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

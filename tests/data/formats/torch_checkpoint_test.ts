import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decodeBase64 } from "@std/encoding/base64";
import {
  readTorchCheckpoint,
  stateDict,
  TorchTensor,
} from "../../../data/formats/torch_checkpoint.ts";
import { openZip } from "../../../data/formats/zip/zip.ts";
import { concatBytes, zipChunks } from "../../../data/formats/zip/zip_write.ts";
import entries from "../../fixtures/formats/torch.json" with { type: "json" };
import { filesUnder, SHARED } from "../../shared_files.ts";

/** A read value in the form of the fixture's expectation. */
function plain(value: any): any {
  if (value instanceof TorchTensor) {
    const data = Array.from(value.data as ArrayLike<number | bigint>, (x) => {
      const number = Number(x);
      if (Number.isNaN(number)) return "nan";
      if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
      return typeof x === "bigint" && !Number.isSafeInteger(number) ? String(x) : number;
    });
    return { dtype: value.dtype, shape: value.shape, data };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  }
  return value;
}

const fixture = (name: string) =>
  decodeBase64(entries.find((entry) => entry.name === name)!.base64);

for (const { name, base64, expected } of entries) {
  Deno.test(`readTorchCheckpoint: ${name}`, () => {
    assertEquals(plain(readTorchCheckpoint(decodeBase64(base64))), expected);
  });
}

Deno.test('stateDict finds the weights of a training run and drops "module."', () => {
  for (const kind of ["zip", "legacy"]) {
    const weights = stateDict(readTorchCheckpoint(fixture(`training, ${kind}`)));
    assertEquals([...weights.keys()].slice(0, 3), ["0.weight", "0.bias", "1.weight"]);
    assertEquals(weights.get("0.weight")!.shape, [3, 2, 3, 3]);
    assertEquals(weights.size, 9);
  }
});

Deno.test("stateDict ends on a dict that holds itself, and refuses one without tensors", () => {
  const own: any = readTorchCheckpoint(fixture("parameters, zip"));
  const wrapped: any = readTorchCheckpoint(fixture("parameters, zip"));
  delete wrapped.weight;
  wrapped.model = wrapped;
  wrapped.part = own;
  assertEquals([...stateDict(wrapped).keys()], ["part.weight"]);
  assertThrows(() => stateDict({ a: 1 }), TypeError, "no tensor");
});

Deno.test("tensors of one storage share its memory, others do not touch it", () => {
  const views = readTorchCheckpoint(fixture("views, legacy")) as Record<string, TorchTensor>;
  assertStrictEquals(views.whole!.data.buffer, views.offset!.data.buffer);
  assert(views.transposed!.data.buffer !== views.whole!.data.buffer);
});

Deno.test("a file given by path is read tensor by tensor", () => {
  const path = Deno.makeTempFileSync({ suffix: ".pth" });
  try {
    Deno.writeFileSync(path, fixture("views, zip"));
    const views = readTorchCheckpoint(path) as Record<string, TorchTensor>;
    Deno.writeFileSync(path, new Uint8Array(10));
    const error = assertThrows(() => views.whole!.data, SyntaxError);
    assert(error.message.includes(path), error.message);
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("an archive that lost a storage, or part of it, is refused", () => {
  const archive = openZip(fixture("special, zip"));
  const members = [...archive.entries.keys()].map((name) => ({ name, bytes: archive.read(name) }));
  const rest = members.filter(({ name }) => !name.endsWith("data/0"));
  assertThrows(
    () => readTorchCheckpoint(concatBytes(zipChunks(rest)), { file: "x.pth" }),
    SyntaxError,
    `"archive/data/0" is missing`,
  );
  const cut = members.map(({ name, bytes }) => ({
    name,
    bytes: name.endsWith("data/0") ? bytes.subarray(4) : bytes,
  }));
  assertThrows(
    () => readTorchCheckpoint(concatBytes(zipChunks(cut))),
    SyntaxError,
    "has 20 bytes, it must have 24",
  );
});

Deno.test("a damaged storage is refused when it is read", () => {
  const bytes = fixture("special, zip");
  // The second value is +inf, 00 00 80 7f; it occurs nowhere else.
  const infinity = bytes.findIndex((_: number, i: number) => {
    return bytes[i] === 0x80 && bytes[i + 1] === 0x7f && bytes[i - 1] === 0 && bytes[i - 2] === 0;
  });
  bytes[infinity] ^= 1;
  const tensor = readTorchCheckpoint(bytes, { file: "x.pth" }) as TorchTensor;
  assertThrows(() => tensor.data, SyntaxError, "CRC-32 does not match");
});

Deno.test("legacy files that end early are refused", () => {
  const bytes = fixture("views, legacy");
  for (const length of [3, 20, 200, bytes.length - 40, bytes.length - 1]) {
    assertThrows(
      () => readTorchCheckpoint(bytes.subarray(0, length), { file: "x.pth" }),
      SyntaxError,
      `Cannot read "x.pth" at byte`,
    );
  }
});

const real = [
  ...filesUnder("data/formats/E-pytorch", /\.(pt|pth)$/),
  ...["A", "C"].flatMap((model) => filesUnder(`golden/wholemodel/${model}`, /\.pth$/)),
].filter((path) => !path.endsWith("broken.pt"));

Deno.test({
  name: "every real PyTorch file opens and gives its weights",
  ignore: real.length === 0,
  fn() {
    for (const path of real) {
      for (const [name, tensor] of stateDict(readTorchCheckpoint(path))) {
        const size = tensor.shape.reduce((product, size) => product * size, 1);
        assertEquals(tensor.data.length, size, `${path}: ${name}`);
      }
    }
  },
});
if (real.length === 0) console.log(`skipped: no PyTorch files in ${SHARED}`);

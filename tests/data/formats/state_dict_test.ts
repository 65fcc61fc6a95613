import { assertEquals, assertThrows } from "@std/assert";
import { Dict, OpaqueObject } from "../../../data/formats/pickle.ts";
import {
  findStateDict,
  readPickleOrTorch,
  readTorchCheckpoint,
  stateDict,
} from "../../../data/formats/torch_checkpoint.ts";
import { concatBytes, zipChunks } from "../../../data/formats/zip/zip_write.ts";
import { f32, torchFile } from "../../torch_file.ts";

const tensor = (stateDict(readTorchCheckpoint(torchFile({ w: f32([2]) })))).get("w")!;
const dict = (entries: Record<string, unknown>) => Object.assign(new Dict(), entries);
const torch = (name: string) => new OpaqueObject("torch._utils", name, []);
const module = (
  parameters: Record<string, unknown>,
  modules: Record<string, unknown> = {},
  buffers: Record<string, unknown> = {},
  passing: string[] = [],
) => {
  const made = new OpaqueObject("torch.nn.modules.linear", "Linear", []);
  made.state = dict({
    training: true,
    _parameters: dict(parameters),
    _buffers: dict(buffers),
    _modules: dict(modules),
    _non_persistent_buffers_set: new Set(passing),
  });
  return made;
};

const FOUND: [
  name: string,
  checkpoint: unknown,
  keys: string[],
  inside: string[],
  beside: string[],
][] = [
  ["a bare dict", dict({ a: tensor, b: dict({ c: tensor }) }), ["a", "b.c"], [], []],
  ["a state dict", dict({ epoch: 1, state_dict: dict({ a: tensor }) }), ["a"], ["state_dict"], []],
  ["averages alone", dict({ model_ema: dict({ a: tensor }), epoch: 3 }), ["a"], ["model_ema"], []],
  [
    "averages beside",
    dict({ ema_state_dict: dict({ b: tensor }), state_dict: dict({ a: tensor }) }),
    ["a"],
    ["state_dict"],
    ["ema_state_dict"],
  ],
  [
    "averages with a decay",
    dict({ ema: dict({ decay: 0.99, module: dict({ a: tensor }) }) }),
    ["a"],
    ["ema", "module"],
    [],
  ],
  ["parallel training", dict({ "module.a": tensor, "module.b": tensor }), ["a", "b"], [], []],
  ["a part named model", dict({ model: dict({ a: tensor }), b: tensor }), ["model.a", "b"], [], []],
  [
    "a whole module",
    module({ w: tensor, none: null }, {
      layer: module({ w: tensor }, {}, { s: tensor, t: tensor }, ["t"]),
    }),
    ["w", "layer.w", "layer.s"],
    [],
    [],
  ],
  ["a module in a dict", dict({ net: module({ w: tensor }) }), ["w"], ["net"], []],
];
for (const [name, checkpoint, keys, inside, beside] of FOUND) {
  Deno.test(`a state dict is found: ${name}`, () => {
    const found = findStateDict(checkpoint);
    assertEquals([...found.tensors.keys()], keys);
    assertEquals([found.inside, found.beside], [inside, beside]);
  });
}

Deno.test("tensors that are not read are named with their kind", () => {
  const sparse = dict({
    a: torch("_rebuild_sparse_tensor"),
    b: dict({ c: torch("_rebuild_qtensor") }),
  });
  const { message } = assertThrows(() => stateDict(sparse, "x.pth"), TypeError);
  assertEquals(
    message,
    'Cannot find a state dict: "x.pth" has 2 tensors and none that can be read, "a" is sparse',
  );
  const { tensors, unread } = findStateDict(dict({ ...sparse, d: tensor }));
  assertEquals([...tensors.keys()], ["d"]);
  assertEquals(unread, [{ name: "a", kind: "sparse" }, { name: "b.c", kind: "quantised" }]);
});

Deno.test("a module that holds itself is read once", () => {
  const inner = module({ w: tensor });
  ((inner.state as Record<string, unknown>)._modules as Record<string, unknown>).again = inner;
  assertEquals([...stateDict(inner).keys()], ["w"]);
});

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const word = (text: string) => `X${String.fromCharCode(text.length)}\0\0\0${text}`;
const storage = (kind: string, key: string, count: number) =>
  `(${word("storage")}ctorch\n${kind}\n${word(key)}${word("cpu")}K${String.fromCharCode(count)}tQ`;

Deno.test("a file with quantised tensors is read but for these", () => {
  const pickle = latin1(
    `\x80\x02}(${word("q")}ctorch._utils\n_rebuild_qtensor\n(${
      storage("QInt8Storage", "0", 4)
    }K\0K\x04\x85K\x01\x85tR` +
      `${word("w")}ctorch._utils\n_rebuild_tensor_v2\n(${
        storage("FloatStorage", "1", 2)
      }K\0K\x02\x85K\x01\x85\x89}tRu.`,
  );
  const bytes = concatBytes(zipChunks([
    { name: "a/data.pkl", bytes: pickle },
    { name: "a/data/0", bytes: Uint8Array.of(1, 2, 3, 4) },
    { name: "a/data/1", bytes: new Uint8Array(Float32Array.of(5, 6).buffer) },
  ]));
  const { tensors, unread } = findStateDict(readTorchCheckpoint(bytes));
  assertEquals([...tensors].map(([key, { data }]) => [key, [...data]]), [["w", [5, 6]]]);
  assertEquals(unread, [{ name: "q", kind: "quantised" }]);
});

Deno.test("a plain pickle may hold tensors, and a file of PyTorch may stand for one", () => {
  const saved = torchFile({ k: f32([2, 2]) }, { n: 3 });
  const whole = readPickleOrTorch(saved, { file: "x.pkl" }) as Record<string, unknown>;
  assertEquals(whole.n, 3);
  // What torch.storage.UntypedStorage is pickled as: a file of PyTorch with the storage alone.
  const inner = concatBytes(zipChunks([
    { name: "a/data.pkl", bytes: latin1(`\x80\x02${storage("FloatStorage", "0", 4)}.`) },
    { name: "a/data/0", bytes: new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) },
  ]));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, inner.length, true);
  const pickle = concatBytes([
    latin1(
      `\x80\x03}${
        word("k")
      }ctorch._utils\n_rebuild_tensor_v2\n(ctorch.storage\n_load_from_bytes\nB`,
    ),
    length,
    inner,
    latin1("\x85RK\0K\x02K\x02\x86K\x02K\x01\x86\x89}tRs."),
  ]);
  const { k } = readPickleOrTorch(pickle) as { k: { shape: number[]; data: Float32Array } };
  assertEquals([k.shape, [...k.data]], [[2, 2], [1, 2, 3, 4]]);
});

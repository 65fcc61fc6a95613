import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  encodePly,
  isPlyList,
  type Ply,
  type PlyFormat,
  type PlyNumbers,
  readPly,
  writePly,
} from "../../../data/formats/ply.ts";
import { noise } from "../../noise.ts";
import { filesUnder, SHARED } from "../../shared_files.ts";

const FORMATS: PlyFormat[] = ["ascii", "binary_little_endian", "binary_big_endian"];
const text = (source: string) => new TextEncoder().encode(source);

/** A file with every type, list and odd value, its rows and lengths drawn by a seed. */
function randomPly(seed: number): Ply {
  const random = noise(seed, 4000, 0, 1);
  let at = 0;
  const draw = (high: number) => Math.floor(random[at++ % random.length]! * high);
  const fill = (column: PlyNumbers): PlyNumbers => {
    const floats = column instanceof Float32Array || column instanceof Float64Array;
    const odd = [NaN, Infinity, -Infinity, -0, 1e-45, 3.4e38, 0.1];
    for (let i = 0; i < column.length; i++) {
      column[i] = floats && draw(4) === 0
        ? odd[draw(odd.length)]!
        : (draw(2 ** 31) - 2 ** 30) * 4.1;
    }
    return column;
  };
  const rows = draw(60);
  const arrays = [
    Int8Array,
    Uint8Array,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ];
  const properties: [string, PlyNumbers | ReturnType<typeof list>][] = arrays.map((array, i) => [
    `p${i}`,
    fill(new array(rows)),
  ]);
  const list = (make: (length: number) => PlyNumbers) => {
    const offsets = new Uint32Array(rows + 1);
    for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row]! + draw(5);
    return { countType: "uint8" as const, offsets, values: fill(make(offsets[rows]!)) };
  };
  const lists = {
    ...{ values: list((n) => new Int16Array(n)) },
    floats: list((n) => new Float32Array(n)),
  };
  return {
    comments: ["made by a test", ""],
    elements: new Map([
      ["vertex", { count: rows, properties: new Map(properties) }],
      ["face", { count: rows, properties: new Map([...Object.entries(lists), ...properties]) }],
      ["nothing", { count: 3, properties: new Map() }],
    ]),
  };
}

for (const format of FORMATS) {
  Deno.test(`what encodePly writes as ${format}, readPly gives back`, () => {
    for (let seed = 0; seed < 30; seed++) {
      const ply = randomPly(seed);
      assertEquals(readPly(encodePly(ply, { format })), { ...ply, format });
    }
  });
}

Deno.test("readPly: a cube's corner in ascii, with comments, CRLF and old type names", () => {
  const { comments, elements } = readPly(text(
    "ply\r\nformat ascii 1.0\r\ncomment hello world\r\nobj_info x\r\nelement vertex 2\r\n" +
      "property float x\r\nproperty uchar red\r\nelement face 1\r\n" +
      "property list uchar int vertex_indices\r\nend_header\r\n0.5 255\r\n-1e3 0\r\n3 0 1 0\r\n",
  ));
  assertEquals(comments, ["hello world"]);
  const { properties } = elements.get("vertex")!;
  assertEquals(properties.get("x"), Float32Array.of(0.5, -1000));
  assertEquals(properties.get("red"), Uint8Array.of(255, 0));
  assertEquals(elements.get("face")!.properties.get("vertex_indices"), {
    countType: "uint8",
    offsets: Uint32Array.of(0, 3),
    values: Int32Array.of(0, 1, 0),
  });
});

Deno.test("writePly writes a file that a path reads part by part", () => {
  const path = Deno.makeTempFileSync({ suffix: ".ply" });
  try {
    // More rows than the writer's piece and the reader's block.
    const x = Float32Array.from({ length: 40_000 }, (_, i) => i / 8);
    const wide = new Map<string, PlyNumbers>([["x", x], ["id", Uint32Array.from(x.keys())]]);
    const elements = new Map([["vertex", { count: x.length, properties: wide }]]);
    writePly(path, { comments: [], elements });
    assertEquals(readPly(path).elements, elements);
  } finally {
    Deno.removeSync(path);
  }
});

const header = (...lines: string[]) => `ply\n${lines.join("\n")}\nend_header\n`;
const le = "format binary_little_endian 1.0";

for (
  const [what, source, message] of [
    ["another file", "plyx", "not a PLY file"],
    ["a header without end", "ply\nformat ascii 1.0\nelement", "the header has no end"],
    ["no format", header("element vertex 0"), "names no format"],
    ["an unknown format", header("format ascii 2.0"), `"ascii 2.0" is not known`],
    ["an unknown type", header(le, "element v 1", "property half x"), `the type "half"`],
    ["a list of float length", header(le, "element v 1", "property list float int x"), "length"],
    ["a property without element", header(le, "property int x"), "belongs to no element"],
    ["a negative count", header(le, "element v -1"), "is no element with a count"],
    ["a name used twice", header(le, "element v 1", "element v 1"), "there twice"],
    ["a word not known", header(le, "elements v 1"), "is not understood"],
    [
      "missing rows",
      header(le, "element v 3", "property int x") + "01234",
      "7 bytes are missing after row 1",
    ],
    ["a huge count", header(le, "element v 99999999999", "property int x") + "0123", "are missing"],
    [
      "a huge ascii count",
      header("format ascii 1.0", "element v 99999999999", "property int x") + "0",
      "room",
    ],
    [
      "a list beyond the end",
      header(le, "element v 1", "property list uint int x") + "\xff\xff\xff",
      "missing",
    ],
    ["a long list", header(le, "element v 1", "property list uchar int x") + "\x09" + "0", "row 0"],
    [
      "a word",
      header("format ascii 1.0", "element v 1", "property int x") + "a",
      `"a" is no number`,
    ],
    [
      "too large a number",
      header("format ascii 1.0", "element v 1", "property uchar x") + "256",
      "cannot hold 256",
    ],
    [
      "a long ascii list",
      header("format ascii 1.0", "element v 1", "property list int int x") + "9 1",
      "has 9 numbers",
    ],
  ] as const
) {
  Deno.test(`readPly refuses ${what}, naming file and offset`, () => {
    const bytes = Uint8Array.from(source, (char) => char.charCodeAt(0));
    const error = assertThrows(() => readPly(bytes, { file: "x.ply" }), SyntaxError, message);
    assert(/^Cannot read "x\.ply" at byte \d+: /.test(error.message), error.message);
  });
}

Deno.test("encodePly refuses columns of the wrong length, names with spaces and long lists", () => {
  const make = (name: string, column: any) => () =>
    encodePly({
      comments: [],
      elements: new Map([["v", { count: 1, properties: new Map([[name, column]]) }]]),
    });
  assertThrows(make("x", new Int8Array(2)), RangeError, `"v.x" has 2 rows`);
  assertThrows(make("x y", new Int8Array(1)), RangeError, "not one word");
  assertThrows(make("x", new BigInt64Array(1)), TypeError, "no type for a BigInt64Array");
  const values = new Int8Array(256);
  const offsets = Uint32Array.of(0, 256);
  assertThrows(make("x", { countType: "uint8", offsets, values }), RangeError, "offsets");
});

const real = filesUnder("data/splats", /\.ply$/);

Deno.test({
  name: "real PLY files open, and read the same after being written",
  ignore: real.length === 0,
  fn() {
    for (const path of real) {
      const ply = readPly(path);
      assert(ply.elements.size > 0 && ply.elements.values().next().value!.count > 0, path);
      assertEquals(readPly(encodePly(ply)).elements, ply.elements, path);
    }
    const [ascii, binary] = ["ascii", "binary"].map((kind) =>
      readPly(real.find((path) => path.endsWith(`beetle.${kind}.ply`))!)
    );
    assertEquals(ascii!.elements.get("face"), binary!.elements.get("face"));
    const faces = ascii!.elements.get("face")!.properties.get("vertex_indices")!;
    if (!isPlyList(faces)) throw new Error("the faces are no list");
    assertEquals([faces.offsets[1], Math.max(...faces.values)], [3, 1147]);
  },
});
if (real.length === 0) console.log(`skipped: no PLY files in ${SHARED}`);

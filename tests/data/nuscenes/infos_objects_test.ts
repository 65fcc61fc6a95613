import { assertEquals, assertThrows } from "@std/assert";
import { Dict, OpaqueObject } from "../../../data/formats/pickle.ts";
import { Field } from "../../../data/nuscenes/fields.ts";
import { readInfos } from "../../../data/nuscenes/infos.ts";
import { filesUnder } from "../../shared_files.ts";

const dict = (entries: Record<string, unknown>) => Object.assign(new Dict(), entries);
const made = (args: unknown[], more: Partial<OpaqueObject> = {}) =>
  Object.assign(new OpaqueObject("mmengine.config.config", "ConfigDict", args), more);
const objects = (shape: number[], data: unknown[]) => ({ dtype: "object", shape, data });

const CONTENTS: [name: string, value: unknown][] = [
  ["a subclass of dict, made of a dict", made([dict({ a: dict({ b: 3 }) })])],
  [
    "one whose entries were set",
    made([], { entries: new Map([["a", made([], { entries: new Map([["b", 3]]) })]]) }),
  ],
  [
    "a list in its place",
    dict({ a: made([], { entries: new Map<unknown, unknown>([["b", 3]]) }) }),
  ],
];
for (const [name, value] of CONTENTS) {
  Deno.test(`a field is found in ${name}`, () => {
    assertEquals(new Field(value, "x.pkl", "").get("a").get("b").number(), 3);
  });
}

Deno.test("lists of other classes and arrays of objects are lists", () => {
  const lists = [made([], { items: [4, 5] }), objects([2], [4, 5]), [4, 5]];
  for (const list of lists) {
    const field = new Field(dict({ a: list }), "x.pkl", "").get("a");
    assertEquals([field.get(1).number(), field.items().length], [5, 2]);
  }
  const whole = objects([], [dict({ a: 6 })]);
  assertEquals(new Field(whole, "x.pkl", "").get("a").number(), 6);
});

Deno.test("an object of an unknown class is named", () => {
  const strange = new OpaqueObject("tools.frames", "Frame", [1, 2]);
  const field = new Field(dict({ a: strange }), "x.pkl", "").get("a");
  for (const read of [() => field.get("b"), () => field.items(), () => field.text()]) {
    assertThrows(
      read,
      SyntaxError,
      'Cannot read "x.pkl": .a is an object of tools.frames.Frame, it must be',
    );
  }
});

const files = [
  ...filesUnder("cases/occ/infos_objects", /\.pkl$/),
  ...filesUnder("cases/occ/checkpoint_messages", /torchsave\.pkl$/),
];
if (!files.length) console.log("skipping the infos of other programs: ../shared/cases is absent");
for (const file of files) {
  Deno.test(`infos as other programs save them: ${file.split("/").at(-1)}`, () => {
    const [frame, ...rest] = readInfos(Deno.readFileSync(file), file);
    assertEquals([rest.length, frame!.cameras.length], [0, 6]);
    assertEquals(frame!.cameras[0]!.intrinsic.length, 9);
  });
}

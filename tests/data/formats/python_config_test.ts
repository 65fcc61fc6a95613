import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readPythonConfig } from "../../../data/formats/python_config.ts";

/** Writes files and reads `main.py`. */
function reading(files: Record<string, string> | string): unknown {
  const folder = Deno.makeTempDirSync();
  const texts = typeof files === "string" ? { "main.py": files } : files;
  try {
    for (const [path, text] of Object.entries(texts)) {
      Deno.mkdirSync(join(folder, path, ".."), { recursive: true });
      Deno.writeTextFileSync(join(folder, path), text);
    }
    try {
      return readPythonConfig(join(folder, "main.py"));
    } catch (error) {
      if (error instanceof Error) error.message = error.message.replaceAll(`${folder}/`, "");
      throw error;
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const VALUES: [text: string, value: unknown][] = [
  ["1", 1],
  ["-2.5e-3", -0.0025],
  ["1_000 + 0x1F + .5", 1031.5],
  ["2 ** 3 ** 2 - -2 ** 2", 516],
  ["7 // 2 + -7 // 2 + -7 % 3 + 7 / 2", 4.5],
  ["2 * (3 + 4)", 14],
  ["'a' \"b\" r'\\n' '''c\nd'''", "ab\\nc\nd"],
  [String.raw`'\t\x41é\q\'' + u"\101"`, "\tAé\\q'A"],
  ["[1, (2,), (), (3), [4,]]", [1, [2], [], 3, [4]]],
  ["{'a': 1, 2: None, **dict(b=True)}", { a: 1, 2: null, b: true }],
  ["dict({'x': 1}, y=dict(), **{'z': 2})", { x: 1, y: {}, z: 2 }],
  ["list((1, 2)) + [*tuple([3])]", [1, 2, 3]],
  ["['a'] * 2 + 1 * ['b'] + ['c'] * 0", ["a", "a", "b"]],
  ["(1600, 864)[::-1]", [864, 1600]],
  ["[0, 1, 2, 3, 4][1:-1:2] + [0, 1, 2][-2:] + [5, 6][:9]", [1, 3, 1, 2, 5, 6]],
  ["[0, 1, 2, 3][3:0:-2] + [7][5:] + [1, 2][None:1]", [3, 1, 1]],
  ["{'a': [1, 2]}['a'][-1]", 2],
  ["'abc'[1] + 'abc'[::-1]", "bcba"],
  ["1, 2", [1, 2]],
  ["1,", [1]],
  ["(1  # one\n\n  , 2)", [1, 2]],
  ["1 + \\\n 2", 3],
];
for (const [text, value] of VALUES) {
  Deno.test(`a value: ${JSON.stringify(text)}`, () =>
    assertEquals(reading(`x = ${text}\n`), { x: value }));
}

Deno.test("names stand for what was assigned before; hidden ones are left out", () => {
  const text = '\ufeff"""What this is."""\r\na = b = 3; c = a * [b]\r\n\r\n__d = 1\r\nc = c[:2]';
  assertEquals(reading(text), { a: 3, b: 3, c: [3, 3] });
  assertEquals(reading("# nothing\n\n   # at all"), {});
});

const REFUSED: [text: string, line: number, what: string][] = [
  ["import os", 1, '"import" is not read'],
  ["x = 1\nfrom a import b", 2, '"from" is not read'],
  ["def f():\n    pass", 1, '"def" is not read'],
  ["x = 1\n  y = 2", 2, "the line is indented"],
  ["x = y", 1, '"y" is not assigned before'],
  ["x = len([1])", 1, 'calls of "len" are not read'],
  ["x = __import__('os').system('true')", 1, 'calls of "__import__" are not read'],
  ["x = 'a'.upper()", 1, "attributes and calls"],
  ["dict = 1\nx = dict(a=1)", 2, 'calls of "dict"'],
  ["x = [\n  1,\n  i for i in y]", 3, '"i" is not assigned'],
  ["x = [1 for i in y]", 1, "comprehensions are not read"],
  ["x = 1 if True else 2", 1, '"if" stands where'],
  ["x = lambda: 1", 1, '"lambda" is not read'],
  ["x = f'{1}'", 1, 'the prefix "f"'],
  ["x = {1, 2}", 1, "sets are not read"],
  ["x = {[1]: 2}", 1, "a list cannot be a key"],
  ["x = {'__proto__': 2}", 1, "cannot be a key"],
  ["__proto__ = {}", 1, "cannot be assigned"],
  ["x = dict(a=1, a=2)", 1, "given twice"],
  ["x = 1 / 0", 1, "a division by zero"],
  ["x = 10.0 ** 1000", 1, "not finite"],
  ["x = 'a' - 1", 1, "- between a string and 1 is not read"],
  ["x = -'a'", 1, "- before a string"],
  ["x = [1][3]", 1, "there is no entry 3, the list has 1"],
  ["x = dict(a=1)['b']", 1, 'there is no "b", the keys are a'],
  ["x = [1][1.5]", 1, "1.5 is no place"],
  ["x = [1][::0]", 1, "the step of a slice is 0"],
  ["x = [0] * 10000000", 1, "too long"],
  ["x = 9007199254740993", 1, "too large"],
  ["x = 3j", 1, '"3j" is not a number'],
  ["x = 1 < 2", 1, '"<" stands where the end of the line must be'],
  ["x = $", 1, '"$" is not read'],
  ["x = 'a\n'", 1, "the string is not closed"],
  ["x = [1, 2", 1, "stands where"],
  ["x = (1 2)", 1, '"2" stands where "," or ")" must be'],
  ["x += 1", 1, "only NAME = VALUE is read"],
  ["x = {}\nx['a'] = 1", 2, "only NAME = VALUE is read"],
  [`x = ${"[".repeat(5000)}`, 1, "nested deeper"],
  [`x = ${"-".repeat(5000)}1`, 1, "nested deeper"],
];
for (const [text, line, what] of REFUSED) {
  Deno.test(`refused: ${JSON.stringify(text.slice(0, 40))}`, () => {
    const { message } = assertThrows(() => reading(text), SyntaxError);
    assertEquals(message.startsWith(`Cannot read "main.py:${line}": `), true, message);
    assertEquals(message.includes(what), true, message);
  });
}

Deno.test("bases are merged: dicts by key, all else replaced, _delete_ starts anew", () => {
  const files = {
    "base/a.py": "a = dict(x=1, y=dict(z=2, w=[1, 2]))\nkept = 5\nnone = None",
    "base/b.py": "_base_ = './c.py'\nb = dict(p=1)",
    "base/c.py": "b = dict(q=2, p=0)\nc = (1, 2)",
    "main.py": `_base_ = ['base/a.py', './base/b.py']
a = dict(y=dict(w=[3], v=dict(_delete_=True, n=1)))
b = dict(_delete_=True, r=3)
c = {{_base_.c}} + [{{ _base_.a.y.z }}]
none = dict(_delete_=True, m=dict(_delete_=True, k=1))
`,
  };
  assertEquals(reading(files), {
    a: { x: 1, y: { z: 2, w: [3], v: { n: 1 } } },
    kept: 5,
    none: { m: { k: 1 } },
    b: { r: 3 },
    c: [1, 2, 2],
  });
});

const BAD_BASES: [files: Record<string, string>, message: string][] = [
  [{ "main.py": "x = 1\n_base_ = 'no.py'" }, 'main.py:2": its base "no.py" is not there'],
  [{ "main.py": "_base_ = 'main.py'" }, '"main.py" has this file as its base'],
  [{ "main.py": "_base_ = 'a.py'", "a.py": "_base_ = ['main.py']" }, 'a.py:1": "main.py" has'],
  [{ "main.py": "_base_ = 3" }, "must be the path of a file"],
  [
    { "main.py": "_base_ = ['a.py', 'b.py']", "a.py": "x = 1", "b.py": "x = 2" },
    'two bases have "x"',
  ],
  [
    { "main.py": "_base_ = 'a.py'\nx = dict(y=dict(z=1))", "a.py": "x = dict(y=[1])" },
    '"x.y" is a dict over [1] of its base, it must have _delete_=True',
  ],
  [{ "main.py": "_base_ = 'a.py'\nx = {{_base_.y}}", "a.py": "x = 1" }, 'bases have no "y"'],
  [{ "main.py": "_base_ = 'a.py'", "a.py": "\nx = y" }, 'a.py:2": "y" is not assigned'],
];
for (const [files, message] of BAD_BASES) {
  Deno.test(`refused: ${message}`, () => {
    assertThrows(() => reading(files), SyntaxError, message);
  });
}

Deno.test("a file that is not there is named", () => {
  assertThrows(() => readPythonConfig("none.py"), Error, 'Cannot read "none.py": there is no such');
});

Deno.test("a value read twice may change in one place alone", () => {
  const files = {
    "a.py": "shared = dict(k=1)\none = shared\ntwo = shared",
    "main.py": "_base_ = 'a.py'\none = dict(k=2)",
  };
  assertEquals(reading(files), { shared: { k: 1 }, one: { k: 2 }, two: { k: 1 } });
});

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
      return readPythonConfig(join(folder, "main.py")).values;
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
  ["list(range(10 + int('2'))) [-2:]", [10, 11]],
  ["[*range(5, 0, -2)] + list(range(1, 3))", [5, 3, 1, 1, 2]],
  ["max(1, 2) + min([3, 4]) + len('abc') + sum([1, 2]) + abs(-1) + round(2.5)", 14],
  ["[int(3.9), int(-3.9), float('1e-3'), str(3) + str(None), bool([])]", [
    3,
    -3,
    1e-3,
    "3None",
    false,
  ]],
  ["sorted([3, 1, 2]) + reversed([4, 5])", [1, 2, 3, 5, 4]],
  ["[i * j for i, j in zip([1, 2, 3], [4, 5, 6]) if i != 2]", [4, 18]],
  ["[[a, b] for a in range(2) for b in 'xy']", [[0, "x"], [0, "y"], [1, "x"], [1, "y"]]],
  ["{f'k{i}': i ** 2 for i in range(3)}", { k0: 0, k1: 1, k2: 4 }],
  ["tuple(i for i in (1, 2))", [1, 2]],
  ["1 if 2 > 1 else 3", 1],
  ["'a' if False else 'b' if not 0 else 'c'", "b"],
  ["[1 < 2 < 3, 1 == 1.0, 2 in [1, 2], 'z' not in 'abc', None is None, 1 is not 2]", [
    ...[true, true, true, true, true, true],
  ]],
  ["[0 or 5, [] and 1, not [], 1 and 2 or 3]", [5, [], true, 2]],
  ["f'a{1 + 1}{{}}{\"q\"}' 'b' rf'\\d{2:03d}'", "a2{}qb\\d002"],
  ["f'{0.5:.2f}|{7:>3}|{\"ab\":<4}|{-5:04d}|{1e-5}|{True}'", "0.50|  7|ab  |-005|1e-05|True"],
  ["'{}-{x}-{0:02d}'.format(3, x='y')", "3-y-03"],
  ["'%s/%02d/%.1f%%' % ('a', 7, 1.25)", "a/07/1.3%"],
  ["'out/%s' % 'b'", "out/b"],
  ["'-'.join(['a', 'b']).upper() + 'x.py'.replace('.py', '')", "A-Bx"],
  ["dict(a=1).get('b', 2) + dict(a=1)['a']", 3],
  ["[k for k, v in dict(a=1, b=2).items() if v > 1]", ["b"]],
  [`${"1 + ".repeat(20_000)}1`, 20_001],
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

const STATEMENTS: [text: string, values: Record<string, unknown>][] = [
  ["H, W = 864, 1600", { H: 864, W: 1600 }],
  ["(a, [b, c]) = d = (1, (2, 3))", { a: 1, b: 2, c: 3, d: [1, [2, 3]] }],
  ["lr: float = 2e-4; n: 'Optional[int]'", { lr: 2e-4 }],
  ["a = [1]; a += [2]; b = 2; b *= 3; b -= 1", { a: [1, 2], b: 5 }],
  ["m = dict(); m['x'] = dict(y=1); m['x']['y'] += 1; l = [1, 2]; l[-1] = 5", {
    m: { x: { y: 2 } },
    l: [1, 5],
  }],
  ["m = dict(a=1); m.update(b=2); m.update({'a': 3}); l = []; l.append(m); l.extend([4])", {
    m: { a: 3, b: 2 },
    l: [{ a: 3, b: 2 }, 4],
  }],
  ["a = 1; b = dict(c=2, d=3); del a; del b['c']", { b: { d: 3 } }],
  [
    "import os\nimport os.path as osp\nfrom os.path import join as j\np = os.path.join('a', 'b') + osp.join('c', '/d') + j('e', 'f')",
    {
      p: "a/b/de/f",
    },
  ],
  [
    "import numpy as np, math\nfrom copy import deepcopy\na = [np.pi / 2, math.sqrt(4)]; b = deepcopy(a)",
    {
      a: [Math.PI / 2, 2],
      b: [Math.PI / 2, 2],
    },
  ],
  ["debug = False\nmax_epochs = 1 if debug else 20", { debug: false, max_epochs: 20 }],
];
for (const [text, values] of STATEMENTS) {
  Deno.test(`statements: ${JSON.stringify(text)}`, () => assertEquals(reading(text), values));
}

const REFUSED: [text: string, line: number, what: string][] = [
  ["import torch", 1, '"import" is not read but of'],
  ["x = 1\nfrom a import b", 2, '"import" is not read but of'],
  ["import os\nx = os.system('true')", 2, '"os.system" is not read, only os.path.join'],
  ["import numpy as np\nx = np.random.rand()", 2, '"numpy.random.rand" is not read, only'],
  ["for i in []:\n  pass", 1, '"for" is not read'],
  ["if x:\n  y = 1", 1, '"if" is not read'],
  ["with open('a') as b:\n  pass", 1, '"with" is not read but of read_base()'],
  ["def f():\n    pass", 1, '"def" is not read'],
  ["x = 1\n  y = 2", 2, "the line is indented"],
  ["x = y", 1, '"y" is not assigned before'],
  ["x = open('a')", 1, 'calls of "open" are not read, only of dict, list'],
  ["x = __import__('os').system('true')", 1, 'calls of "__import__" are not read'],
  ["x = 'a'.encode()", 1, "calls of .encode() of a string are not read"],
  ["x = dict(a=1).b", 1, 'there is no "b", the keys are a'],
  ["x = [1](0)", 1, "calls of values are not read"],
  ["dict = 1\nx = dict(a=1)", 2, 'calls of "dict"'],
  ["x = [\n  1,\n  i for i in y]", 3, '"for" stands where'],
  ["x = [1 for i in y]", 1, '"y" is not assigned before'],
  ["x = [1 for i, j in [1, 2]]", 1, "2 names take 1"],
  ["x = 1 if True", 1, "stands where"],
  ["x = lambda: 1", 1, '"lambda" is not read'],
  ["x = f'{y}'", 1, '"y" is not assigned'],
  ["x = f'{1!r}'", 1, "in an f-string is not read"],
  ["x = f'{1'", 1, "is not closed"],
  ["x = f'{[1]}'", 1, "a list as text is not read"],
  ["x = f'{1:^^9}'", 1, 'the format ":^^9" is not read'],
  ["x = b'a'", 1, 'the prefix "b"'],
  ["x = '{{ fileName }}'", 1, "inside a string is not filled in"],
  ["x = 1\ny = '{{$VOXSPLAT_NOT_SET:}}'", 2, 'the environment has no "VOXSPLAT_NOT_SET"'],
  ["a, b = 1, 2, 3", 1, "2 names take a list, not 2 values"],
  ["x = 1\nx.y = 2", 2, "1 has no entries"],
  ["x = 'a' > 1", 1, "> between a string and 1 is not read"],
  ["x = range(1, 2, 0)", 1, "range() takes whole numbers"],
  ["x = list(range(10 ** 9))", 1, "is too long"],
  ["x = int('a')", 1, "a string is no number"],
  ["x = 'a' + 1; y = 2", 1, "+ between a string and 1"],
  ["del x", 1, '"x" is not assigned'],
  ["x = '%d' % 'a'", 1, "is for numbers"],
  ["x = [i for i in range(2000) for j in range(2000)]", 1, "values are made"],
  ["x = dict(a=1)\nx['a'] = x", 2, "nested deeper"],
  [
    Array.from(
      { length: 40 },
      (_, i) => `d${i + 1} = dict(a=${i ? `d${i}` : 1}, b=${i ? `d${i}` : 1})`,
    ).join("\n"),
    16,
    "hang on one name",
  ],
  [
    Array.from({ length: 200 }, (_, i) => i ? "x = [x]" : "x = [1]").join("\n"),
    101,
    "nested deeper",
  ],
  [`x = 1${"**1".repeat(5000)}`, 1, "nested deeper"],
  [`x = ${"not ".repeat(5000)}1`, 1, "nested deeper"],
  [`x = [1]${"[0]".repeat(5000)}`, 1, "nested deeper"],
  [`x = ${"1 if 1 else ".repeat(5000)}1`, 1, "nested deeper"],
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
  ["x = 1 | 2", 1, '"|" stands where the end of the line must be'],
  ["x = $", 1, '"$" is not read'],
  ["x = 'a\n'", 1, "the string is not closed"],
  ["x = [1, 2", 1, "stands where"],
  ["x = (1 2)", 1, '"2" stands where "," or ")" must be'],
  ["x += 1", 1, '"x" is not assigned before'],
  ["x = 1\nx", 2, "only NAME = VALUE is read"],
  ["1 = 2", 1, "only names, entries and attributes are assigned to"],
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
    {
      "main.py": "from mmengine.config import read_base\nwith read_base():\n    from .no import *",
    },
    'main.py:3": its base ".no" is not there',
  ],
  [
    {
      "main.py": "from mmengine.config import read_base\nwith read_base(): from .a import y",
      "a.py": "x = 1",
    },
    'main.py:2": the base ".a" has no "y"',
  ],
  [
    Object.fromEntries([
      ["main.py", "_base_ = 'f0.py'"],
      ...Array.from({ length: 150 }, (_, i) => [`f${i}.py`, `_base_ = 'f${i + 1}.py'`]),
    ]),
    "100 deep",
  ],
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

Deno.test("templates are filled in: places of the file, the environment, values of bases", () => {
  Deno.env.set("VOXSPLAT_TEST_ROOT", "/mnt/data");
  const text = `load_from = '{{ fileDirname }}/ckpt.pth'
name = '{{fileBasenameNoExtension}}|{{ fileBasename }}|{{ fileExtname }}'
root = '{{$VOXSPLAT_TEST_ROOT:/data}}'
other = '{{ $VOXSPLAT_NOT_SET:/data/b }}'
n = {{'$VOXSPLAT_NOT_SET:3'}} + 1
`;
  const { load_from: from, ...rest } = reading(text) as Record<string, string>;
  assertEquals(from!.endsWith("/ckpt.pth") && !from!.includes("{"), true);
  assertEquals<unknown>(rest, {
    name: "main|main.py|.py",
    root: "/mnt/data",
    other: "/data/b",
    n: 4,
  });
});

Deno.test("bases are read as attributes, and by read_base", () => {
  const files = {
    "a.py": "model = dict(lifter=dict(num_anchor=7), kinds=['x'])\nkept = 1",
    "b/c.py": "other = 3\nkept = 2",
    "old.py":
      "_base_ = ['a.py']\nx = _base_.model.lifter.num_anchor + _base_['kept']\nmodel = dict(kinds=_base_.model.kinds + ['y'])",
    "main.py":
      "from mmengine.config import read_base\nwith read_base():\n    from .a import *\n    from .b.c import other as o\n\nmodel.update(dict(n=o))\nmodel.lifter.num_anchor = 9",
  };
  const model = { lifter: { num_anchor: 7 }, kinds: ["x"] };
  assertEquals(reading({ ...files, "main.py": files["old.py"] }), {
    model: { ...model, kinds: ["x", "y"] },
    kept: 1,
    x: 8,
  });
  assertEquals(reading(files), {
    model: { ...model, lifter: { num_anchor: 9 }, n: 3 },
    kept: 1,
    o: 3,
  });
});

Deno.test("names that nothing in their file uses are told", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(join(folder, "b.py"), "a = 1; b = a; e = 3");
    Deno.writeTextFileSync(
      join(folder, "a.py"),
      "_base_ = 'b.py'\nb = 2; c = 1; d = f'{c}'; a = 2",
    );
    const { idle } = readPythonConfig(join(folder, "a.py"));
    assertEquals([...idle].sort(), ["_base_", "a", "b", "d", "e"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

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

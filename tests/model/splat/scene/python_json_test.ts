import { assertEquals } from "@std/assert";
import { PythonFloat, pythonFloat, pythonJson } from "../../../../model/splat/scene/python_json.ts";

Deno.test("floats are written as Python's repr writes them", () => {
  const cases: [number, string][] = [
    [1, "1.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [1e-4, "0.0001"],
    [1e-5, "1e-05"],
    [1.5e-7, "1.5e-07"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [123456789012345680, "1.2345678901234568e+17"],
    [1e-300, "1e-300"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
  ];
  for (const [value, text] of cases) assertEquals(pythonFloat(value), text);
});

Deno.test("JSON is what Python's json.dumps gives", () => {
  const one = new PythonFloat(1);
  const value = { 'é"\u0001': [], o: { x: 1, n: [[one, new PythonFloat(2.5)]] } };
  assertEquals(pythonJson(value), '{"\\u00e9\\"\\u0001": [], "o": {"x": 1, "n": [[1.0, 2.5]]}}');
  assertEquals(
    pythonJson({ a: [[one]], b: [] }, 2),
    '{\n  "a": [\n    [\n      1.0\n    ]\n  ],\n  "b": []\n}',
  );
});

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { TorchStream } from "../../../data/random/torch_stream.ts";

function assertNear(actual: ArrayLike<number>, expected: readonly number[]): void {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(actual[i]!, value, 1e-5));
}

Deno.test("backgrounds are those of torch.manual_seed(0); torch.rand(3)", () => {
  const stream = new TorchStream(0);
  assertEquals(stream.colour(), [0.49625658988952637, 0.7682217955589294, 0.08847743272781372]);
});

Deno.test("normal numbers are those of torch.manual_seed(7); torch.randn", () => {
  // PyTorch 2.13 on a CPU: few numbers come in pairs of doubles, more in blocks of sixteen.
  const stream = new TorchStream(7);
  assertNear(stream.normals(6), [-0.1468, 0.78614, 0.94682, -1.11434, 1.69079, -0.89483]);
  assertNear(stream.colour(), [0.286839, 0.206319, 0.44509]);
  stream.normals(12);
  stream.colour();
  // An odd count leaves one for later.
  assertNear(stream.normals(3), [0.97321, -1.10104, -0.74843]);
  stream.colour();
  assertNear(stream.normals(48).slice(0, 3), [-1.06056, -0.309, 0.93429]);
  stream.colour();
  const uneven = stream.normals(54);
  assertNear([...uneven.slice(0, 3), ...uneven.slice(-3)], [
    -0.74196,
    -0.63755,
    -1.57861,
    0.23115,
    -0.75558,
    -0.11979,
  ]);
});

Deno.test("a stream goes on from its state", () => {
  const stream = new TorchStream(3);
  stream.normals(5);
  const state = stream.state();
  const rest = [...stream.normals(7), ...stream.colour(), ...stream.normals(40)];
  const other = new TorchStream(0);
  other.restore(state);
  assertEquals([...other.normals(7), ...other.colour(), ...other.normals(40)], rest);
  assert(new Set(rest).size > 40);
  assertThrows(() => other.restore(state.subarray(1)), RangeError, "627 words");
});

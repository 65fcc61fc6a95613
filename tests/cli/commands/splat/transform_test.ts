import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { transform } from "../../../../cli/commands/splat/transform.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import type { TransformReport } from "../../../../data/splats/transform_splats.ts";
import { readSplats } from "../../../../data/splats/read_splats.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { madeUpSplats } from "../../../data/splats/made_up.ts";

async function inFolder(work: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    const splats = madeUpSplats(200, 2);
    splats.positions[30] = NaN;
    splats.opacities[77] = NaN;
    await writeSplats(join(folder, "in.ply"), splats);
    await work((name) => join(folder, name));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function run(...words: string[]): Promise<{ out: string[]; err: string[] }> {
  const terminal = keepingTerminal();
  assertEquals(await transform.run(words, terminal), 0);
  return terminal;
}

Deno.test("every format can be written and converted back, broken Gaussians are left out", async () => {
  await inFolder(async (path) => {
    for (const name of ["a.ply", "a.compressed.ply", "a.splat", "a.spz", "a.sog"]) {
      const { out, err } = await run(path("in.ply"), path(name));
      assertEquals(err, [
        `2 of 200 Gaussians of "${path("in.ply")}" have NaN, infinite or zero-rotation values ` +
        "and are left out",
      ]);
      const degree = name === "a.splat" ? 0 : 2;
      assertStringIncludes(out[0]!, `bytes, 198 Gaussians, SH degree ${degree}`);
      await run(path(name), path("back.ply"), "--overwrite");
      const { splats } = await readSplats(path("back.ply"));
      assertEquals([splats.count, splats.degree], [198, degree]);
    }
  });
});

Deno.test("--crop, --max-count and --sh-degree, with a report in JSON", async () => {
  await inFolder(async (path) => {
    const words = ["--crop", "-2,-2,-2,4,4,4", "--max-count=30", "--sh-degree", "1", "--json"];
    const { out } = await run(path("in.ply"), path("out.ply"), ...words);
    const report: TransformReport = JSON.parse(out[0]!);
    const { splats } = await readSplats(path("out.ply"));
    assertEquals([splats.count, splats.degree], [30, 1]);
    assert(splats.positions.every((value) => value >= -2));
    assertEquals([report.inputs[0]!.format, report.inputs[0]!.count], ["ply", 200]);
    assertEquals([report.output.count, report.output.degree], [30, 1]);
    assert("notFinite" in report.output && report.output.notFinite === 0);
    assertEquals(report.output.bytes, Deno.statSync(path("out.ply")).size);
    assertEquals(report.inputs[0]!.unusable, 2);
    assertEquals(report.steps.map(({ action }) => action), [
      "--crop -2,-2,-2,4,4,4",
      "--max-count 30",
      "--sh-degree 1",
    ]);
    const [crop, most, degree] = report.steps;
    assertEquals([crop!.before, most!.before, degree!.before], [198, crop!.after, 30]);
    assert(crop!.after < 148 && most!.after === 30);
  });
});

Deno.test("--info describes a file as it is, in a table or as JSON", async () => {
  await inFolder(async (path) => {
    const { out: [text] } = await run(path("in.ply"), "--info");
    const [line, header, x, ...rest] = text!.split("\n");
    assertStringIncludes(line!, "in.ply: ply, 33803 bytes, 200 Gaussians, SH degree 2");
    assertEquals(header!.trim().split(/ +/), ["min", "median", "mean", "max"]);
    assertStringIncludes(x!, "-3.9");
    assertEquals(rest.slice(0, -1).map((row) => row.split(" ")[0]), ["y", "z", "scale", "opacity"]);
    assertEquals(rest.at(-1), "2 Gaussians with values that are not finite");
    const { out: [json] } = await run(path("in.ply"), "--info", "--json");
    const info = JSON.parse(json!);
    assertEquals([info.format, info.count, info.degree, info.notFinite], ["ply", 200, 2, 2]);
    assertEquals(Object.keys(info.opacity), ["min", "median", "mean", "max"]);
  });
});

Deno.test("mistakes on the command line are told before anything is written", async () => {
  await inFolder(async (path) => {
    const refuse = (
      words: string[],
      message: string,
      kind: new (message: string) => Error = UsageError,
    ) => assertRejects(() => run(path("in.ply"), ...words), kind, message);
    await refuse([], "Cannot run without OUT");
    await refuse(["--info", "--max-count", "3"], "Cannot run without OUT");
    for (const crop of ["1,2,3", "0,0,0,1,1,x", "0,0,0,1,-1,1", "0,0,0,,1,1"]) {
      await refuse(
        [path("out.ply"), "--crop", crop],
        `Cannot read "--crop ${crop}": it must be six`,
      );
    }
    await refuse([path("out.obj")], "its name must end in", RangeError);
    await refuse([path("out.ply"), "--sh-degree", "4"], "a whole number from 0 to 3");
    await assertRejects(
      () => run(path("none.ply"), path("out.ply")),
      Deno.errors.NotFound,
      "there is no such file",
    );
    assertEquals([...Deno.readDirSync(path("."))].map(({ name }) => name), ["in.ply"]);
  });
});

Deno.test("a result without any Gaussian is an error that says why, and writes nothing", async () => {
  await inFolder(async (path) => {
    await assertRejects(
      () => run(path("in.ply"), path("out.ply"), "--crop", "50,50,50,60,60,60"),
      RangeError,
      'none of 200 Gaussians is left, 2 are not finite, "--crop 50,50,50,60,60,60" leaves out 198',
    );
    assertEquals([...Deno.readDirSync(path("."))].map(({ name }) => name), ["in.ply"]);
  });
});

Deno.test("--spz-frame is of IN and OUT, --spz-frame-out of OUT alone, in letters of either size", async () => {
  await inFolder(async (path) => {
    const y = async (...words: string[]) => {
      await run(...words, "--overwrite");
      return Math.sign((await readSplats(words[1]!)).splats.positions[1]!);
    };
    const one = madeUpSplats(1, 0);
    one.positions.set([1, 2, 3]);
    await writeSplats(path("one.ply"), one);
    const [ply, spz, out] = [path("one.ply"), path("one.spz"), path("out.ply")];
    assertEquals(await y(ply, spz), 1);
    // Read as RUB, what has PLY's axes stands on its head.
    assertEquals(await y(ply, spz, "--spz-frame", "as-is"), -1);
    assertEquals(await y(spz, out, "--spz-frame", "rdf"), 1);
    assertEquals(await y(spz, path("two.spz"), "--spz-frame=rdf", "--spz-frame-out=rub"), 1);
    // Version 4 declares its frame, so that nothing need be said.
    assertEquals(await y(ply, spz, "--spz-frame", "as-is", "--spz-version", "4"), 1);
  });
});

Deno.test("a model's folder stands for its newest iteration, --iteration for another", async () => {
  await inFolder(async (path) => {
    for (const iteration of [7000, 30000]) {
      const folder = path(`model/point_cloud/iteration_${iteration}`);
      Deno.mkdirSync(folder, { recursive: true });
      await writeSplats(join(folder, "point_cloud.ply"), madeUpSplats(iteration / 1000, 0));
    }
    Deno.mkdirSync(path("model/point_cloud/iteration_40000")); // being written
    const count = async (...words: string[]) => {
      await run(path("model"), path("out.ply"), "--overwrite", ...words);
      return (await readSplats(path("out.ply"))).splats.count;
    };
    assertEquals([await count(), await count("--iteration", "7000")], [30, 7]);
    await assertRejects(() => count("--iteration", "8000"), Deno.errors.NotFound, "iteration 8000");
    await assertRejects(
      () => run(path("."), path("o.ply")),
      Deno.errors.NotFound,
      "it is a folder",
    );
    const inside = path("model/point_cloud/iteration_30000/point_cloud.ply");
    await assertRejects(
      () => run(path("model"), inside, "--overwrite"),
      UsageError,
      "it is the file that is read",
    );
  });
});

Deno.test("actions are done in the order of the line, to the file before them or to all", async () => {
  await inFolder(async (path) => {
    const one = madeUpSplats(1, 1);
    one.positions.set([1, 2, 3]);
    await writeSplats(path("a.ply"), one);
    await writeSplats(path("b.spz"), madeUpSplats(5, 0));
    const positions = async (...words: string[]) => {
      await run(...words, "--overwrite");
      return [...(await readSplats(path("out.ply"))).splats.positions.subarray(0, 3)];
    };
    const [a, b, out] = [path("a.ply"), path("b.spz"), path("out.ply")];
    assertEquals(await positions(a, "-t", "1,0,0", "-s", "2", out), [4, 4, 6]);
    assertEquals(await positions(a, "-s=2", "--translate", "1,0,0", out), [3, 4, 6]);
    assertEquals(await positions(a, out, "-t", "-1,-2,-3"), [0, 0, 0]);
    // The first file's own action, then that of both together.
    assertEquals(await positions(a, "-t", "1,0,0", b, "-t", "50,0,0", out, "-s", "10"), [
      20,
      20,
      30,
    ]);
    const { splats } = await readSplats(out);
    assertEquals([splats.count, splats.degree], [6, 1]);
    assert(splats.positions[3]! > 400);
    // Two rotations about different axes do not change places.
    const turned = await positions(a, "-r", "90,0,0", "-r", "0,90,0", out);
    turned.forEach((value, k) => assert(Math.abs(value - [2, -3, -1][k]!) < 1e-6));
  });
});

Deno.test("an action without its value, or with a wrong one, is named", async () => {
  await inFolder(async (path) => {
    const cases: [string[], string][] = [
      [["-t"], 'Cannot read "-t": a value must follow, X,Y,Z'],
      [["--rotate", "1,2"], 'Cannot read "--rotate 1,2": it must be 3 numbers'],
      [["--align-pca=3"], 'Cannot read "--align-pca=3": it takes no value'],
      [["--filter-boxes", "1"], 'no option "--filter-boxes" here'],
      [["-Q", "1"], 'no option "-Q" here'],
      [["--spz-frame", "rdx"], 'Cannot read "rdx" as a frame of SPZ: it must be as-is or one of'],
    ];
    for (const [words, message] of cases) {
      await assertRejects(() => run(path("in.ply"), path("o.ply"), ...words), UsageError, message);
    }
  });
});

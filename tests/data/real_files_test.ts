import { assert, assertEquals } from "@std/assert";
import { basename, relative } from "@std/path";
import { detectFormat, inspectFile } from "../../data/inspect.ts";
import { openSource } from "../../data/formats/byte_source.ts";
import { filesUnder, SHARED } from "../shared_files.ts";

// Broken on purpose, or of a kind that is not supported; each must say so in one clear error.
const REFUSED = [
  /\.pkl\.gz$/,
  /example_bool_bad_value\.npy$/,
  /broken\.pt$/,
  /\/x_[^/]*\.png$/,
  /pngsuite\/x[a-z\d]*\.png$/,
  // 10 to 16 bits per sample; the lossless one of 8 bits among them is read.
  /lossless\/.*(?<!8bit)\.jpg$/,
  /monkey12\.jpg$/,
  /(mjpeg|partial_progressive)\.jpg$/,
  /crashtest\/images\/(?!multiple-0xff-before-eoi)[^/]*\.jpg$/,
];
const ENDINGS =
  "npy|npz|pkl|pickle|gz|pt|pth|safetensors|png|jpe?g|ply|splat|ksplat|spz|webp|json|pcd.bin";
const paths = [
  "formats",
  "splats",
  "nuscenes_cam",
  "nuscenes_extra",
  "surroundocc",
  "nuscenes",
  "scenes",
]
  .flatMap((folder) =>
    filesUnder(`data/${folder}`, new RegExp(`(\\.(${ENDINGS})|sparse/.*\\.(bin|txt))$`))
  );

Deno.test({
  name: "every real file opens, or says in one error what is wrong with it and where",
  ignore: paths.length === 0,
  async fn() {
    const wrong: string[] = [];
    for (const path of paths) {
      const name = relative(SHARED, path);
      // Large pictures are decoded by the tests of their formats.
      const values = Deno.statSync(path).size < 100_000;
      const refused = REFUSED.some((pattern) => pattern.test(name));
      try {
        const { content } = await inspectFile(path, { values });
        if (refused && values) wrong.push(`${name} should be refused`);
        if (content.length === 0) wrong.push(`${name} holds nothing`);
      } catch (error) {
        const { message } = error as Error;
        const named = message.startsWith(`Cannot read "${path}`);
        const placed = / at byte \d+: /.test(message);
        const kind = error instanceof SyntaxError || error instanceof RangeError;
        if (!refused || !named || !placed || !kind) wrong.push(`${name}: ${error}`);
      }
    }
    assertEquals(wrong, []);
    assert(paths.length > 600, `${paths.length} files`);
  },
});

Deno.test({
  name: "formats are told by their first bytes, whatever the name",
  ignore: paths.length === 0,
  fn() {
    const expected: Record<string, string> = {
      "array.npy": "NumPy array",
      "data_float64_corder.npz": "NumPy archive",
      "linear.pt": "PyTorch checkpoint",
      "alex.pth": "PyTorch checkpoint",
      "basn6a08.png": "PNG",
      "rgb.jpg": "JPEG",
      "tiny_case.safetensors": "safetensors",
      "tests_py3_proto4.pickle": "Python pickle",
    };
    for (const [name, format] of Object.entries(expected)) {
      const path = paths.find((path) => basename(path) === name)!;
      const bytes = Deno.readFileSync(path);
      assertEquals(detectFormat(openSource(bytes, "nameless")), format, name);
    }
  },
});
if (paths.length === 0) console.log(`skipped: no real files in ${SHARED}`);

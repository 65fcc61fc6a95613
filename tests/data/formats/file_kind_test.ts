import { assertEquals, assertThrows } from "@std/assert";
import { openSource } from "../../../data/formats/byte_source.ts";
import { fileKind } from "../../../data/formats/file_kind.ts";
import { readAnyNpy } from "../../../data/formats/numpy/npy.ts";
import { readPickle } from "../../../data/formats/pickle.ts";
import { readPly } from "../../../data/formats/ply.ts";
import { encodeSafetensors, readSafetensors } from "../../../data/formats/safetensors.ts";
import { readTorchCheckpoint } from "../../../data/formats/torch_checkpoint.ts";
import { openZip } from "../../../data/formats/zip/zip.ts";
import { torchFile } from "../../torch_file.ts";

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const tar = (name: string) => name.padEnd(257, "\0") + "ustar\0" + "00".padEnd(255, "\0");

const KINDS: [id: string | null, bytes: string][] = [
  ["empty", ""],
  ["zeros", "\0".repeat(300)],
  ["lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"],
  ["html", "\r\n  <!DOCTYPE HTML>\n<title>Sign in</title>"],
  ["html", "<html><body>quota exceeded</body></html>"],
  ["xml", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
  ["gzip", "\x1f\x8b\x08\0"],
  ["bzip2", "BZh91AY"],
  ["xz", "\xfd7zXZ\0\0"],
  ["zstd", "\x28\xb5\x2f\xfd\x24"],
  ["7z", "7z\xbc\xaf\x27\x1c\0"],
  ["rar", "Rar!\x1a\x07\x01\0"],
  ["torch-tar", tar("sys_info")],
  ["torch-tar", tar("storages")],
  ["tar", tar("weights/model.pth")],
  ["zip", "PK\x03\x04rest"],
  ["npy", "\x93NUMPY\x01\0"],
  ["hdf5", "\x89HDF\r\n\x1a\n"],
  ["onnx", "\x08\x07\x12\x07pytorch\x1a\x052.1.0"],
  ["png", "\x89PNG\r\n\x1a\n"],
  ["jpeg", "\xff\xd8\xff\xe0"],
  ["gif", "GIF89a"],
  ["picture", "\0\0\0\x1cftypheic"],
  ["picture", "P6 2 2 255\n"],
  ["video", "\0\0\0\x1cftypisom"],
  ["video", "RIFF\0\0\0\0AVI LIST"],
  ["ply", "ply\nformat ascii 1.0\n"],
  ["safetensors", "\x02\0\0\0\0\0\0\0{}"],
  ["safetensors-index", '{"metadata": {"total_size": 3}, "weight_map": {"a": "b.safetensors"}}'],
  ["json", '{"a": 1}'],
  ["json", "[\n  1, 2]"],
  ["pickle", "\x80\x04\x95"],
  ["text", "404: Not Found"],
  [null, "\xd0\xcf\x11\xe0\xa1\xb1"],
  [null, "\0\0\0\0"],
];
for (const [id, bytes] of KINDS) {
  Deno.test(`the kind of ${JSON.stringify(bytes.slice(0, 24))} is ${id}`, () => {
    assertEquals(fileKind(openSource(latin1(bytes)))?.id ?? null, id);
  });
}

Deno.test("a file of PyTorch and one of safetensors are told apart", () => {
  const x = { dtype: "float32", shape: [1], data: Float32Array.of(1) } as const;
  const tensor = { ...x, shape: [1] };
  assertEquals(fileKind(openSource(torchFile({ x: tensor })))?.id, "zip");
  assertEquals(fileKind(openSource(encodeSafetensors([["x", tensor]])))?.id, "safetensors");
});

const READERS: [name: string, read: (bytes: Uint8Array) => unknown, own: readonly string[]][] = [
  ["a PyTorch file", (bytes) => readTorchCheckpoint(bytes, { file: "x" }), ["zip"]],
  ["a safetensors file", (bytes) => readSafetensors(bytes, { file: "x" }), ["safetensors"]],
  ["a Python pickle", (bytes) => readPickle(bytes, { file: "x" }), ["pickle", "text"]],
  ["an npy file", (bytes) => readAnyNpy(bytes, { file: "x" }), ["npy"]],
  ["a zip archive", (bytes) => openZip(bytes, { file: "x" }), ["zip"]],
  ["a PLY file", (bytes) => readPly(bytes, { file: "x" }), ["ply"]],
];
for (const [name, read, own] of READERS) {
  Deno.test(`what is not ${name} is told as what it is, with what to do`, () => {
    for (const [id, bytes] of KINDS) {
      if (id === null || own.includes(id)) continue;
      const error = assertThrows(() => read(latin1(bytes)), SyntaxError) as Error & {
        hint?: string;
      };
      assertEquals(
        error.message.startsWith('Cannot read "x" at byte 0: it is '),
        true,
        error.message,
      );
      assertEquals(error.message.endsWith(`, not ${name}`), true, error.message);
      assertEquals(typeof error.hint, "string");
    }
  });
}

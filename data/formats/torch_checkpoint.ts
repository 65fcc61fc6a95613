import { openSource } from "./byte_source.ts";
import { otherKind } from "./file_kind.ts";
import { readPickle } from "./pickle.ts";
import { torchTable } from "./torch/rebuild.ts";
import {
  LEGACY_MAGIC_LENGTH,
  looksLegacy,
  readLegacyCheckpoint,
} from "./torch/legacy_checkpoint.ts";
import { readZipCheckpoint } from "./torch/zip_checkpoint.ts";
import { looksLikeZip } from "./zip/zip.ts";

export { TorchStorage } from "./torch/storage.ts";
export { findStateDict, type FoundStateDict, stateDict } from "./torch/state_dict.ts";
export { TorchTensor } from "./torch/tensor.ts";

/**
 * Reads a file of `torch.save`, given as bytes or path, in the zip format (PyTorch 1.6 and later) or the
 * one before it: plain data as `readPickle` makes it, with a `TorchTensor` for each tensor and
 * parameter. Nothing in the file is executed. Tensors are read from the file when their `data` is first
 * asked for, so only what is used takes memory.
 */
export function readTorchCheckpoint(
  input: Uint8Array | string,
  { file }: { file?: string } = {},
): unknown {
  const source = openSource(input, file);
  const start = source.read(0, Math.min(LEGACY_MAGIC_LENGTH, source.size));
  if (looksLikeZip(start)) return readZipCheckpoint(source);
  if (looksLegacy(start)) return readLegacyCheckpoint(source);
  throw otherKind(source, "a PyTorch file");
}

/** Reads a pickle, or what torch.save wrote in place of one; tensors inside are read as arrays. */
export function readPickleOrTorch(bytes: Uint8Array, { file = "memory" } = {}): unknown {
  const start = bytes.subarray(0, LEGACY_MAGIC_LENGTH);
  if (looksLikeZip(start) || looksLegacy(start)) return readTorchCheckpoint(bytes, { file });
  return readPickle(bytes, {
    file,
    rebuild: [
      ...torchTable,
      // A tensor in a plain pickle brings its storage along as a file of its own.
      ["torch.storage._load_from_bytes", ([stored]) => {
        if (!(stored instanceof Uint8Array)) throw new RangeError("a storage has no bytes");
        return readTorchCheckpoint(stored, { file });
      }],
    ],
  });
}

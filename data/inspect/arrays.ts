import { openSource } from "../formats/byte_source.ts";
import type { AnyArray } from "../formats/nd_array.ts";
import { elementCount } from "../formats/dtype.ts";
import { type NpyHeader, readAnyNpy, readNpyHeader } from "../formats/numpy/npy.ts";
import { Npz } from "../formats/numpy/npz.ts";
import { readSafetensors, readSafetensorsHeader } from "../formats/safetensors.ts";
import { readTorchCheckpoint } from "../formats/torch_checkpoint.ts";
import { unreadable } from "../formats/unreadable.ts";
import { openZip } from "../formats/zip/zip.ts";
import { arrayNode, type ContentNode, type ContentOptions } from "./content.ts";
import { describeValue } from "./value_tree.ts";

// Real npy headers have 128 bytes; one longer than this is only understood when the data are read too.
const NPY_HEADER = 2 ** 16;

/** Describes an npy file. */
export function npyContent(path: string, options: ContentOptions): ContentNode[] {
  const source = openSource(path);
  if (options.values) {
    return [
      arrayOrObjects("array", readAnyNpy(source.read(0, source.size), { file: path }), options),
    ];
  }
  const start = source.read(0, Math.min(NPY_HEADER, source.size));
  return [headerNode("array", readNpyHeader(start, path), { size: source.size, file: path })];
}

/** Describes an npz file, or the members of any other zip archive. */
export function zipContent(path: string, options: ContentOptions): ContentNode[] {
  const archive = openZip(path);
  return [...archive.entries.values()].map((entry): ContentNode => {
    const { name, size } = entry;
    if (!name.endsWith(".npy")) return { name, what: `${size} bytes` };
    const short = name.slice(0, -".npy".length);
    if (options.values) return arrayOrObjects(short, new Npz(archive).getAny(short), options);
    const file = `${path}/${name}`;
    const start = archive.readStart(name, NPY_HEADER);
    return headerNode(short, readNpyHeader(start, file), { size, file });
  });
}

function arrayOrObjects(name: string, array: AnyArray, options: ContentOptions): ContentNode {
  return describeValue(name, array, options);
}

function headerNode(
  name: string,
  { type, shape, dataOffset }: NpyHeader,
  { size, file }: { size: number; file: string },
): ContentNode {
  const dtype = type.kind === "number" ? type.dtype : type.kind;
  const needed = type.kind === "object" ? 0 : elementCount(shape) * type.bytes;
  if (dataOffset + needed > size) {
    throw unreadable(
      file,
      dataOffset,
      `shape [${shape}] needs ${needed} bytes, only ` +
        `${size - dataOffset} are there`,
    );
  }
  if (type.kind !== "struct") return arrayNode(name, { dtype, shape }, null);
  const fields = type.fields.map((field): ContentNode => ({
    name: field.name,
    what: field.type.kind === "number" ? field.type.dtype : field.type.kind,
  }));
  return { name, what: `struct [${shape.join(", ")}]`, shape, children: fields };
}

/** Describes a safetensors file. */
export function safetensorsContent(path: string, { values }: ContentOptions): ContentNode[] {
  const header = readSafetensorsHeader(path);
  const metadata = Object.entries(header.metadata).map(([key, value]) => ({
    name: key,
    what: JSON.stringify(value),
  }));
  const nodes: ContentNode[] = metadata.length
    ? [{ name: "metadata", what: `${metadata.length} texts`, children: metadata }]
    : [];
  if (!values) {
    return [...nodes, ...[...header.tensors].map(([name, info]) => arrayNode(name, info, null))];
  }
  const tensors = [...readSafetensors(path).tensors];
  return [...nodes, ...tensors.map(([name, tensor]) => arrayNode(name, tensor, () => tensor.data))];
}

/** Describes a PyTorch file. */
export function torchContent(path: string, options: ContentOptions): ContentNode[] {
  const tree = describeValue("checkpoint", readTorchCheckpoint(path), options);
  return tree.children && !tree.dtype ? topLevel(tree) : [tree];
}

/** A dict at the top stands for the file, so that its entries are the file's. */
export function topLevel(tree: ContentNode): ContentNode[] {
  if (!tree.children || !tree.what.startsWith("dict")) return [tree];
  const { children, more } = tree;
  return more ? [...children, { name: "…", what: `${more} more` }] : children;
}

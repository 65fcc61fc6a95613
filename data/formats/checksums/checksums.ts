import { crc32 } from "./crc32.ts";

/** CRC-32 of tensors by name, eight hexadecimal digits, and of the metadata under its own name. */
export type Checksums = Readonly<Record<string, string>>;

// Not a plain "crc32", which another program may mean otherwise.
const ENTRY = "voxsplat_crc32";
const METADATA = "__metadata__";

/** The metadata with one entry more, in which the checksums of it and of all tensors, by name, stand. */
export function withChecksums(
  metadata: Readonly<Record<string, string>>,
  tensors: Iterable<readonly [name: string, crc: number]>,
): Record<string, string> {
  const sums = [...tensors].map(([name, crc]) => [name, digits(crc)]);
  sums.unshift([METADATA, sumOfMetadata(metadata)]);
  return { ...metadata, [ENTRY]: JSON.stringify(Object.fromEntries(sums)) };
}

/** Parts a file's metadata from its checksums, null where it has none; throws where the metadata has changed. */
export function takeChecksums(
  metadata: Readonly<Record<string, string>>,
): { metadata: Record<string, string>; checksums: Checksums | null } {
  const { [ENTRY]: text, ...rest } = metadata;
  if (text === undefined) return { metadata: rest, checksums: null };
  const checksums = JSON.parse(text) as Checksums;
  compare("the metadata", checksums[METADATA], sumOfMetadata(rest));
  return { metadata: rest, checksums };
}

/** Throws where the bytes of a tensor are not those that were written. */
export function checkTensor(checksums: Checksums, name: string, bytes: Uint8Array): void {
  checkSum(checksums, name, crc32(bytes));
}

/** The same by the CRC-32 of the bytes. */
export function checkSum(checksums: Checksums, name: string, crc: number): void {
  compare(`"${name}"`, checksums[name], digits(crc));
}

function compare(what: string, written: string | undefined, found: string): void {
  if (written === found) return;
  throw new RangeError(
    `${what} has the checksum ${found}, it was written with ${written}: its bytes have changed since`,
  );
}

function sumOfMetadata(metadata: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(metadata).sort(([a], [b]) => a < b ? -1 : 1);
  return digits(crc32(new TextEncoder().encode(JSON.stringify(sorted))));
}

function digits(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}

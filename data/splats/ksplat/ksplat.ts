import type { ByteSource } from "../../formats/byte_source.ts";
import { decodeElements } from "../../formats/elements.ts";
import { unreadable } from "../../formats/unreadable.ts";
import {
  BucketWalk,
  decodeKsplatRecords,
  type KsplatHeader,
  type KsplatSection,
} from "./ksplat_decode.ts";
import { allocateSplats, restCoefficients, type ShDegree, type Splats } from "../splats.ts";

const HEADER = 4096;
const SECTION_HEADER = 1024;
const RECORDS_PER_READ = 1 << 13;
/** Steps from the centre of a bucket to its side, where the section does not say. */
const DEFAULT_RANGE = 32767;
/** Bounds of harmonics stored as bytes, where the header does not say. */
const DEFAULT_HARMONICS = 1.5;

/**
 * Reads a `.ksplat` file (mkkellogg) of compression level 0 (floats), 1 (16-bit positions within
 * buckets, half floats) or 2 (harmonics as bytes besides); sections of any degree are joined.
 */
export function readKsplat(source: ByteSource): Splats {
  const header = readHeader(source);
  const sections: KsplatSection[] = [];
  let at = HEADER + header.sections * SECTION_HEADER;
  for (let i = 0; i < header.sections; i++) {
    const { section, end } = readSection(source, header, HEADER + i * SECTION_HEADER, at);
    sections.push(section);
    at = end;
  }
  const degree = Math.max(0, ...sections.map((section) => section.degree)) as ShDegree;
  const count = sections.reduce((sum, section) => sum + section.count, 0);
  const splats = allocateSplats(count, degree);
  let first = 0;
  for (const section of sections) {
    const buckets = new BucketWalk(section);
    for (let start = 0; start < section.count; start += RECORDS_PER_READ) {
      const records = Math.min(RECORDS_PER_READ, section.count - start);
      const offset = section.dataOffset + start * section.recordBytes;
      const bytes = source.read(offset, records * section.recordBytes);
      decodeKsplatRecords(bytes, header, buckets, { splats, first: first + start });
    }
    first += section.count;
  }
  return splats;
}

function readHeader(source: ByteSource): KsplatHeader {
  const { file, size } = source;
  const view = viewOf(source.read(0, HEADER));
  const [major, minor] = [view.getUint8(0), view.getUint8(1)];
  if (major !== 0 || minor < 1) {
    throw unreadable(
      file,
      0,
      `it is .ksplat version ${major}.${minor}, 0.1 and later 0.x are known`,
    );
  }
  const level = view.getUint16(20, true);
  if (level !== 0 && level !== 1 && level !== 2) {
    throw unreadable(file, 20, `it has compression level ${level}, it must be 0, 1 or 2`);
  }
  const sections = view.getUint32(4, true);
  if (HEADER + sections * SECTION_HEADER > size) {
    throw unreadable(file, 4, `it declares ${sections} sections, their headers do not fit into it`);
  }
  const minHarmonic = view.getFloat32(36, true) || -DEFAULT_HARMONICS;
  const maxHarmonic = view.getFloat32(40, true) || DEFAULT_HARMONICS;
  return { level, sections, minHarmonic, maxHarmonic };
}

function readSection(
  source: ByteSource,
  { level }: KsplatHeader,
  headerOffset: number,
  start: number,
): { section: KsplatSection; end: number } {
  const { file } = source;
  const view = viewOf(source.read(headerOffset, SECTION_HEADER));
  const [count, capacity, bucketSize, buckets] = [0, 4, 8, 12].map((at) =>
    view.getUint32(at, true)
  );
  const bucketBytes = view.getUint16(20, true);
  const fullBuckets = view.getUint32(32, true);
  const parts = view.getUint32(36, true);
  const degree = view.getUint16(40, true);
  if (degree > 3) throw unreadable(file, headerOffset + 40, `harmonics of degree ${degree}`);
  if (count! > capacity!) {
    throw unreadable(file, headerOffset, `${count} Gaussians in room for ${capacity}`);
  }
  const harmonics = 3 * restCoefficients(degree as ShDegree);
  const recordBytes = [44, 24, 24][level]! + harmonics * [4, 2, 1][level]!;
  const centersOffset = start + 4 * parts;
  const dataOffset = centersOffset + bucketBytes * buckets!;
  const end = dataOffset + recordBytes * capacity!;
  // The last section need not fill the room it has: a file may end with its last Gaussian.
  const used = dataOffset + recordBytes * count!;
  if (used > source.size) {
    throw unreadable(
      file,
      headerOffset,
      `a section of ${count} Gaussians and ${buckets} buckets from byte ${start} ends at ${used}, ` +
        `the file at ${source.size}`,
    );
  }
  const bucketed = level > 0;
  if (bucketed && count! > 0 && bucketBytes !== 12) {
    throw unreadable(file, headerOffset + 20, `buckets of ${bucketBytes} bytes, they must have 12`);
  }
  const partLengths = decodeElements("uint32", source.read(start, 4 * parts)) as Uint32Array;
  const centerBytes = bucketed ? source.read(centersOffset, 12 * buckets!) : new Uint8Array();
  const range = view.getUint32(24, true) || DEFAULT_RANGE;
  const section = {
    count: count!,
    degree: degree as ShDegree,
    recordBytes,
    dataOffset,
    bucketSize: bucketSize!,
    fullBuckets,
    partLengths,
    centers: decodeElements("float32", centerBytes) as Float32Array,
    step: view.getFloat32(16, true) / 2 / range,
    range,
  };
  if (bucketed) checkBuckets(file, headerOffset, section);
  return { section, end };
}

/** The first buckets are full, the others as long as listed: together they must hold all Gaussians. */
function checkBuckets(file: string, offset: number, section: KsplatSection): void {
  const { count, bucketSize, fullBuckets, partLengths, centers } = section;
  const room = partLengths.reduce((sum, length) => sum + length, fullBuckets * bucketSize);
  if (room < count || (fullBuckets + partLengths.length) * 3 > centers.length) {
    throw unreadable(
      file,
      offset,
      `${fullBuckets} full and ${partLengths.length} other buckets with ${
        centers.length / 3
      } centres ` +
        `hold ${room} Gaussians, there are ${count}`,
    );
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

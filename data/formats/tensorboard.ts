import { join } from "@std/path";
import { writeAll } from "../files/write_all.ts";
import { writing } from "../files/written_path.ts";
import { maskedCrc32c } from "./checksums/crc32c.ts";
import { readPngHeader } from "../pictures/png/png.ts";
import {
  bytesField,
  doubleField,
  doublesField,
  floatField,
  integerField,
  message,
} from "./protobuf_write.ts";

// Fields of tensorflow.Event, Summary, Summary.Value, Summary.Image, HistogramProto and SessionLog.
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 };
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, number: 2, image: 4, histogram: 5 };
const IMAGE = { height: 1, width: 2, colours: 3, png: 4 };
const HISTOGRAM = { min: 1, max: 2, count: 3, sum: 4, squares: 5, limits: 6, buckets: 7 };
// Channels as TensorBoard counts them; a palette is of colours.
const COLOURS = { gray: 1, "gray-alpha": 2, rgb: 3, palette: 3, rgba: 4 } as const;
const SESSION_STATUS = 1;
const SESSION_START = 1;

const BINS = 30;
let opened = 0;

/** An event file that TensorBoard reads; what is written is on disk at once. */
export class EventFile {
  readonly #file: Deno.FsFile;

  private constructor(readonly path: string) {
    this.#file = writing(path, () => Deno.openSync(path, { write: true, createNew: true }));
  }

  /**
   * Starts a file in a folder, which may hold older ones; TensorBoard forgets what they say of
   * `firstStep` and later, as a resumed run does these again.
   */
  static open(folder: string, { firstStep }: { readonly firstStep: number }): EventFile {
    writing(folder, () => Deno.mkdirSync(folder, { recursive: true }));
    // TensorBoard reads the files of a folder in the order of their names.
    const name = `events.out.tfevents.${String(Date.now()).padStart(13, "0")}`;
    const log = new EventFile(join(folder, `${name}.voxsplat.${Deno.pid}.${opened++}`));
    log.#write([bytesField(EVENT.fileVersion, "brain.Event:2")]);
    log.#write([
      integerField(EVENT.step, firstStep),
      bytesField(EVENT.sessionLog, integerField(SESSION_STATUS, SESSION_START)),
    ]);
    return log;
  }

  /** A number of a curve. */
  scalar(step: number, tag: string, value: number): void {
    this.#value(step, tag, floatField(VALUE.number, value));
  }

  /** A picture. */
  image(step: number, tag: string, png: Uint8Array): void {
    const { width, height, kind } = readPngHeader(png);
    this.#value(
      step,
      tag,
      bytesField(
        VALUE.image,
        message(
          integerField(IMAGE.height, height),
          integerField(IMAGE.width, width),
          integerField(IMAGE.colours, COLOURS[kind]),
          bytesField(IMAGE.png, png),
        ),
      ),
    );
  }

  /** How values are distributed, in 30 bins of one width; those that are not finite are left out. */
  histogram(step: number, tag: string, values: ArrayLike<number>): void {
    this.#value(step, tag, bytesField(VALUE.histogram, histogramOf(values)));
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  #value(step: number, tag: string, value: Uint8Array): void {
    this.#write([
      integerField(EVENT.step, step),
      bytesField(
        EVENT.summary,
        bytesField(SUMMARY_VALUE, message(bytesField(VALUE.tag, tag), value)),
      ),
    ]);
  }

  #write(fields: readonly Uint8Array[]): void {
    const bytes = frameRecord(message(doubleField(EVENT.wallTime, Date.now() / 1000), ...fields));
    writing(this.path, () => writeAll(this.#file, bytes));
  }
}

/** A TFRecord: length u64, masked CRC-32C of it, data, masked CRC-32C of these. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

function histogramOf(values: ArrayLike<number>): Uint8Array {
  let [count, sum, squares] = [0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
    squares += value * value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (!count) [min, max] = [0, 0];
  const bins = max > min ? BINS : 1;
  const buckets: number[] = new Array(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const bin = max > min ? Math.floor((value - min) / (max - min) * bins) : 0;
    buckets[Math.min(bins - 1, bin)]!++;
  }
  const limits = buckets.map((_, i) => i === bins - 1 ? max : min + (i + 1) / bins * (max - min));
  return message(
    doubleField(HISTOGRAM.min, min),
    doubleField(HISTOGRAM.max, max),
    doubleField(HISTOGRAM.count, count),
    doubleField(HISTOGRAM.sum, sum),
    doubleField(HISTOGRAM.squares, squares),
    doublesField(HISTOGRAM.limits, limits),
    doublesField(HISTOGRAM.buckets, buckets),
  );
}

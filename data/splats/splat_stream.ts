import { type ShDegree, sliceSplats, type Splats } from "./splats.ts";

/** Gaussians of a file that are decoded in parts, as they are asked for. */
export interface SplatReader {
  /** Gaussians in all. */
  readonly count: number;
  /** Degree of harmonics. */
  readonly degree: ShDegree;
  /** Whether it was trained with antialiasing, where the file says so. */
  readonly antialiased?: boolean;
  /** Decodes the Gaussians from `first` up to `end`; the columns are the caller's. */
  read(first: number, end: number): Splats;
}

/** Gaussians that need not be in memory all at once, to be gone through any number of times. */
export interface SplatStream {
  readonly count: number;
  readonly degree: ShDegree;
  readonly antialiased?: boolean | undefined;
  /** All of them, some at a time. */
  blocks(): Iterable<Splats>;
}

/** Gaussians that come from elsewhere, once. */
export interface ArrivingSplats {
  /** Gaussians in all. */
  readonly count: number;
  /** Degree of harmonics. */
  readonly degree: ShDegree;
  /** Whether they were trained with antialiasing. */
  readonly antialiased?: boolean | undefined;
  /** All of them, some at a time. */
  blocks(): AsyncIterable<Splats>;
}

/** All Gaussians of a reader. */
export function readAll(reader: SplatReader): Splats {
  return reader.read(0, reader.count);
}

/** Gaussians in memory as a stream of one block. */
export function streamOf(splats: Splats): SplatStream {
  const { count, degree, antialiased } = splats;
  return { count, degree, antialiased, blocks: () => [splats] };
}

/** Parts of at most `most` Gaussians, as views of the same memory. */
export function* partsOf(splats: Splats, most: number): Generator<Splats> {
  for (let first = 0; first < splats.count; first += most) {
    yield sliceSplats(splats, first, Math.min(first + most, splats.count));
  }
}

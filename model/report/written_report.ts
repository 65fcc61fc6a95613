/** A page that was written, and what of the run's files is not in it. */
export interface WrittenReport {
  /** Path of the page. */
  readonly page: string;
  /** What is no such thing as it should be, each with file, line and reason. */
  readonly leftOut: readonly string[];
}

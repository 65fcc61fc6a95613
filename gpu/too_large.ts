/** What an adapter's limits do not allow: a tensor, a binding, a count. */
export class TooLargeError extends RangeError {
  /** As every RangeError is called, so that messages read alike. */
  override readonly name = "RangeError";
}

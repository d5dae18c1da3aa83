// A limit for a request. Browsers have AbortSignal.timeout only since 2022 (Safari 16, Chrome 103).

/** Aborted after so many milliseconds. */
export function within(milliseconds: number): AbortSignal {
  const aborter = new AbortController();
  setTimeout(() => aborter.abort(new DOMException("no answer in time", "TimeoutError")), milliseconds);
  return aborter.signal;
}

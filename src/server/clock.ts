/** Time, as a server sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Does something after so many milliseconds, unless it is called off by what is returned. No process waits for it. */
  readonly after: (milliseconds: number, work: () => void) => () => void;
}

export const realClock: Clock = {
  now: Date.now,
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

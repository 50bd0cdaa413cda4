import type { JsonObject } from '#kit/narrow.ts';

/** Writes one line of JSON for what happened. What goes in has no secrets: messages of errors are redacted where they are made. */
export type Log = (entry: LogEntry) => void;

export interface LogEntry extends JsonObject {
  readonly level: 'info' | 'warning' | 'error';
  readonly event: string;
}

/** A log on a stream, each line with its time. */
export function lineLog(write: (line: string) => unknown, now: () => number): Log {
  return (entry) => void write(`${JSON.stringify({ time: new Date(now()).toISOString(), ...entry })}\n`);
}

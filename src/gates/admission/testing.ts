export { podOf, reviewOf, type ReviewParts } from './attack/reviews.ts';

export function bytesOf(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

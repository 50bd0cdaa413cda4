import { serverError } from '#server/errors.ts';
import type { Clock } from '#server/clock.ts';

/** What is waited for until a time and is not there then fails with `time-is-up`; the work itself goes on. */
export type Deadline = <T>(work: Promise<T>) => Promise<T>;

export function deadlineAfter(milliseconds: number, { now, after }: Clock): Deadline {
  const end = now() + milliseconds;
  return (work) =>
    new Promise((resolve, reject) => {
      const callOff = after(Math.max(0, end - now()), () => reject(timeIsUp()));
      const ended = () => callOff();
      work.then(ended, ended);
      work.then(resolve, reject);
    });
}

function timeIsUp() {
  return serverError('time-is-up', 'it could not be found out in the time that the API server waits', {
    hint: 'it is looked for further, so that the next try may have it; if it stays so, look at the registry',
  });
}

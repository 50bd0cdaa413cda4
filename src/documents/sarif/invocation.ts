import { countOf } from '#kit/amounts.ts';
import { type Gap } from '#inventory/coverage.ts';
import type { Report } from '#documents/report.ts';
import type { Level } from './level.ts';
import { notificationKinds } from './notification-kinds.ts';
import { plain } from './text.ts';

/** What the run has to say of itself. */
export interface RunNotes {
  readonly invocation: object;
  /** Descriptors of the kinds of notifications (§3.19.24). */
  readonly kinds: readonly object[];
}

/**
 * Says how complete the results are. The scan itself succeeded, or there would be no log; but a notification of level `error` is
 * how SARIF says that results cannot be assumed to be complete (2.1.0, appendix I), and that is what every gap means.
 *
 * @param left how many findings were left out because the log may not have more
 */
export function describeRun({ created, inventory, matched }: Report, left: number): RunNotes {
  const gaps = [...inventory.coverage.gaps, ...matched.gaps];
  const notes: Note[] = [
    ...(left === 0
      ? []
      : [
          {
            id: 'results-left-out' as const,
            level: 'error' as const,
            text: `${countOf(left, 'finding')} left out, because a log may have no more`,
          },
        ]),
    ...gaps.map((gap) => ({ id: gap.code, level: 'error' as const, text: textOf(gap) })),
    ...matched.notes.map((text) => ({ id: 'note' as const, level: 'note' as const, text })),
  ];
  const ids = [...new Set(notes.map(({ id }) => id))];
  return {
    kinds: ids.map(describeKind),
    invocation: {
      executionSuccessful: true,
      endTimeUtc: utc(created),
      toolExecutionNotifications: notes.map(({ id, level, text }) => ({
        descriptor: { id, index: ids.indexOf(id) },
        level,
        message: { text: plain.prose(text) },
      })),
    },
  };
}

/** The texts are our own, so that nothing in them needs care. */
function describeKind(id: Note['id']): object {
  const { name, about, help } = notificationKinds[id];
  return { id, name, shortDescription: { text: about }, fullDescription: { text: about }, help: { text: help } };
}

interface Note {
  readonly id: keyof typeof notificationKinds;
  readonly level: Level;
  readonly text: string;
}

const mostItems = 5;

function textOf({ message, items }: Gap): string {
  const named = items.slice(0, mostItems).join('; ');
  return named === '' ? message : `${message}: ${named}${items.length > mostItems ? ' …' : ''}`;
}

/** SARIF wants UTC (§3.9). */
function utc(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

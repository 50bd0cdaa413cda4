import { printable } from './layout.ts';
import type { Section } from './table.ts';

const itemsShown = 3;

/** Why the absence of findings would prove nothing here. */
export const gapLines: Section = ({ inventory, matched }, { all }, paint) => {
  const gaps = [...inventory.coverage.gaps, ...matched.gaps];
  const lines = gaps.flatMap(({ code, message, items }) => {
    const shown = items.slice(0, all ? items.length : itemsShown).map((item) => `      ${printable(item)}`);
    const more = items.length > shown.length ? [`      … and ${items.length - shown.length} more`] : [];
    return [`  ${paint('?', 'yellow')} ${message} ${paint(`[${code}]`, 'dim')}`, ...shown, ...more];
  });
  const notes = matched.notes.map((note) => `  ${paint('i', 'cyan')} ${note}`);
  if (lines.length === 0) return notes;
  return [paint('NOT EVERYTHING IS KNOWN', 'bold'), ...lines, ...notes];
};

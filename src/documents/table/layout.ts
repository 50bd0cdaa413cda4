/** A cell: what is written, and how it is coloured if colours are used. Colour never says what the text does not. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, yellow: 33, green: 32, cyan: 36 };

/** Writes text in a style, or plainly. */
export type Paint = (text: string, style: Style | undefined) => string;

export function painter(colour: boolean): Paint {
  return (text, style) =>
    colour && style !== undefined && text !== '' ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}

/** A column: its heading, and whether it gives way when lines are too long for the screen. */
export interface Column {
  readonly heading: string;
  readonly align?: 'right';
  readonly shrinks?: boolean;
}

const gap = '  ';
const narrowest = 8;

/** Lines of aligned columns, indented by two, without spaces at their ends. */
export function alignColumns(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
  width: number | undefined,
): string[] {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  if (width !== undefined) shrink(widths, columns, width);
  const lines = [columns.map(({ heading }): Cell => ({ text: heading, style: 'dim' })), ...rows];
  return lines.map((row) =>
    row
      .map((cell, index) => place(cell, widths[index] ?? 0, columns[index], paint))
      .reduce((line, cell) => `${line}${gap}${cell}`, '')
      .trimEnd(),
  );
}

/** Takes from the widest column that may shrink until a line fits. */
function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const excess = widths.reduce((sum, each) => sum + each + gap.length, 0) - width;
  for (let taken = 0; taken < excess; taken++) {
    const candidates = widths.map((each, index) => (columns[index]?.shrinks === true && each > narrowest ? each : 0));
    const widest = candidates.indexOf(Math.max(...candidates));
    if ((candidates[widest] ?? 0) === 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function place({ text, style }: Cell, width: number, column: Column | undefined, paint: Paint): string {
  const fitting = text.length <= width ? text : `${text.slice(0, width - 1)}…`;
  const padding = ' '.repeat(width - fitting.length);
  return column?.align === 'right' ? padding + paint(fitting, style) : paint(fitting, style) + padding;
}

/** Text from an image, made safe to be written to a terminal: control characters cannot move the cursor or set colours. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the ones to remove
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}

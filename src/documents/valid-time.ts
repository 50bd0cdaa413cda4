const dateTime =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The time, if it is one by RFC 3339; images and advisories say what they like. */
export function validTime(text: string | undefined): string | undefined {
  const day = dateTime.exec(text ?? '')?.[1];
  return day !== undefined && isDay(day) ? text : undefined;
}

/** Whether the calendar has the day; JavaScript would read 30 February as 2 March. */
function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

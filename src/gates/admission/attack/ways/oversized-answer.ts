import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { digestIn } from '#gates/admission/attack/target.ts';
import { closed, nothingIsLetIn, open, untested, type Way } from '#gates/admission/attack/way.ts';

/** CVE-2023-42813 and others: manifests, signatures and lists without bounds. Bytes; no manifest has so many. */
const largest = 64 << 20;

export const oversizedAnswer: Way = {
  number: 23,
  name: 'oversized-answer',
  what: 'let a registry answer without end',
  async attack(target) {
    const { endless } = target;
    if (endless === undefined)
      return untested('no place is named where the gate may ask a registry: --endless HOST:PORT');
    const names = [`${endless.host}/team/app@${digestIn(target.bad)}`, `${endless.host}/team/app:1`];
    const found = await nothingIsLetIn(
      target,
      names.map((name) => ({ what: name, review: reviewOf({ object: podOf([name]) }) })),
    );
    if (found.state === 'open') return found;
    const { answers, most } = endless.sent();
    if (answers === 0) return untested(`the gate did not ask ${endless.host}: it takes no images from there`);
    const said = `the longest of ${answers} answers was read for ${Math.ceil(most / (1 << 20))} MiB`;
    return most > largest ? open(said) : closed(said);
  },
};

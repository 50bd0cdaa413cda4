import type { SbomFormat } from '#documents/format.ts';
import { makeBom } from './bom.ts';
import { writeIdentified } from '#documents/derived-uuid.ts';
import { cyclonedx16 } from './versions.ts';

/**
 * CycloneDX (ECMA-424) as JSON. The time of the document is that of the image, and its serial number comes from its content: the
 * same image gives the same bytes.
 */
export const cyclonedxSbom: SbomFormat = {
  name: 'cyclonedx-json',
  write(subject, inventory, tool) {
    const { name, ...image } = subject;
    const content = { subject: image, name, inventory, tool, timestamp: image.created };
    return writeIdentified(makeBom(content, cyclonedx16).document);
  },
};

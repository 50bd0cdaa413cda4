import { asList, asObject, asText, asTexts } from '#kit/narrow.ts';

/** A control that is not asked: everywhere, for some images, or for values of a field. */
export interface PodSecurityExclusion {
  readonly controlName: string;
  readonly images: readonly string[];
  readonly restrictedField: string;
  readonly values: readonly string[];
}

/** Reads exclusions, whose fields are known. */
export function readExclusions(written: unknown): readonly PodSecurityExclusion[] {
  return asList(written).map((one) => {
    const { controlName, images, restrictedField, values } = asObject(one) ?? {};
    return {
      controlName: asText(controlName) ?? '',
      images: asTexts(images),
      restrictedField: asText(restrictedField) ?? '',
      values: asTexts(values),
    };
  });
}

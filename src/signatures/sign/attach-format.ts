/** The two ways to keep signatures beside an image, which verifiers in the field read: the old one and the new one. */
export const attachFormats = ['legacy', 'bundle'] as const;
export type AttachFormat = (typeof attachFormats)[number];
